// What a client has missed, and demo data.
import Type, { type Static } from 'typebox'
import { ChatView, Member, Message } from '../entities.ts'
import { Cursor, Id, idPattern, Version } from '../ids.ts'
import { limits } from '../limits.ts'
import { object, optional, route, users } from './route.ts'

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

export const syncRoutes = {
  sync: route({
    method: 'POST',
    path: '/api/v1/sync',
    auth: 'user',
    cost: { call: 3, each: 0.05, of: 'chats' },
    tag: 'sync',
    summary: 'What changed since the versions that one holds',
    body: object({ chats: VersionMap }),
    answers: { 200: syncAnswer },
  }),
  seedDemo: route({
    method: 'POST',
    path: '/api/v1/demo',
    auth: 'none',
    cost: 50,
    tag: 'demo',
    summary: 'Fill the server with people, chats and messages; only where demo data is allowed (else 404)',
    body: object({
      seed: optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      like: optional(
        Type.String({
          minLength: 1,
          maxLength: 50,
          description: 'The test data of that dialect, in place of the large demo',
        }),
      ),
      operator_key: optional(
        Type.String({ maxLength: 200, description: "Shows that the caller holds the server's secret" }),
      ),
    }),
    answers: {
      200: object({
        logins: Type.Array(object({ username: Type.String(), name: Type.String(), password: Type.String() })),
        users: Type.Integer(),
        chats: Type.Integer(),
        messages: Type.Integer(),
      }),
    },
  }),
} as const
