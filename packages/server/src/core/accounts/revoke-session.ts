// Ends a session: its tokens stop working and its sockets close.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/** Tells all nodes to close the session's sockets and to forget that it was live. */
export const sessionRevoked = (userId: Id, sessionId: Id): Envelope => ({
  audience: { kind: 'users', user_ids: [userId] },
  event: { type: 'session_revoked', session_id: sessionId },
})

/** Logging out is ending one's own session. Ending one that is over changes nothing. Throws `not_found` for a session that is not the actor's. */
export async function revokeSession(
  ports: CommitPorts & { readonly clock: Clock },
  actor: Actor,
  sessionId: Id,
): Promise<void> {
  await commit(ports, async (stores, emit) => {
    const ended = await stores.sessions.revoke(actor.userId, { only: sessionId }, ports.clock.now())
    if (ended.length === 0 && (await stores.sessions.find(sessionId))?.userId !== actor.userId) {
      throw new AppError('not_found')
    }
    // Also when it was over before: whoever asks again may be the first to tell of it.
    emit(sessionRevoked(actor.userId, sessionId))
  })
}
