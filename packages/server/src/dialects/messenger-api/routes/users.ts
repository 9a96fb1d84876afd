// The calls about users and tokens.

import { Email, limits } from '@parley/protocol'
import Type from 'typebox'
import { createPerson } from '../../../core/accounts/create-account.ts'
import { deactivateAccount } from '../../../core/accounts/deactivate-account.ts'
import { deleteAccount } from '../../../core/accounts/delete-account.ts'
import { login } from '../../../core/accounts/login.ts'
import type { Login } from '../../../core/accounts/login-session.ts'
import { refresh } from '../../../core/accounts/refresh.ts'
import { setPassword } from '../../../core/accounts/set-password.ts'
import { updateMe } from '../../../core/accounts/update-me.ts'
import type { Actor } from '../../../core/actor.ts'
import { AppError } from '../../../core/errors.ts'
import { emailsSeenBy, ownEmail } from '../../../core/people/emails.ts'
import { findPeople } from '../../../core/people/find-people.ts'
import { listPeople } from '../../../core/people/list-people.ts'
import type { Person } from '../../../core/people/store.ts'
import type { DialectContext } from '../../kit/context.ts'
import { DialectError } from '../../kit/errors.ts'
import { IntegerId, maybe, object, optional, route } from '../../kit/route.ts'
import { TokensShape, UserShape, userOf } from '../shapes.ts'

const root = '/api/v1/users'
const userPath = object({ user_id: IntegerId })
const taken = { already_exists: [400, 'Такой email или такое имя пользователя уже заняты'] } as const

const Username = Type.String({
  minLength: limits.usernameMin,
  maxLength: limits.usernameMax,
  pattern: '^[\\p{L}\\p{M}\\p{N}_]+$',
  description: 'Letters, digits, underscores',
})
const Password = Type.String({ minLength: 8, maxLength: 100 })

export const userRoutes = [
  route({
    method: 'POST',
    path: root,
    auth: 'none',
    summary: 'Создание нового пользователя',
    body: object({ email: Email, username: Username, password: Password }),
    answers: { 201: UserShape },
    errors: taken,
    async handle({ ports }, { body, client }) {
      const { email, username, password } = body
      const person = await createPerson(ports, { email, username, password }, client)
      return { status: 201, body: userOf(person, ownEmail) }
    },
  }),
  route({
    method: 'GET',
    path: root,
    auth: 'user',
    summary: 'Получение списка пользователей (с пагинацией)',
    query: object({
      skip: optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 })),
      limit: optional(Type.Integer({ minimum: 1, maximum: 100, default: 100 })),
    }),
    answers: { 200: Type.Array(UserShape) },
    async handle({ ports }, { actor, query: { skip = 0, limit = 100 } }) {
      const people = await listPeople(ports, actor, { offset: skip, limit })
      const emails = await emailsSeenBy(ports, actor.userId, people)
      return { status: 200, body: people.map((person) => userOf(person, emails)) }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/{user_id}`,
    auth: 'user',
    summary: 'Получение информации о пользователе',
    params: userPath,
    answers: { 200: UserShape },
    errors: { not_found: [404, 'Такого пользователя нет'] },
    async handle({ ports }, { actor, params }) {
      const [person] = await findPeople(ports, actor, { numbers: [params.user_id] })
      if (person === undefined || person.deleted_at !== null) throw new AppError('not_found')
      return { status: 200, body: userOf(person, await emailsSeenBy(ports, actor.userId, [person])) }
    },
  }),
  route({
    method: 'PUT',
    path: `${root}/{user_id}`,
    auth: 'user',
    summary: 'Обновление данных пользователя',
    params: userPath,
    body: object({
      email: maybe(Email),
      username: maybe(Username),
      password: maybe(Password),
      is_active: maybe(Type.Boolean()),
    }),
    answers: { 200: UserShape },
    errors: taken,
    async handle(context, { actor, params, body }) {
      const former = await requireOwn(context, actor, params.user_id)
      const { ports, proof } = context
      const { email, username, password } = body
      const profile = { ...(email ? { email } : {}), ...(username ? { username } : {}) }
      const me = Object.keys(profile).length === 0 ? null : await updateMe(ports, actor, profile, proof)
      if (password) await setPassword(ports, actor, password, proof)
      if (body.is_active === false) await deactivateAccount(ports, actor, proof)
      const person = me === null ? former : { ...former, username: me.username, own_email: me.email }
      const { is_active, ...shown } = userOf(person, ownEmail)
      return { status: 200, body: { ...shown, is_active: is_active && body.is_active !== false } }
    },
  }),
  route({
    method: 'DELETE',
    path: `${root}/{user_id}`,
    auth: 'user',
    summary: 'Удаление пользователя',
    params: userPath,
    answers: { 204: null },
    async handle(context, { actor, params }) {
      await requireOwn(context, actor, params.user_id)
      await deleteAccount(context.ports, actor, context.proof)
      return { status: 204 }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/login`,
    auth: 'none',
    summary: 'Вход в систему',
    body: object({ email: Email, password: Type.String({ minLength: 1, maxLength: limits.passwordMax }) }),
    answers: { 200: TokensShape },
    async handle({ ports }, { body, client }) {
      const session = await login(ports, { login: body.email, password: body.password }, client)
      return { status: 200, body: tokensOf(session) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/refresh`,
    auth: 'none',
    summary: 'Обновление токена: refresh-токен передаётся как bearer',
    answers: { 200: TokensShape },
    async handle({ ports }, { bearer, client }) {
      if (bearer === null) throw new AppError('unauthenticated')
      return { status: 200, body: tokensOf(await refresh(ports, bearer, client)) }
    },
  }),
]

const tokensOf = ({ accessToken, refreshToken }: Login) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  token_type: 'bearer',
})

async function ownPerson({ ports }: DialectContext, actor: Actor): Promise<Person> {
  const [person] = await findPeople(ports, actor, { ids: [actor.userId] })
  if (person === undefined) throw new AppError('unauthenticated')
  return person
}

/** Gives whoever asks. Says the same about other users and about none. */
async function requireOwn(context: DialectContext, actor: Actor, number: number): Promise<Person> {
  const own = await ownPerson(context, actor)
  if (own.number !== number) throw new DialectError(403, 'Изменить можно только свою учётную запись')
  return own
}
