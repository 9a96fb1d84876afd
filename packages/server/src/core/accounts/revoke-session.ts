// Ends a session: its tokens stop working and its sockets close.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Actor, Clock, Storage } from '../ports.ts'
import { commit } from '../transaction.ts'

/** Tells all nodes to close the session's sockets and to forget that it was live. */
export const sessionRevoked = (userId: Id, sessionId: Id): Envelope => ({
  audience: { kind: 'users', user_ids: [userId] },
  event: { type: 'session_revoked', session_id: sessionId },
})

/** Logging out is ending one's own session. Throws `not_found` for a session that is not the actor's, or is over. */
export async function revokeSession(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly clock: Clock },
  actor: Actor,
  sessionId: Id,
): Promise<void> {
  await commit(ports, async (stores, emit) => {
    const ended = await stores.sessions.revoke(actor.userId, { only: sessionId }, ports.clock.now())
    if (ended.length === 0) throw new AppError('not_found')
    for (const id of ended) emit(sessionRevoked(actor.userId, id))
  })
}
