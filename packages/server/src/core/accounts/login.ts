// Starts a session for someone who knows the password.
import { AppError } from '../errors.ts'
import type { PasswordHasher } from '../ports.ts'
import { type RateLimiter, requireAddressRate, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { accountUpdated } from './deactivate-account.ts'
import { type ClientInfo, type Login, type LoginPorts, loginOf, startSession } from './login-session.ts'

export interface PasswordLoginPorts extends LoginPorts, CommitPorts {
  readonly passwords: PasswordHasher
  readonly rateLimiter: RateLimiter
}

/**
 * Makes a deactivated account active again. Throws `wrong_credentials` for an unknown login and for a wrong password alike, after the same work, so that neither answer
 * nor time tells which accounts exist; `rate_limited` per address and per account.
 */
export async function login(
  ports: PasswordLoginPorts,
  input: { readonly login: string; readonly password: string },
  client: ClientInfo,
): Promise<Login> {
  requireAddressRate(ports.rateLimiter, 'loginByAddress', client.ip)
  requireRate(ports.rateLimiter, 'loginByAccount', input.login.toLowerCase())
  const account = await ports.storage.stores.accounts.findByLogin(input.login)
  const matches = await ports.passwords.verify(account?.passwordHash ?? null, input.password)
  if (account === null || !matches) throw new AppError('wrong_credentials')
  return commit(ports, async (stores, emit) => {
    // Under the lock that a change of password takes too: a login with the former password must not outlive the change.
    const present = await stores.accounts.lock(account.me.id)
    if (present?.passwordHash !== account.passwordHash) throw new AppError('wrong_credentials')
    if (present.deactivatedAt !== null) {
      await stores.accounts.setDeactivated(present.me.id, null)
      emit(accountUpdated(present.me))
    }
    const session = await startSession(ports, stores, present.me.id, client)
    return loginOf(ports, present.me, session, client)
  })
}
