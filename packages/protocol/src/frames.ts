// WebSocket frames, both ways. Every frame is one JSON object with `type`; `ref` is the client's number, echoed in the answer.
import Type, { type Static, type TSchema } from 'typebox'
import { Chat, FileIds, Me, Member, Message, MessageText, Preferences, User } from './entities.ts'
import { ErrorCodeSchema } from './errors.ts'
import { Id, Seq, Time, Version } from './ids.ts'
import { limits } from './limits.ts'
import { SyncFields, VersionMap } from './rest.ts'

const closed = { additionalProperties: false } as const
const frame = <N extends string, P extends Record<string, TSchema>>(type: N, properties: P) =>
  Type.Object({ type: Type.Literal(type), ...properties }, closed)
const ref = Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const optional = Type.Optional
const users = Type.Array(User)

/** What a client may send. `hello` comes first and once; everything else before it is answered with `unauthenticated`. */
export const clientFrames = {
  hello: frame('hello', {
    ref,
    token: optional(Type.String({ minLength: 1, maxLength: 4096 })),
    chats: optional(VersionMap),
  }),
  send_message: frame('send_message', {
    ref,
    chat_id: Id,
    id: Id,
    text: optional(MessageText),
    file_ids: optional(FileIds),
    reply_to_id: optional(Type.Union([Id, Type.Null()])),
  }),
  edit_message: frame('edit_message', { ref, message_id: Id, text: MessageText }),
  delete_message: frame('delete_message', { ref, message_id: Id }),
  read: frame('read', { ref, chat_id: Id, seq: Seq }),
  typing: frame('typing', { ref, chat_id: Id }),
  watch_presence: frame('watch_presence', {
    ref,
    user_ids: Type.Array(Id, { maxItems: limits.watchedUsers, description: 'Replaces the former list' }),
  }),
  ping: frame('ping', { ref }),
} as const
export type ClientFrameType = keyof typeof clientFrames
export type ClientFrame = { [K in ClientFrameType]: Static<(typeof clientFrames)[K]> }[ClientFrameType]

const chatEvent = { chat_id: Id, version: Version }

/** Durable changes of a chat. Each takes exactly one version; the object is whole, so that order and repetition do not matter. */
export const durableEvents = {
  message_created: frame('message_created', { ...chatEvent, message: Message }),
  message_updated: frame('message_updated', { ...chatEvent, message: Message }),
  message_deleted: frame('message_deleted', { ...chatEvent, message: Message }),
  chat_created: frame('chat_created', { ...chatEvent, chat: Chat, users }),
  chat_updated: frame('chat_updated', { ...chatEvent, chat: Chat }),
  chat_deleted: frame('chat_deleted', { ...chatEvent, chat: Chat }),
  member_added: frame('member_added', { ...chatEvent, member: Member, chat: Chat, users }),
  member_updated: frame('member_updated', { ...chatEvent, member: Member }),
  member_removed: frame('member_removed', { ...chatEvent, member: Member, chat: Chat }),
} as const
export type DurableEventType = keyof typeof durableEvents
export type DurableEvent = { [K in DurableEventType]: Static<(typeof durableEvents)[K]> }[DurableEventType]

/** Everything else that the server tells without being asked. */
export const passingEvents = {
  read: frame('read', {
    chat_id: Id,
    user_id: Id,
    seq: Seq,
    at: Time,
    unread_count: optional(
      Type.Integer({ minimum: 0, description: 'Only to the reader: unread as of `version`' }),
    ),
    version: optional(Version),
  }),
  fully_read: frame('fully_read', { chat_id: Id, seq: Seq }),
  preferences_updated: frame('preferences_updated', { chat_id: Id, preferences: Preferences }),
  session_revoked: frame('session_revoked', { session_id: Id }),
  user_updated: frame('user_updated', { user: User }),
  me_updated: frame('me_updated', { user: Me }),
  typing: frame('typing', { chat_id: Id, user_id: Id }),
  presence: frame('presence', {
    user_id: Id,
    online: Type.Boolean(),
    last_seen_at: Type.Union([Time, Type.Null()]),
  }),
} as const
export type PassingEventType = keyof typeof passingEvents
export type PassingEvent = { [K in PassingEventType]: Static<(typeof passingEvents)[K]> }[PassingEventType]

export type ServerEvent = DurableEvent | PassingEvent

/** Answers to frames of the client. */
export const answerFrames = {
  ready: frame('ready', { ref, user: Me, session_id: Id, ...SyncFields }),
  ack: frame('ack', {
    ref,
    message: optional(Message),
    read: optional(
      Type.Object(
        { chat_id: Id, seq: Seq, at: Time, unread_count: Type.Integer({ minimum: 0 }), version: Version },
        closed,
      ),
    ),
  }),
  error: frame('error', { ref, code: ErrorCodeSchema, detail: Type.String(), retryable: Type.Boolean() }),
  pong: frame('pong', { ref }),
} as const
export type AnswerFrameType = keyof typeof answerFrames
export type AnswerFrame = { [K in AnswerFrameType]: Static<(typeof answerFrames)[K]> }[AnswerFrameType]
export type ReadyFrame = Static<typeof answerFrames.ready>
export type AckFrame = Static<typeof answerFrames.ack>
export type ErrorFrame = Static<typeof answerFrames.error>

export const serverFrames = { ...answerFrames, ...durableEvents, ...passingEvents } as const
export type ServerFrame = AnswerFrame | ServerEvent

/** Where the socket lives. */
export const socketPath = '/api/v1/ws'
