// Trades a refresh token for the next pair.
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type ClientInfo, type Login, type LoginPorts, loginOf, sessionLifetimeMs } from './login-session.ts'
import { isGenuine, parseRefreshToken } from './refresh-token.ts'
import { sessionRevoked } from './revoke-session.ts'
import type { SessionRecord } from './store.ts'

export interface RefreshPorts extends LoginPorts, CommitPorts {
  readonly rateLimiter: RateLimiter
}

/**
 * How long the former token still gives the same successor: tabs that share one token, or an answer that was lost, must not
 * log anyone out.
 */
export const refreshGraceMs = 30_000

type Outcome =
  | { readonly kind: 'pair'; readonly session: SessionRecord }
  | { readonly kind: 'theft'; readonly session: SessionRecord }
  | { readonly kind: 'invalid' }

/**
 * Throws `invalid_refresh_token`. A genuine token that is older than the grace allows was copied: the session ends, which
 * is told to its sockets.
 */
export async function refresh(ports: RefreshPorts, token: string, client: ClientInfo): Promise<Login> {
  requireRate(ports.rateLimiter, 'refresh', client.ip)
  const made = await commit(ports, async (stores, emit) => {
    const outcome = await rotate(ports, stores.sessions, token)
    if (outcome.kind === 'theft') emit(sessionRevoked(outcome.session.userId, outcome.session.id))
    if (outcome.kind !== 'pair') return null
    const account = await stores.accounts.find(outcome.session.userId)
    return account === null ? null : { me: account.me, session: outcome.session }
  })
  if (made === null) throw new AppError('invalid_refresh_token')
  return loginOf(ports, made.me, made.session, client)
}

async function rotate(
  ports: RefreshPorts,
  sessions: Storage['stores']['sessions'],
  text: string,
): Promise<Outcome> {
  const token = parseRefreshToken(text)
  // Under the row's lock, so that two tabs with one token take turns.
  const session = token === null ? null : await sessions.lock(token.sessionId)
  if (token === null || session === null || !isGenuine(ports.refreshKey, token, session.refreshSalt)) {
    return { kind: 'invalid' }
  }
  const now = ports.clock.now()
  if (session.revokedAt !== null || session.expiresAt <= now || token.generation > session.generation) {
    return { kind: 'invalid' }
  }
  if (token.generation === session.generation) {
    const expiresAt = new Date(now.getTime() + sessionLifetimeMs)
    await sessions.rotate(session.id, { generation: session.generation + 1, at: now, expiresAt })
    return { kind: 'pair', session: { ...session, generation: session.generation + 1, expiresAt } }
  }
  const sinceRotation = now.getTime() - session.rotatedAt.getTime()
  // One behind means that the successor is still unused: using it would have made a further generation.
  if (token.generation === session.generation - 1 && sinceRotation <= refreshGraceMs) {
    return { kind: 'pair', session }
  }
  await sessions.revoke(session.userId, { only: session.id }, now)
  return { kind: 'theft', session }
}
