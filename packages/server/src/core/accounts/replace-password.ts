// Gives an account a new password on behalf of its owner, who forgot it.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Clock, PasswordHasher } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type PasswordRulePorts, requirePassword } from './password-rule.ts'
import { sessionRevoked } from './revoke-session.ts'

/** For the operator. Ends every session. Throws `not_found` when there is no such account, `weak_password`. */
export async function replacePassword(
  ports: CommitPorts & PasswordRulePorts & { readonly clock: Clock; readonly passwords: PasswordHasher },
  userId: Id,
  newPassword: string,
): Promise<void> {
  await requirePassword(ports, newPassword, { rule: 'own', path: '/password', about: [] })
  const passwordHash = await ports.passwords.hash(newPassword, `account ${userId}`)
  await commit(ports, async (stores, emit) => {
    // Logins with the former password take this lock too.
    if ((await stores.accounts.lock(userId)) === null) throw new AppError('not_found')
    await stores.accounts.update(userId, { passwordHash })
    for (const id of await stores.sessions.revoke(userId, 'all', ports.clock.now()))
      emit(sessionRevoked(userId, id))
  })
}
