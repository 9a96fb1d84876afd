// The calls about accounts and people.
import { Email, limits, Name, Password, Username } from '@parley/protocol'
import Type from 'typebox'
import { loginPerson } from '../../../core/accounts/login.ts'
import type { PersonLogin } from '../../../core/accounts/login-session.ts'
import { registerPerson } from '../../../core/accounts/register.ts'
import { AppError } from '../../../core/errors.ts'
import { emailsSeenBy, ownEmail } from '../../../core/people/emails.ts'
import type { DialectContext } from '../../kit/context.ts'
import { DialectError } from '../../kit/errors.ts'
import { listOthers, peopleCost, peopleQuery } from '../../kit/people-lists.ts'
import { maybe, object, optional, route } from '../../kit/route.ts'
import { unrefreshedSeconds } from '../../kit/tokens.ts'
import { AccountShape, UserShape, userOf } from '../shapes.ts'

const Login = Type.String({ minLength: 1, maxLength: limits.emailMax })
const Secret = Type.String({ minLength: 1, maxLength: limits.passwordMax })
const notKept = { description: 'Not kept', maxLength: 2_000 }

export const accountRoutes = [
  route({
    method: 'POST',
    path: '/api/auth/register',
    auth: 'none',
    summary: 'Регистрация: с email и name, или с username',
    body: object({
      email: maybe(Email),
      name: maybe(Name),
      username: maybe(Username),
      password: Password,
      city: maybe(Type.String(notKept)),
      avatar: maybe(Type.String(notKept)),
    }),
    answers: { 200: AccountShape },
    errors: { already_exists: [400, 'Username or email already registered'] },
    async handle(context, { body, client }) {
      const { email, name, username, password } = body
      if (username == null) requireAll('body', { email, name })
      const account = {
        password,
        ...given('email', email),
        ...given('name', name),
        ...given('username', username),
      }
      try {
        const made = await registerPerson(context.ports, account, lasting(client))
        return { status: 200, body: accountOf(context, made) }
      } catch (error) {
        const isEmail = error instanceof AppError && error.code === 'already_exists' && username == null
        throw isEmail ? new DialectError(400, 'Email already registered') : error
      }
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/login',
    auth: 'none',
    summary: 'Вход, по почте или имени: в запросе, в JSON или в форме',
    query: object({ email: optional(Login), password: optional(Secret) }),
    body: object({ email: maybe(Login), username: maybe(Login), password: maybe(Secret) }),
    accepts: 'json or form',
    answers: { 200: AccountShape },
    errors: { wrong_credentials: [401, 'Invalid credentials'] },
    async handle(context, { query, body, client }) {
      const email = body.username ?? body.email ?? query.email
      const password = body.password ?? query.password
      const credentials = requireAll('query', { email, password })
      const found = await loginPerson(
        context.ports,
        { login: credentials.email, password: credentials.password },
        lasting(client),
      )
      return { status: 200, body: accountOf(context, found) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/users/me',
    auth: 'user',
    summary: 'Текущий пользователь',
    answers: { 200: UserShape },
    async handle(context, { actor }) {
      const facts = await context.entities.lookUp({ people: [actor.userId] })
      return { status: 200, body: userOf(context, facts.person(actor.userId), ownEmail) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/users',
    auth: 'user',
    summary: 'Список пользователей, кроме себя',
    cost: peopleCost,
    query: object(peopleQuery),
    answers: { 200: Type.Array(UserShape) },
    async handle(context, { actor, query }) {
      const { ports, entities, base } = context
      const facts = await entities.lookUp({ people: [actor.userId] })
      const self = facts.person(actor.userId).number
      const { people, headers } = await listOthers(ports, actor, self, `${base}/api/users`, query)
      const emails = await emailsSeenBy(ports, actor.userId, people)
      return { status: 200, headers, body: people.map((person) => userOf(context, person, emails)) }
    },
  }),
]

const accountOf = (context: DialectContext, { person, accessToken }: PersonLogin) => ({
  ...userOf(context, person, ownEmail),
  access_token: accessToken,
  token_type: 'bearer',
})

/** The contract has no way to refresh a token. */
const lasting = <Client extends object>(client: Client) => ({
  ...client,
  accessLifetimeSeconds: unrefreshedSeconds,
})

const given = <Key extends string>(key: Key, value: string | null | undefined) =>
  (value == null ? {} : { [key]: value }) as Partial<Record<Key, string>>

/** Throws `invalid_request` that names each field which is not there. */
function requireAll<Key extends string>(
  part: 'query' | 'body',
  fields: Readonly<Record<Key, string | null | undefined>>,
): Record<Key, string> {
  const missing = Object.entries(fields).filter(([, value]) => value == null)
  if (missing.length === 0) return fields as Record<Key, string>
  const errors = missing.map(([key]) => ({ path: `/${part}/${key}`, message: 'Field required' }))
  throw new AppError('invalid_request', { errors })
}
