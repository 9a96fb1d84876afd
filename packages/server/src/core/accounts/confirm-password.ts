// Asks for the password once more, for what a session that was left open must not be able to do.

import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { PasswordHasher, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'

export interface ConfirmPorts {
  readonly storage: Storage
  readonly passwords: PasswordHasher
  readonly rateLimiter: RateLimiter
}

/**
 * Gives the hash that the password fits. Whoever acts on it compares it again under the account's lock: the password may have
 * changed meanwhile. Throws `wrong_credentials`, `unauthenticated` when the account is gone, `rate_limited`.
 */
export async function confirmPassword(ports: ConfirmPorts, actor: Actor, password: string): Promise<string> {
  requireRate(ports.rateLimiter, 'password', actor.userId)
  const account = await ports.storage.stores.accounts.find(actor.userId)
  if (account === null) throw new AppError('unauthenticated')
  if (!(await ports.passwords.verify(account.passwordHash, password))) {
    throw new AppError('wrong_credentials')
  }
  return account.passwordHash
}
