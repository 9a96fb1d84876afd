// The calls about users and tokens.
import { Email, Password, Username } from '@parley/protocol'
import Type from 'typebox'
import { createPerson } from '../../../core/accounts/create-account.ts'
import { login } from '../../../core/accounts/login.ts'
import { AppError } from '../../../core/errors.ts'
import { DialectError } from '../../kit/errors.ts'
import { maybe, object, route } from '../../kit/route.ts'
import { unrefreshedSeconds } from '../../kit/tokens.ts'
import { UserShape, userOf } from '../shapes.ts'

const usernameTaken = 'Username already registered'
/** The program says which of the two; what its clients look for is in it either way. */
const eitherTaken = `${usernameTaken} or Email already registered`

export const userRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/users/',
    auth: 'none',
    summary: 'Регистрация нового пользователя',
    body: object({ username: Username, email: maybe(Email), password: Password }),
    answers: { 200: UserShape },
    errors: { already_exists: [400, usernameTaken] },
    async handle({ ports }, { body: { username, email, password }, client }) {
      const account = { username, password, ...(email ? { email } : {}) }
      try {
        return { status: 200, body: userOf(await createPerson(ports, account, client)) }
      } catch (error) {
        const isTaken = error instanceof AppError && error.code === 'already_exists'
        throw isTaken && email ? new DialectError(400, eitherTaken) : error
      }
    },
  }),
  // The document's address, and the program's.
  ...['/api/v1/users/token', '/api/v1/token'].map((path) =>
    route({
      method: 'POST',
      path,
      auth: 'none',
      summary: 'Получение JWT токена',
      body: object({ username: Type.String({ minLength: 1 }), password: Type.String({ minLength: 1 }) }),
      accepts: 'form',
      answers: { 200: object({ access_token: Type.String(), token_type: Type.String() }) },
      errors: { wrong_credentials: [401, 'Incorrect username or password'] },
      async handle({ ports }, { body, client }) {
        const credentials = { login: body.username, password: body.password }
        const session = await login(ports, credentials, {
          ...client,
          accessLifetimeSeconds: unrefreshedSeconds,
        })
        return { status: 200, body: { access_token: session.accessToken, token_type: 'bearer' } }
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/api/v1/users/me',
    auth: 'user',
    summary: 'Получение информации о текущем пользователе',
    answers: { 200: UserShape },
    async handle({ entities }, { actor }) {
      const facts = await entities.lookUp({ people: [actor.userId] })
      return { status: 200, body: userOf(facts.person(actor.userId)) }
    },
  }),
]
