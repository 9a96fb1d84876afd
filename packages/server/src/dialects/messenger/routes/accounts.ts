// Forms that make an account and open or end a session, whose tokens are in cookies.
import { Email, limits, Name, Password } from '@parley/protocol'
import Type from 'typebox'
import { createAccount } from '../../../core/accounts/create-account.ts'
import { login } from '../../../core/accounts/login.ts'
import type { ClientInfo } from '../../../core/accounts/login-session.ts'
import { refresh } from '../../../core/accounts/refresh.ts'
import { revokeSession } from '../../../core/accounts/revoke-session.ts'
import type { Actor } from '../../../core/actor.ts'
import { AppError } from '../../../core/errors.ts'
import type { Ports } from '../../../core/ports.ts'
import { requireRate } from '../../../core/rate-limits.ts'
import { applyDemo } from '../../kit/demo.ts'
import { object, route } from '../../kit/route.ts'
import { unrefreshedSeconds } from '../../kit/tokens.ts'
import { testData } from '../demo.ts'

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
    async handle({ ports }, { body, client, cookies }) {
      const credentials = { login: body.email, password: body.password }
      cookies.set(await login(ports, credentials, { ...client, accessLifetimeSeconds: unrefreshedSeconds }))
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
      const actor = visitor ?? (await actorOf(ports, cookies.refreshToken, client))
      if (actor !== null) await endSession(ports, actor)
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
    summary: 'Тестовые пользователи, чаты и сообщения; не в рабочей среде',
    answers: { 200: object({ message: Type.String() }) },
    async handle({ ports }, { client }) {
      if (!ports.policy.testData) throw new AppError('not_found')
      requireRate(ports.rateLimiter, 'register', client.ip)
      await applyDemo(ports, testData)
      return { status: 200, body: { message: 'Тестовые данные успешно созданы' } }
    },
  }),
]

/** Whose access token has expired still has the other one. */
async function actorOf(ports: Ports, refreshToken: string | null, client: ClientInfo): Promise<Actor | null> {
  if (refreshToken === null) return null
  try {
    const { me, sessionId } = await refresh(ports, refreshToken, client)
    return { userId: me.id, sessionId }
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_refresh_token') return null
    throw error
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
