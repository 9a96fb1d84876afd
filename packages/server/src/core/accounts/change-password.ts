// Changes the password and ends every other session.
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Clock } from '../ports.ts'
import { commit } from '../transaction.ts'
import { type ConfirmPorts, confirmPassword } from './confirm-password.ts'
import { writePassword } from './write-password.ts'

export interface ChangePasswordPorts extends ConfirmPorts {
  readonly bus: Bus
  readonly clock: Clock
}

/** Throws `wrong_credentials` when the current password is wrong, `rate_limited`. */
export async function changePassword(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<void> {
  const confirmed = await confirmPassword(ports, actor, input.current_password)
  const passwordHash = await ports.passwords.hash(input.new_password)
  await commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(actor.userId)
    if (present?.passwordHash !== confirmed) throw new AppError('wrong_credentials')
    await writePassword(ports, stores, emit, actor, passwordHash)
  })
}
