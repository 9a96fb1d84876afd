// Changes the password and ends every other session.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type ConfirmPorts, confirmPassword } from './confirm-password.ts'
import { type PasswordRulePorts, requirePassword } from './password-rule.ts'
import { writePassword } from './write-password.ts'

export interface ChangePasswordPorts extends ConfirmPorts, CommitPorts, PasswordRulePorts {
  readonly clock: Clock
}

/**
 * A retry whose change was stored succeeds: the new password is the present one then. Throws `wrong_credentials` when the current
 * password is wrong, `weak_password`, `rate_limited`.
 */
export async function changePassword(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<void> {
  const confirmed = await confirmEither(ports, actor, input)
  if (confirmed === null) return
  const me = (await ports.storage.stores.accounts.find(actor.userId))?.me
  await requirePassword(ports, input.new_password, {
    rule: 'own',
    path: '/new_password',
    about: [me?.username ?? '', me?.email ?? '', me?.name ?? ''],
  })
  const passwordHash = await ports.passwords.hash(input.new_password)
  await commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(actor.userId)
    if (present?.passwordHash !== confirmed) throw new AppError('wrong_credentials')
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
}

/** The hash that the current password fits; null when it is the new one that fits. Each look counts as a guess. */
async function confirmEither(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<string | null> {
  try {
    return await confirmPassword(ports, actor, input.current_password)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'wrong_credentials')) throw error
    await confirmPassword(ports, actor, input.new_password)
    return null
  }
}
