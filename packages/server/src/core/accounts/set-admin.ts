// Makes somebody an administrator of the server, or no longer one.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/** For the operator. `Me` says it to the person's devices at once. Throws `not_found` when there is no such account. */
export async function setAdmin(ports: CommitPorts, userId: Id, isAdmin: boolean): Promise<void> {
  await commit(ports, async (stores, emit) => {
    const account = await stores.accounts.lock(userId)
    if (account === null) throw new AppError('not_found')
    await stores.operator.setAdmin(userId, isAdmin)
    const user = { ...account.me, is_admin: isAdmin }
    emit({ audience: { kind: 'users', user_ids: [userId] }, event: { type: 'me_updated', user } })
  })
}
