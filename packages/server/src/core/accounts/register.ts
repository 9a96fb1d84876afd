// Makes an account and its first session.
import type { RouteBody } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { PasswordHasher, Policy, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type ClientInfo, type Login, type LoginPorts, loginOf, startSession } from './login-session.ts'

export interface RegisterPorts extends LoginPorts {
  readonly storage: Storage
  readonly passwords: PasswordHasher
  readonly policy: Policy
  readonly rateLimiter: RateLimiter
}

/**
 * Throws `registration_closed`, `already_exists` (username or email, without regard to case), `invalid_request` when both are
 * missing, `rate_limited`.
 */
export async function register(
  ports: RegisterPorts,
  input: Omit<RouteBody<'register'>, 'transport'>,
  client: ClientInfo,
): Promise<Login> {
  if (ports.policy.registration === 'closed') throw new AppError('registration_closed')
  const login = input.username ?? input.email
  if (login === undefined) {
    throw new AppError('invalid_request', {
      errors: [{ path: '/username', message: 'A username or an email is required' }],
    })
  }
  requireRate(ports.rateLimiter, 'register', client.ip)
  const passwordHash = await ports.passwords.hash(input.password)
  const { me, session } = await ports.storage.transaction(async (stores) => {
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
    return { me, session: await startSession(ports, stores, me.id, client) }
  })
  return loginOf(ports, me, session, client)
}

function nameFrom(login: string): string {
  const at = login.indexOf('@')
  return (at > 0 ? login.slice(0, at) : login).slice(0, 100)
}
