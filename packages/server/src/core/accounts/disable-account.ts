// Closes an account to whoever has its password, until the operator opens it again.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { sessionRevoked } from './revoke-session.ts'

/**
 * For the operator. Disabling ends all sessions, and no login succeeds any more; profile, memberships and messages stay. Throws
 * `not_found` when there is no such account.
 */
export async function setDisabled(
  ports: CommitPorts & { readonly clock: Clock },
  userId: Id,
  isDisabled: boolean,
): Promise<void> {
  await commit(ports, async (stores, emit) => {
    // Logins take this lock too: one that was on its way is ended with the others.
    const account = await stores.accounts.lock(userId)
    if (account === null) throw new AppError('not_found')
    const now = ports.clock.now()
    await stores.operator.setDisabled(userId, isDisabled ? (account.disabledAt ?? now) : null)
    if (!isDisabled) return
    for (const id of await stores.sessions.revoke(userId, 'all', now)) emit(sessionRevoked(userId, id))
  })
}
