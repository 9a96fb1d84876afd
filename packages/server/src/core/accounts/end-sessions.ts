// Ends sessions of somebody else.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { sessionRevoked } from './revoke-session.ts'

/** For the operator. Gives how many it ended. Throws `not_found` for a session that is not the person's, or over. */
export async function endSessions(
  ports: CommitPorts & { readonly clock: Clock },
  userId: Id,
  which: { readonly only: Id } | 'all',
): Promise<number> {
  return commit(ports, async (stores, emit) => {
    const ended = await stores.sessions.revoke(userId, which, ports.clock.now())
    if (which !== 'all' && ended.length === 0) throw new AppError('not_found')
    for (const id of ended) emit(sessionRevoked(userId, id))
    return ended.length
  })
}
