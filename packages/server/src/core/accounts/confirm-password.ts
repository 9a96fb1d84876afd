// Asks for the password once more, for what a session that was left open must not be able to do.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage } from '../ports.ts'
import { checkPassword, type PasswordPorts } from './check-password.ts'

export interface ConfirmPorts extends PasswordPorts {
  readonly storage: Storage
}

/**
 * Gives the hash that the password fits. Whoever acts on it compares it again under the account's lock: the password may have
 * changed meanwhile. Throws `wrong_credentials`, `unauthenticated` when the account is gone, `rate_limited`.
 */
export async function confirmPassword(
  ports: ConfirmPorts,
  { userId, sessionId }: Actor,
  password: string,
): Promise<string> {
  const account = await ports.storage.stores.accounts.find(userId)
  if (account === null) throw new AppError('unauthenticated')
  const target = { kind: 'account', account } as const
  if (!(await checkPassword(ports, target, password, { kind: 'session', sessionId }))) {
    throw new AppError('wrong_credentials')
  }
  return account.passwordHash
}
