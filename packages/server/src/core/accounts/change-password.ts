// Changes the password and ends every other session.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { createDeviceToken, type DevicePorts } from './device-token.ts'
import { type PasswordRulePorts, requirePassword } from './password-rule.ts'
import { type ProofPorts, type ProvenPassword, requireProof, requireStillProven } from './require-proof.ts'
import { writePassword } from './write-password.ts'

export interface ChangePasswordPorts extends ProofPorts, CommitPorts, PasswordRulePorts {}

/**
 * A retry whose change was stored succeeds: the new password is the present one then. Gives a token by which the device is known with
 * the new password; the former ones are worthless. Throws `wrong_credentials` when the current password is wrong, `weak_password`,
 * `rate_limited`.
 */
export async function changePassword(
  ports: ChangePasswordPorts & DevicePorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<string> {
  const tokenFor = (passwordHash: string): string =>
    createDeviceToken(ports.deviceKey, { me: { id: actor.userId }, passwordHash })
  const { fits, proven } = await proveEither(ports, actor, input)
  if (fits === 'new') return tokenFor(proven.passwordHash)
  const me = (await ports.storage.stores.accounts.find(actor.userId))?.me
  await requirePassword(ports, input.new_password, {
    rule: 'own',
    path: '/new_password',
    about: [me?.username ?? '', me?.email ?? '', me?.name ?? ''],
  })
  const passwordHash = await ports.passwords.hash(input.new_password, `account ${actor.userId}`)
  await commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(actor.userId)
    if (present === null) throw new AppError('unauthenticated')
    await requireStillProven(ports, stores, actor, present, proven)
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
  return tokenFor(passwordHash)
}

/** Which of the two is the present password. Each wrong one counts as a guess. */
async function proveEither(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<{ readonly fits: 'current' | 'new'; readonly proven: ProvenPassword }> {
  const prove = (password: string) =>
    requireProof(ports, actor, ['change_password'], { kind: 'password', password })
  try {
    return { fits: 'current', proven: await prove(input.current_password) }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'wrong_credentials')) throw error
    return { fits: 'new', proven: await prove(input.new_password) }
  }
}
