// Changes the password and ends every other session.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type ConfirmPorts, confirmPassword } from './confirm-password.ts'
import { createDeviceToken, type DevicePorts } from './device-token.ts'
import { writePassword } from './write-password.ts'

export interface ChangePasswordPorts extends ConfirmPorts, CommitPorts {
  readonly clock: Clock
}

/**
 * A retry whose change was stored succeeds: the new password is the present one then. Gives a token by which the device is known with
 * the new password; the former ones are worthless. Throws `wrong_credentials` when the current password is wrong, `rate_limited`.
 */
export async function changePassword(
  ports: ChangePasswordPorts & DevicePorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<string> {
  const tokenFor = (passwordHash: string): string =>
    createDeviceToken(ports.deviceKey, { me: { id: actor.userId }, passwordHash })
  const { fits, hash: confirmed } = await confirmEither(ports, actor, input)
  if (fits === 'new') return tokenFor(confirmed)
  const passwordHash = await ports.passwords.hash(input.new_password, `account ${actor.userId}`)
  await commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(actor.userId)
    if (present?.passwordHash !== confirmed) throw new AppError('wrong_credentials')
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
  return tokenFor(passwordHash)
}

/** Which of the two fits, and the hash that it fits. Each wrong one counts as a guess. */
async function confirmEither(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<{ readonly fits: 'current' | 'new'; readonly hash: string }> {
  try {
    return { fits: 'current', hash: await confirmPassword(ports, actor, input.current_password) }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'wrong_credentials')) throw error
    return { fits: 'new', hash: await confirmPassword(ports, actor, input.new_password) }
  }
}
