// Changes the password and ends every other session.
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Clock, PasswordHasher, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { commit } from '../transaction.ts'
import { sessionRevoked } from './revoke-session.ts'

export interface ChangePasswordPorts {
  readonly storage: Storage
  readonly bus: Bus
  readonly clock: Clock
  readonly passwords: PasswordHasher
  readonly rateLimiter: RateLimiter
}

/** Throws `wrong_credentials` when the current password is wrong, `rate_limited`. */
export async function changePassword(
  ports: ChangePasswordPorts,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
): Promise<void> {
  requireRate(ports.rateLimiter, 'password', actor.userId)
  const account = await ports.storage.stores.accounts.find(actor.userId)
  if (account === null) throw new AppError('unauthenticated')
  if (!(await ports.passwords.verify(account.passwordHash, input.current_password))) {
    throw new AppError('wrong_credentials')
  }
  const passwordHash = await ports.passwords.hash(input.new_password)
  await commit(ports, async (stores, emit) => {
    const present = await stores.accounts.lock(actor.userId)
    if (present?.passwordHash !== account.passwordHash) throw new AppError('wrong_credentials')
    await stores.accounts.update(actor.userId, { passwordHash })
    const ended = await stores.sessions.revoke(actor.userId, { except: actor.sessionId }, ports.clock.now())
    for (const id of ended) emit(sessionRevoked(actor.userId, id))
  })
}
