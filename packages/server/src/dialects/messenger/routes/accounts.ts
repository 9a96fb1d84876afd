// Forms that make an account and open or end a session, whose tokens are in cookies.
import { Email, limits, Name, Password } from '@parley/protocol'
import Type from 'typebox'
import { createAccount } from '../../../core/accounts/create-account.ts'
import { logOut } from '../../../core/accounts/log-out.ts'
import { login } from '../../../core/accounts/login.ts'
import type { ClientInfo } from '../../../core/accounts/login-session.ts'
import { refresh } from '../../../core/accounts/refresh.ts'
import { revokeSession } from '../../../core/accounts/revoke-session.ts'
import type { Actor } from '../../../core/actor.ts'
import { AppError } from '../../../core/errors.ts'
import type { Ports } from '../../../core/ports.ts'
import { requireAddressRate } from '../../../core/rate-limits.ts'
import { emailKey } from '../../../core/text/email-key.ts'
import { applyDemo } from '../../kit/demo.ts'
import { object, route } from '../../kit/route.ts'
import { allowsTestData, requireTestData } from '../../kit/test-data.ts'
import { unrefreshedSeconds } from '../../kit/tokens.ts'
import { programPassword, testData } from '../demo.ts'

export const accountRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/users/register',
    auth: 'none',
    summary: 'Регистрация нового пользователя',
    body: object({ name: Name, email: Email, password: Password }),
    accepts: 'form',
    answers: { 303: null },
    refusedTo: () => '/register',
    async handle({ ports }, { body, client }) {
      const { name, email, password } = body
      await createAccount(ports, { name, email, password }, client)
      return { status: 303, location: '/login' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/auth/login',
    auth: 'none',
    summary: 'Вход: токены в cookie',
    body: object({
      email: Type.String({ minLength: 1, maxLength: limits.emailMax }),
      password: Type.String({ minLength: 1, maxLength: limits.passwordMax }),
    }),
    accepts: 'form',
    answers: { 303: null },
    refusedTo: () => '/login',
    async handle({ ports }, { body, client, cookies, request }) {
      const device = { ...client, accessLifetimeSeconds: unrefreshedSeconds }
      const credentials = { login: body.email, password: body.password }
      const test = allowsTestData(ports.policy, request) ? testLogin(credentials) : null
      cookies.set(
        (test && (await loginOrNull(ports, test, device))) ?? (await login(ports, credentials, device)),
      )
      return { status: 303, location: '/messenger' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/auth/logout',
    auth: 'maybe',
    summary: 'Выход: cookie удаляются',
    answers: { 303: null },
    async handle({ ports }, { visitor, client, cookies }) {
      cookies.clear()
      if (visitor !== null) await endSession(ports, visitor)
      else await logOutBy(ports, cookies.refreshToken, client)
      return { status: 303, location: '/' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    auth: 'none',
    summary: 'Новая пара токенов по refresh-токену в cookie',
    answers: { 200: object({ access_token: Type.String() }) },
    async handle({ ports }, { client, cookies }) {
      if (cookies.refreshToken === null) throw new AppError('invalid_refresh_token')
      try {
        const made = await refresh(ports, cookies.refreshToken, {
          ...client,
          accessLifetimeSeconds: unrefreshedSeconds,
        })
        cookies.set(made)
        return { status: 200, body: { access_token: made.accessToken } }
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid_refresh_token') cookies.clear()
        throw error
      }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/test/test-data',
    auth: 'none',
    summary: 'Тестовые пользователи, чаты и сообщения; с самой машины сервера или с PARLEY_DEMO=1',
    answers: { 200: object({ message: Type.String() }) },
    async handle({ ports }, { client, request }) {
      requireTestData(ports.policy, request)
      requireAddressRate(ports.rateLimiter, 'register', client.ip)
      await applyDemo(ports, testData)
      return { status: 200, body: { message: 'Тестовые данные успешно созданы' } }
    },
  }),
]

/** Whose access token has expired still has the other one; whose session has ended got what was asked for. */
async function logOutBy(ports: Ports, refreshToken: string | null, client: ClientInfo): Promise<void> {
  if (refreshToken === null) return
  try {
    await logOut(ports, refreshToken, client)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_refresh_token') throw error
  }
}

/** One that has ended meanwhile is what was asked for. */
async function endSession(ports: Ports, actor: Actor): Promise<void> {
  try {
    await revokeSession(ports, actor, actor.sessionId)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
  }
}

interface Credentials {
  readonly login: string
  readonly password: string
}

/** A test account has the document's password; the program's own pages know another one. Null for anything else. */
function testLogin({ login: email, password }: Credentials): Credentials | null {
  const person = testData.people.find((one) => one.email === emailKey(email))
  return person === undefined || password !== programPassword
    ? null
    : { login: email, password: person.password }
}

/** Null for a wrong password: the account is not one of the test data. */
async function loginOrNull(
  ports: Ports,
  credentials: Credentials,
  device: Parameters<typeof login>[2],
): Promise<Awaited<ReturnType<typeof login>> | null> {
  try {
    return await login(ports, credentials, device)
  } catch (error) {
    if (error instanceof AppError && error.code === 'wrong_credentials') return null
    throw error
  }
}
