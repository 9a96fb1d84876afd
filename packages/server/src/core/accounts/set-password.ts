// Changes the password for doors whose contract does not ask for the current one.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { requireRate } from '../rate-limits.ts'
import { commit } from '../transaction.ts'
import type { ChangePasswordPorts } from './change-password.ts'
import { requirePassword } from './password-rule.ts'
import { type Proof, requireProof, requireStillProven } from './require-proof.ts'
import { writePassword } from './write-password.ts'

/**
 * Ends every other session, as changePassword does. Throws as requireProof does, `unauthenticated` when the account is gone,
 * `weak_password` where the operator wants strong ones everywhere, `rate_limited`.
 */
export async function setPassword(
  ports: ChangePasswordPorts,
  actor: Actor,
  newPassword: string,
  proof: Proof,
): Promise<void> {
  const proven = await requireProof(ports, actor, ['change_password'], proof)
  requireRate(ports.rateLimiter, 'password', actor.userId)
  await requirePassword(ports, newPassword, { rule: 'contract', path: '/password', about: [] })
  const passwordHash = await ports.passwords.hash(newPassword, `account ${actor.userId}`)
  await commit(ports, async (stores, emit) => {
    const account = await stores.accounts.lock(actor.userId)
    if (account === null) throw new AppError('unauthenticated')
    await requireStillProven(ports, stores, actor, account, proven)
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
}
