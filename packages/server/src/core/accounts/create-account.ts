// Makes an account.
import { isVisible, limits, type Me, type RouteBody } from '@parley/protocol'
import { AppError } from '../errors.ts'
import { personIn } from '../people/find-people.ts'
import type { Person } from '../people/store.ts'
import type { Clock, IdSource, PasswordHasher, Policy, Storage, Stores } from '../ports.ts'
import { type RateLimiter, requireAddressRate } from '../rate-limits.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { personNameOf, usernameOf } from '../text/given-texts.ts'
import { hashingKey } from './check-password.ts'
import type { ClientInfo } from './login-session.ts'
import { requireOwnAddress } from './own-address.ts'
import { type PasswordRule, type PasswordRulePorts, requirePassword } from './password-rule.ts'

export interface CreateAccountPorts extends PasswordRulePorts {
  readonly storage: Storage
  readonly passwords: PasswordHasher
  readonly policy: Policy
  readonly rateLimiter: RateLimiter
  readonly clock: Clock
  readonly ids: IdSource
}

export type NewAccountInput = Omit<RouteBody<'register'>, 'transport'>

/**
 * For the doors of other contracts, where people log in afterwards: there is no session yet. Their passwords may be weak where the
 * operator allows it. Throws as register does.
 */
export async function createAccount(
  ports: CreateAccountPorts,
  input: NewAccountInput,
  client: Pick<ClientInfo, 'ip'>,
): Promise<Me> {
  return insertAccount(ports, input, { ip: client.ip, passwordRule: 'contract' }, async (_, { me }) => me)
}

/** `createAccount` for contracts that show a person by more than the account says. */
export async function createPerson(
  ports: CreateAccountPorts,
  input: NewAccountInput,
  client: Pick<ClientInfo, 'ip'>,
): Promise<Person> {
  const rules = { ip: client.ip, passwordRule: 'contract' } as const
  return insertAccount(ports, input, rules, (stores, { me }) => personIn(stores, me.id))
}

/** `complete` is part of the transaction that makes the account. The name is the username or what the email begins with, unless it is given. */
export async function insertAccount<T>(
  ports: CreateAccountPorts,
  input: NewAccountInput,
  { ip, passwordRule }: Pick<ClientInfo, 'ip'> & { readonly passwordRule: PasswordRule },
  complete: (stores: Stores, account: { readonly me: Me; readonly passwordHash: string }) => Promise<T>,
): Promise<T> {
  if (ports.policy.registration === 'closed') throw new AppError('registration_closed')
  const login = input.username ?? input.email
  if (login === undefined) {
    throw new AppError('invalid_request', {
      errors: [{ path: '/username', message: 'A username or an email is required' }],
    })
  }
  if (input.email !== undefined) requireOwnAddress(input.email)
  requireAddressRate(ports.rateLimiter, 'register', ip)
  const username = input.username === undefined ? null : usernameOf(input.username)
  const name = input.name === undefined ? nameFrom(login) : personNameOf(input.name)
  await requirePassword(ports, input.password, {
    rule: passwordRule,
    path: '/password',
    about: [login, input.email ?? '', name],
  })
  const passwordHash = await ports.passwords.hash(input.password, hashingKey(ip))
  return ports.storage.transaction(async (stores) => {
    const me = await stores.accounts.insert({
      id: ports.ids.next(),
      username,
      email: input.email ?? null,
      name,
      bio: '',
      locale: input.locale ?? 'en',
      passwordHash,
      createdAt: ports.clock.now(),
    })
    if (me === null) throw new AppError('already_exists')
    return complete(stores, { me, passwordHash })
  })
}

/** What a person is called who says nothing but how to log in. */
export function nameFrom(login: string): string {
  const at = login.indexOf('@')
  const names = [at > 0 ? login.slice(0, at) : login, login]
  return names.map((name) => cutText(cleanLine(name), limits.nameMax)).find(isVisible) ?? '@'
}
