// Starts sessions and hands out their tokens.
import { randomBytes } from 'node:crypto'
import type { Id, Me } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Person } from '../people/store.ts'
import type { AccessTokens, Clock, IdSource, KeyedHash, Stores } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { formatRefreshToken } from './refresh-token.ts'
import type { SessionLifetimes, SessionRecord } from './store.ts'

/** Where a login came from, for the list of sessions and for rate limits, and what its door needs. */
export interface ClientInfo {
  readonly ip: string
  readonly userAgent: string
  /** Whose login it is, if not the canonical door's: a dialect's by its name. */
  readonly door?: string
  /** Whose the caller takes the tokens for, if it says so. */
  readonly claimedUserId?: string | undefined
  /** What the device was given at its last login, if it shows it. */
  readonly deviceToken?: string
  /** For doors whose contract knows no refresh; other access tokens live as long as is usual. */
  readonly accessLifetimeSeconds?: number
}

/** A session with fresh tokens. */
export interface Login {
  readonly me: Me
  readonly sessionId: Id
  readonly accessToken: string
  readonly refreshToken: string
  /** Seconds until the access token expires. */
  readonly expiresIn: number
  readonly refreshExpiresAt: Date
}

/** For contracts that answer a login with the person. */
export interface PersonLogin {
  readonly person: Person
  readonly accessToken: string
}

export interface LoginPorts {
  readonly accessTokens: AccessTokens
  readonly refreshKey: KeyedHash
  readonly clock: Clock
  readonly ids: IdSource
}

/** Code points that are kept of what a browser says of itself. */
const userAgentMax = 300

/** Throws `other_account` when the tokens are of somebody else than the caller says: its browser has been another person's meanwhile. */
export function requireClaimed({ claimedUserId }: Pick<ClientInfo, 'claimedUserId'>, userId: Id): void {
  if (claimedUserId !== undefined && claimedUserId !== userId) throw new AppError('other_account')
}

const dayMs = 24 * 3600 * 1000

/** A session ends when it was not used for so long, and so long after its login however much it is used. */
export const sessionLifetimes: SessionLifetimes = { unused: 60 * dayMs, longest: 180 * dayMs }

/** When a session ends that is used now. */
export function endOfSession({ createdAt }: Pick<SessionRecord, 'createdAt'>, now: Date): Date {
  const { unused, longest } = sessionLifetimes
  return new Date(Math.min(now.getTime() + unused, createdAt.getTime() + longest))
}

/** The door that asks for the password wherever its contract wants a proof. */
export const canonicalDoor = 'parley'

/** Generation 1 of a new session. */
export async function startSession(
  ports: LoginPorts,
  stores: Pick<Stores, 'sessions'>,
  userId: Id,
  client: ClientInfo,
): Promise<SessionRecord> {
  const now = ports.clock.now()
  const session: SessionRecord = {
    id: ports.ids.next(),
    userId,
    refreshSalt: randomBytes(16),
    generation: 1,
    rotatedAt: now,
    usedGeneration: 1,
    door: client.door ?? canonicalDoor,
    userAgent: cutText(cleanLine(client.userAgent), userAgentMax),
    ip: client.ip,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: endOfSession({ createdAt: now }, now),
    revokedAt: null,
  }
  await stores.sessions.insert(session)
  return session
}

/** The tokens of a session's present generation. */
export async function loginOf(
  ports: LoginPorts,
  me: Me,
  session: SessionRecord,
  { accessLifetimeSeconds }: Pick<ClientInfo, 'accessLifetimeSeconds'> = {},
): Promise<Login> {
  const lifetimeSeconds = accessLifetimeSeconds ?? ports.accessTokens.lifetimeSeconds
  return {
    me,
    sessionId: session.id,
    accessToken: await ports.accessTokens.sign(
      { userId: me.id, sessionId: session.id, generation: session.generation },
      { lifetimeSeconds },
    ),
    refreshToken: formatRefreshToken(ports.refreshKey, session.id, session.refreshSalt, session.generation),
    expiresIn: lifetimeSeconds,
    refreshExpiresAt: session.expiresAt,
  }
}
