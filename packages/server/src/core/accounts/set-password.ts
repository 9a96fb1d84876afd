// Changes the password for doors whose contract does not ask for the current one.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { requireRate } from '../rate-limits.ts'
import { commit } from '../transaction.ts'
import type { ChangePasswordPorts } from './change-password.ts'
import { requirePassword } from './password-rule.ts'
import { writePassword } from './write-password.ts'

/**
 * Ends every other session, as changePassword does. Throws `unauthenticated` when the account is gone,
 * `weak_password` where the operator wants strong ones everywhere, `rate_limited`.
 */
export async function setPassword(
  ports: ChangePasswordPorts,
  actor: Actor,
  newPassword: string,
): Promise<void> {
  requireRate(ports.rateLimiter, 'password', actor.userId)
  await requirePassword(ports, newPassword, { rule: 'contract', path: '/password', about: [] })
  const passwordHash = await ports.passwords.hash(newPassword)
  await commit(ports, async (stores, emit) => {
    if ((await stores.accounts.lock(actor.userId)) === null) throw new AppError('unauthenticated')
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
}
