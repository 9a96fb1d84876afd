// Starts sessions and hands out their tokens.
import { randomBytes } from 'node:crypto'
import type { Id, Me } from '@parley/protocol'
import type { AccessTokens, Clock, IdSource, KeyedHash, Stores } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { formatRefreshToken } from './refresh-token.ts'
import type { SessionRecord } from './store.ts'

/** Where a login came from, for the list of sessions and for rate limits, and what its door needs. */
export interface ClientInfo {
  readonly ip: string
  readonly userAgent: string
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

export interface LoginPorts {
  readonly accessTokens: AccessTokens
  readonly refreshKey: KeyedHash
  readonly clock: Clock
  readonly ids: IdSource
}

/** Code points that are kept of what a browser says of itself. */
const userAgentMax = 300

/** A session that is not refreshed for this long ends. */
export const sessionLifetimeMs = 60 * 24 * 3600 * 1000

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
    userAgent: cutText(cleanLine(client.userAgent), userAgentMax),
    ip: client.ip,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + sessionLifetimeMs),
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
    accessToken: await ports.accessTokens.sign({ userId: me.id, sessionId: session.id }, { lifetimeSeconds }),
    refreshToken: formatRefreshToken(ports.refreshKey, session.id, session.refreshSalt, session.generation),
    expiresIn: lifetimeSeconds,
    refreshExpiresAt: session.expiresAt,
  }
}
