// Makes an account.
import type { Me, RouteBody } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Clock, IdSource, PasswordHasher, Policy, Storage, Stores } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import type { ClientInfo } from './login-session.ts'
import { requireOwnAddress } from './own-address.ts'

export interface CreateAccountPorts {
  readonly storage: Storage
  readonly passwords: PasswordHasher
  readonly policy: Policy
  readonly rateLimiter: RateLimiter
  readonly clock: Clock
  readonly ids: IdSource
}

export type NewAccountInput = Omit<RouteBody<'register'>, 'transport'>

/** For doors where people log in afterwards: there is no session yet. Throws as register does. */
export async function createAccount(
  ports: CreateAccountPorts,
  input: NewAccountInput,
  client: Pick<ClientInfo, 'ip'>,
): Promise<Me> {
  return insertAccount(ports, input, client, async (_, me) => me)
}

/** `complete` is part of the transaction that makes the account. */
export async function insertAccount<T>(
  ports: CreateAccountPorts,
  input: NewAccountInput,
  client: Pick<ClientInfo, 'ip'>,
  complete: (stores: Stores, me: Me) => Promise<T>,
): Promise<T> {
  if (ports.policy.registration === 'closed') throw new AppError('registration_closed')
  const login = input.username ?? input.email
  if (login === undefined) {
    throw new AppError('invalid_request', {
      errors: [{ path: '/username', message: 'A username or an email is required' }],
    })
  }
  if (input.email !== undefined) requireOwnAddress(input.email)
  requireRate(ports.rateLimiter, 'register', client.ip)
  const passwordHash = await ports.passwords.hash(input.password)
  return ports.storage.transaction(async (stores) => {
    const me = await stores.accounts.insert({
      id: ports.ids.next(),
      username: input.username ?? null,
      email: input.email ?? null,
      name: input.name ?? nameFrom(login),
      bio: '',
      locale: input.locale ?? 'en',
      passwordHash,
      createdAt: ports.clock.now(),
    })
    if (me === null) throw new AppError('already_exists')
    return complete(stores, me)
  })
}

function nameFrom(login: string): string {
  const at = login.indexOf('@')
  return (at > 0 ? login.slice(0, at) : login).slice(0, 100)
}
