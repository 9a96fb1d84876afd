// The route table: every REST call with its schemas. Server, OpenAPI, SDK and the authorisation matrix are made from it.
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import {
  Chat,
  ChatView,
  Description,
  Email,
  Locale,
  Me,
  Member,
  Message,
  MessageRead,
  MessageText,
  Name,
  Password,
  Posting,
  Preferences,
  Revision,
  Role,
  Session,
  Title,
  User,
  Username,
  Visibility,
} from './entities.ts'
import { Cursor, Id, idPattern, Seq, Time, Version } from './ids.ts'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const
const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, closed)
const optional = Type.Optional
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const users = Type.Array(User, { description: 'Public profiles that the answer refers to, once each' })
const nextCursor = Type.Union([Cursor, Type.Null()])
const page = {
  limit: optional(Type.Integer({ minimum: 1, maximum: limits.pageMax })),
  cursor: optional(Cursor),
}
const chatPath = object({ chat_id: Id })
const memberPath = object({ chat_id: Id, user_id: Id })
const messagePath = object({ message_id: Id })

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call: anyone, or a person with a valid access token. What that person may see is decided in the core. */
export type RouteAuth = 'none' | 'user'

export interface Route {
  readonly method: Method
  /** Path below the root, parameters in braces as in OpenAPI. */
  readonly path: string
  readonly auth: RouteAuth
  readonly tag: 'auth' | 'users' | 'chats' | 'members' | 'messages' | 'sync' | 'demo'
  readonly summary: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TSchema
  /** Success statuses and their bodies; null for no body. Errors are problem+json everywhere. */
  readonly answers: Readonly<Record<number, TSchema | null>>
}

const route = <const R extends Route>(definition: R): R => definition

const Transport = Type.Enum(['body', 'cookie'])

/** Tokens and who they belong to. With the cookie transport the two tokens are absent and come as HttpOnly cookies. */
export const AuthAnswer = object({
  user: Me,
  session_id: Id,
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds until the access token expires' }),
  access_token: optional(Type.String()),
  refresh_token: optional(Type.String()),
})
export type AuthAnswer = Static<typeof AuthAnswer>

const chatAnswer = object({ chat: ChatView, users })
const messageAnswer = object({ message: Message, users })
const membersAnswer = object({ items: Type.Array(Member), users })
const readAnswer = object({
  chat_id: Id,
  seq: Seq,
  at: Time,
  unread_count: Type.Integer({ minimum: 0 }),
  version: Version,
})

/** What changed since the versions that a client holds; the body of `ready` too. */
export const SyncFields = {
  chats: Type.Array(ChatView),
  next_cursor: Type.Union([Cursor, Type.Null()], { description: 'More chats: GET /chats with this cursor' }),
  messages: Type.Array(Message),
  members: Type.Array(Member),
  gaps: Type.Array(Id, { description: 'Chats in which too much changed: drop the copy, page history again' }),
  removed: Type.Array(Id, { description: 'Chats that were asked about and are not yours any more' }),
  users,
} as const
const syncAnswer = object(SyncFields)
export type SyncAnswer = Static<typeof syncAnswer>

export const VersionMap = Type.Record(Type.String({ pattern: idPattern }), Version, {
  additionalProperties: false,
  maxProperties: limits.resumeChats,
  description: 'chat id → the version up to which the client holds every change',
})

export const CreateDirect = object({ kind: Type.Literal('direct'), user_id: Id })
export const CreateGroup = object({
  kind: Type.Literal('group'),
  title: Title,
  description: optional(Description),
  member_ids: Type.Array(Id, { maxItems: limits.membersPerCall }),
  posting: optional(Posting),
  visibility: optional(Visibility),
})

export const SendBody = object({
  id: optional(Id),
  text: MessageText,
  reply_to_id: optional(nullable(Id)),
})

