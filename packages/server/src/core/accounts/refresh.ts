// Trades a refresh token for the next pair.
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import {
  type ClientInfo,
  endOfSession,
  type Login,
  type LoginPorts,
  loginOf,
  requireClaimed,
} from './login-session.ts'
import { isGenuine, parseRefreshToken } from './refresh-token.ts'
import { sessionRevoked } from './revoke-session.ts'
import type { SessionRecord } from './store.ts'

export interface RefreshPorts extends LoginPorts, CommitPorts {}

/**
 * How long the former token still gives the same successor although that was used: tabs that share one token must not log one
 * another out. While nobody used it the answer that brought it may be lost, however long ago that was.
 */
export const refreshGraceMs = 30_000

type Outcome =
  | { readonly kind: 'pair'; readonly session: SessionRecord }
  | { readonly kind: 'theft'; readonly session: SessionRecord }
  | { readonly kind: 'invalid' }

/**
 * Throws `invalid_refresh_token`, and `other_account` as requireClaimed does. The former token gives the same successor again while nobody used that: neither showed it here nor
 * called with the access token that came with it. A genuine token that is older was copied: the session ends, which is told to its
 * sockets.
 */
export async function refresh(ports: RefreshPorts, token: string, client: ClientInfo): Promise<Login> {
  const made = await commit(ports, async (stores, emit) => {
    const outcome = await rotate(ports, stores.sessions, token, client)
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
  client: ClientInfo,
): Promise<Outcome> {
  const token = parseRefreshToken(text)
  // Under the row's lock, so that two tabs with one token take turns.
  const session = token === null ? null : await sessions.lock(token.sessionId)
  if (token === null || session === null || !isGenuine(ports.refreshKey, token, session.refreshSalt)) {
    return { kind: 'invalid' }
  }
  requireClaimed(client, session.userId)
  const now = ports.clock.now()
  if (session.revokedAt !== null || session.expiresAt <= now || token.generation > session.generation) {
    return { kind: 'invalid' }
  }
  if (token.generation === session.generation) {
    const expiresAt = endOfSession(session, now)
    await sessions.rotate(session.id, { generation: session.generation + 1, at: now, expiresAt })
    return { kind: 'pair', session: { ...session, generation: session.generation + 1, expiresAt } }
  }
  const sinceRotation = now.getTime() - session.rotatedAt.getTime()
  // One behind means that the successor was not shown: that would have made a further generation.
  const isUnused = session.usedGeneration < session.generation
  if (token.generation === session.generation - 1 && (isUnused || sinceRotation <= refreshGraceMs)) {
    return { kind: 'pair', session }
  }
  await sessions.revoke(session.userId, { only: session.id }, now)
  return { kind: 'theft', session }
}
