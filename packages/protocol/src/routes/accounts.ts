// Calls about accounts, sessions and people.
import Type, { type Static } from 'typebox'
import { Email, EmailVisibility, Locale, Me, Name, Password, Session, User, Username } from '../entities.ts'
import { Id } from '../ids.ts'
import { limits } from '../limits.ts'
import { nextCursor, nullable, object, optional, page, pageCost, route } from './route.ts'

const Transport = Type.Enum(['body', 'cookie'])

const DeviceToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What the last login on this device gave',
})

/** Tokens and who they belong to. With the cookie transport the tokens are absent and come as HttpOnly cookies. */
export const AuthAnswer = object({
  user: Me,
  session_id: Id,
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds until the access token expires' }),
  access_token: optional(Type.String()),
  refresh_token: optional(Type.String()),
  device_token: optional(
    Type.String({
      description:
        'After a login: shown at the next one, it makes this device known, so that others who guess wrongly cannot lock it out',
    }),
  ),
})
export type AuthAnswer = Static<typeof AuthAnswer>

export const accountRoutes = {
  register: route({
    method: 'POST',
    path: '/api/v1/auth/register',
    auth: 'none',
    cost: 10,
    tag: 'auth',
    summary: 'Make an account, by username, email or both, and log in',
    body: object({
      username: optional(Username),
      email: optional(Email),
      name: optional(Name),
      password: Password,
      locale: optional(Locale),
      transport: optional(Transport),
    }),
    answers: { 201: AuthAnswer },
  }),
  login: route({
    method: 'POST',
    path: '/api/v1/auth/login',
    auth: 'none',
    cost: 10,
    tag: 'auth',
    summary: 'Log in with username or email',
    body: object({
      login: Type.String({ minLength: 1, maxLength: limits.emailMax }),
      password: Type.String({ minLength: 1, maxLength: limits.passwordMax }),
      device_token: optional(DeviceToken),
      transport: optional(Transport),
    }),
    answers: { 200: AuthAnswer },
  }),
  refresh: route({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    auth: 'none',
    cost: 3,
    tag: 'auth',
    summary: 'Trade the refresh token (body or cookie) for a new pair',
    body: object({ refresh_token: optional(Type.String({ minLength: 1, maxLength: 500 })) }),
    answers: { 200: AuthAnswer },
  }),
  logout: route({
    method: 'POST',
    path: '/api/v1/auth/logout',
    auth: 'optional',
    cost: 3,
    tag: 'auth',
    summary:
      'End this session and close its sockets; when its access token has expired, by the refresh token (body or cookie)',
    body: object({ refresh_token: optional(Type.String({ minLength: 1, maxLength: 500 })) }),
    answers: { 204: null },
  }),
  listSessions: route({
    method: 'GET',
    path: '/api/v1/auth/sessions',
    auth: 'user',
    cost: 2,
    tag: 'auth',
    summary: 'Own sessions, the latest used first',
    answers: { 200: object({ items: Type.Array(Session) }) },
  }),
  revokeSession: route({
    method: 'DELETE',
    path: '/api/v1/auth/sessions/{session_id}',
    auth: 'user',
    cost: 3,
    tag: 'auth',
    summary: 'End one of the own sessions and close its sockets',
    params: object({ session_id: Id }),
    answers: { 204: null },
  }),
  changePassword: route({
    method: 'POST',
    path: '/api/v1/auth/password',
    auth: 'user',
    cost: 10,
    tag: 'auth',
    summary: 'Change the password; every other session ends',
    body: object({
      current_password: Type.String({ minLength: 1, maxLength: limits.passwordMax }),
      new_password: Password,
    }),
    answers: { 204: null },
  }),
  getMe: route({
    method: 'GET',
    path: '/api/v1/users/me',
    auth: 'user',
    cost: 1,
    tag: 'users',
    summary: 'The own account',
    answers: { 200: object({ user: Me }) },
  }),
  updateMe: route({
    method: 'PATCH',
    path: '/api/v1/users/me',
    auth: 'user',
    cost: 10,
    tag: 'users',
    summary: 'Change the own profile; another username or email needs the current password',
    body: object({
      current_password: optional(Type.String({ minLength: 1, maxLength: limits.passwordMax })),
      username: optional(nullable(Username)),
      email: optional(nullable(Email)),
      name: optional(Name),
      bio: optional(Type.String({ maxLength: limits.bioMax })),
      locale: optional(Locale),
      email_visibility: optional(EmailVisibility),
    }),
    answers: { 200: object({ user: Me }) },
  }),
  deleteMe: route({
    method: 'DELETE',
    path: '/api/v1/users/me',
    auth: 'user',
    cost: 20,
    tag: 'users',
    summary: 'Delete the own account for good; messages stay, of a deleted account',
    body: object({ password: Type.String({ minLength: 1, maxLength: limits.passwordMax }) }),
    answers: { 204: null },
  }),
  listUsers: route({
    method: 'GET',
    path: '/api/v1/users',
    auth: 'user',
    cost: pageCost(4, 0.05),
    tag: 'users',
    summary: 'Find people by the beginning of a name or username, by exact email, or by ids',
    query: object({
      ...page,
      query: optional(Type.String({ maxLength: limits.emailMax })),
      ids: optional(
        Type.String({
          pattern: `^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,${limits.pageMax - 1}}$`,
          description: 'Comma-separated',
        }),
      ),
    }),
    answers: { 200: object({ items: Type.Array(User), next_cursor: nextCursor }) },
  }),
  getUser: route({
    method: 'GET',
    path: '/api/v1/users/{user_id}',
    auth: 'user',
    cost: 1,
    tag: 'users',
    summary: 'A public profile',
    params: object({ user_id: Id }),
    answers: { 200: object({ user: User }) },
  }),
} as const