export const routes = {
  register: route({
    method: 'POST',
    path: '/api/v1/auth/register',
    auth: 'none',
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
    tag: 'auth',
    summary: 'Log in with username or email',
    body: object({
      login: Type.String({ minLength: 1, maxLength: limits.emailMax }),
      password: Type.String({ minLength: 1, maxLength: limits.passwordMax }),
      transport: optional(Transport),
    }),
    answers: { 200: AuthAnswer },
  }),
  refresh: route({
    method: 'POST',
    path: '/api/v1/auth/refresh',
    auth: 'none',
    tag: 'auth',
    summary: 'Trade the refresh token (body or cookie) for a new pair',
    body: object({ refresh_token: optional(Type.String({ minLength: 1, maxLength: 500 })) }),
    answers: { 200: AuthAnswer },
  }),
  logout: route({
    method: 'POST',
    path: '/api/v1/auth/logout',
    auth: 'user',
    tag: 'auth',
    summary: 'End this session and close its sockets',
    answers: { 204: null },
  }),
  listSessions: route({
    method: 'GET',
    path: '/api/v1/auth/sessions',
    auth: 'user',
    tag: 'auth',
    summary: 'Own sessions, the latest used first',
    answers: { 200: object({ items: Type.Array(Session) }) },
  }),
  revokeSession: route({
    method: 'DELETE',
    path: '/api/v1/auth/sessions/{session_id}',
    auth: 'user',
    tag: 'auth',
    summary: 'End one of the own sessions and close its sockets',
    params: object({ session_id: Id }),
    answers: { 204: null },
  }),
  changePassword: route({
    method: 'POST',
    path: '/api/v1/auth/password',
    auth: 'user',
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
    tag: 'users',
    summary: 'The own account',
    answers: { 200: object({ user: Me }) },
  }),
  updateMe: route({
    method: 'PATCH',
    path: '/api/v1/users/me',
    auth: 'user',
    tag: 'users',
    summary: 'Change the own profile',
    body: object({
      username: optional(nullable(Username)),
      email: optional(nullable(Email)),
      name: optional(Name),
      bio: optional(Type.String({ maxLength: limits.bioMax })),
      locale: optional(Locale),
    }),
    answers: { 200: object({ user: Me }) },
  }),
  listUsers: route({
    method: 'GET',
    path: '/api/v1/users',
    auth: 'user',
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
    tag: 'users',
    summary: 'A public profile',
    params: object({ user_id: Id }),
    answers: { 200: object({ user: User }) },
  }),
  listChats: route({
    method: 'GET',
    path: '/api/v1/chats',
    auth: 'user',
    tag: 'chats',
    summary: 'Own chats, newest activity first',
    query: object({ ...page, archived: optional(Type.Boolean()) }),
    answers: { 200: object({ items: Type.Array(ChatView), next_cursor: nextCursor, users }) },
  }),
  listPublicChats: route({
    method: 'GET',
    path: '/api/v1/chats/public',
    auth: 'user',
    tag: 'chats',
    summary: 'Find public groups by a part of the title',
    query: object({ ...page, query: optional(Type.String({ maxLength: limits.titleMax })) }),
    answers: { 200: object({ items: Type.Array(Chat), next_cursor: nextCursor }) },
  }),
  createChat: route({
    method: 'POST',
    path: '/api/v1/chats',
    auth: 'user',
    tag: 'chats',
    summary: 'Make a group, or get the one direct chat with a person',
    body: Type.Union([CreateDirect, CreateGroup]),
    answers: { 201: chatAnswer, 200: chatAnswer },
  }),
  getChat: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    tag: 'chats',
    summary: 'A chat as the caller sees it',
    params: chatPath,
    answers: { 200: chatAnswer },
  }),
  updateChat: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    tag: 'chats',
    summary: 'Change a group (owner and admins)',
    params: chatPath,
    body: object({
      title: optional(Title),
      description: optional(Description),
      posting: optional(Posting),
      visibility: optional(Visibility),
    }),
    answers: { 200: chatAnswer },
  }),
  deleteChat: route({
    method: 'DELETE',
    path: '/api/v1/chats/{chat_id}',
    auth: 'user',
    tag: 'chats',
    summary: 'Delete a group for everyone (owner)',
    params: chatPath,
    answers: { 204: null },
  }),
  updatePreferences: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}/preferences',
    auth: 'user',
    tag: 'chats',
    summary: 'Mute, pin or archive a chat for oneself',
    params: chatPath,
    body: object({
      muted_until: optional(nullable(Time)),
      pinned: optional(Type.Boolean()),
      archived: optional(Type.Boolean()),
    }),
    answers: { 200: Preferences },
  }),
  listMembers: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}/members',
    auth: 'user',
    tag: 'members',
    summary: 'Members of a chat, in the order they joined',
    params: chatPath,
    query: object(page),
    answers: { 200: object({ items: Type.Array(Member), next_cursor: nextCursor, users }) },
  }),
  addMembers: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/members',
    auth: 'user',
    tag: 'members',
    summary:
      'Add people (owner and admins), or join a public group oneself; those who are in stay as they are',
    params: chatPath,
    body: object({ user_ids: Type.Array(Id, { minItems: 1, maxItems: limits.membersPerCall }) }),
    answers: { 200: membersAnswer },
  }),
  updateMember: route({
    method: 'PATCH',
    path: '/api/v1/chats/{chat_id}/members/{user_id}',
    auth: 'user',
    tag: 'members',
    summary: 'Change a role (owner); making another the owner makes the caller an admin',
    params: memberPath,
    body: object({ role: Role }),
    answers: { 200: object({ member: Member, users }) },
  }),
  removeMember: route({
    method: 'DELETE',
    path: '/api/v1/chats/{chat_id}/members/{user_id}',
    auth: 'user',
    tag: 'members',
    summary: 'Remove a member, or leave; an owner who leaves hands over',
    params: memberPath,
    answers: { 204: null },
  }),
  listMessages: route({
    method: 'GET',
    path: '/api/v1/chats/{chat_id}/messages',
    auth: 'user',
    tag: 'messages',
    summary: 'A page of history, ascending: the latest, or before, after or around a seq, or from a time on',
    params: chatPath,
    query: object({
      before: optional(Seq),
      after: optional(Seq),
      around: optional(Seq),
      at: optional(Time),
      limit: page.limit,
    }),
    answers: {
      200: object({
        items: Type.Array(Message),
        has_before: Type.Boolean(),
        has_after: Type.Boolean(),
        users,
      }),
    },
  }),
  sendMessage: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/messages',
    auth: 'user',
    tag: 'messages',
    summary: 'Send; the same id again (or Idempotency-Key) gives the stored message',
    params: chatPath,
    body: SendBody,
    answers: { 201: messageAnswer, 200: messageAnswer },
  }),
  getMessage: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    tag: 'messages',
    summary: 'One message',
    params: messagePath,
    answers: { 200: messageAnswer },
  }),
  editMessage: route({
    method: 'PATCH',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    tag: 'messages',
    summary: 'Change the text (sender)',
    params: messagePath,
    body: object({ text: MessageText }),
    answers: { 200: messageAnswer },
  }),
  deleteMessage: route({
    method: 'DELETE',
    path: '/api/v1/messages/{message_id}',
    auth: 'user',
    tag: 'messages',
    summary: 'Delete for everyone (sender, owner, admin)',
    params: messagePath,
    answers: { 200: messageAnswer },
  }),
  listRevisions: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}/revisions',
    auth: 'user',
    tag: 'messages',
    summary: 'Former texts, the oldest first',
    params: messagePath,
    answers: { 200: object({ items: Type.Array(Revision) }) },
  }),
  listMessageReads: route({
    method: 'GET',
    path: '/api/v1/messages/{message_id}/reads',
    auth: 'user',
    tag: 'messages',
    summary: 'Who has read the message, and when',
    params: messagePath,
    answers: { 200: object({ items: Type.Array(MessageRead), users }) },
  }),
  markRead: route({
    method: 'PUT',
    path: '/api/v1/chats/{chat_id}/read',
    auth: 'user',
    tag: 'messages',
    summary: 'Move the own cursor up to a seq; it never falls',
    params: chatPath,
    body: object({ seq: Seq }),
    answers: { 200: readAnswer },
  }),
  sendTyping: route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/typing',
    auth: 'user',
    tag: 'messages',
    summary: 'Show the others that one is typing',
    params: chatPath,
    answers: { 204: null },
  }),
  sync: route({
    method: 'POST',
    path: '/api/v1/sync',
    auth: 'user',
    tag: 'sync',
    summary: 'What changed since the versions that one holds',
    body: object({ chats: VersionMap }),
    answers: { 200: syncAnswer },
  }),
  seedDemo: route({
    method: 'POST',
    path: '/api/v1/demo',
    auth: 'none',
    tag: 'demo',
    summary: 'Fill the server with people, chats and messages; only where demo data is allowed (else 404)',
    body: object({ seed: optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })) }),
    answers: {
      200: object({
        logins: Type.Array(object({ username: Type.String(), name: Type.String(), password: Type.String() })),
        users: Type.Integer(),
        chats: Type.Integer(),
        messages: Type.Integer(),
      }),
    },
  }),
} as const satisfies Record<string, Route>

export type Routes = typeof routes
export type RouteName = keyof Routes

type StaticOr<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise
type Part<R, K extends 'params' | 'query' | 'body'> = R extends { readonly [P in K]: infer S }
  ? StaticOr<S, undefined>
  : undefined

/** The types of a call's parts by its name in the table; a part that the call does not have is `undefined`. */
export type RouteParams<N extends RouteName> = Part<Routes[N], 'params'>
export type RouteQuery<N extends RouteName> = Part<Routes[N], 'query'>
export type RouteBody<N extends RouteName> = Part<Routes[N], 'body'>
export type RouteAnswer<N extends RouteName> = {
  [S in keyof Routes[N]['answers']]: StaticOr<Routes[N]['answers'][S], null>
}[keyof Routes[N]['answers']]
