// WebSocket frames, both ways. Every frame is one JSON object with `type`; `ref` is the client's number, echoed in the answer.
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import type { Cost } from './cost.ts'
import { Chat, FileIds, Me, Member, Message, MessageText, Preferences, User } from './entities.ts'
import { ErrorCodeSchema } from './errors.ts'
import { Id, Seq, Time, Version } from './ids.ts'
import { limits } from './limits.ts'
import { type RouteName, SyncFields, VersionMap } from './rest.ts'

const closed = { additionalProperties: false } as const
const frame = <N extends string, P extends Record<string, TSchema>>(type: N, properties: P) =>
  Type.Object({ type: Type.Literal(type), ...properties }, closed)
const ref = Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const optional = Type.Optional
const users = Type.Array(User)

/** What is true of a frame besides its shape. */
export interface FrameRules<Field extends string = string> {
  /** What answers it, with its `ref`. Any frame may be answered with `error` instead. */
  readonly answer: Exclude<AnswerFrameType, 'error'>
  /** What it takes from the sender's budget. */
  readonly cost: Cost<Field>
  /**
   * The field that names what the frame is about: frames of one socket that name the same thing are carried out one after another.
   * Null for frames that may pass one another.
   */
  readonly key: Field | null
  /** The call of HTTP that does the same with the same fields: the two are one operation on the server. */
  readonly route: RouteName | null
}

const clientFrame = <S extends TObject, const R extends FrameRules<keyof S['properties'] & string>>(
  schema: S,
  rules: R,
): { readonly schema: S } & R => ({ schema, ...rules })

/**
 * What a client may send: the one table that the decoder, the order, the budget, the handlers and AsyncAPI are made from. `hello` comes
 * first and once; everything else before it is answered with `unauthenticated`.
 */
export const clientFrames = {
  hello: clientFrame(
    frame('hello', {
      ref,
      token: optional(Type.String({ minLength: 1, maxLength: 4096 })),
      user_id: optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'Whose the socket is to be; `other_account` if it is not',
        }),
      ),
      chats: optional(VersionMap),
    }),
    { answer: 'ready', cost: { call: 3, each: 0.05, of: 'chats' }, key: null, route: null },
  ),
  send_message: clientFrame(
    frame('send_message', {
      ref,
      chat_id: Id,
      id: Id,
      text: optional(MessageText),
      file_ids: optional(FileIds),
      reply_to_id: optional(Type.Union([Id, Type.Null()])),
    }),
    { answer: 'ack', cost: 1, key: 'id', route: 'sendMessage' },
  ),
  edit_message: clientFrame(frame('edit_message', { ref, message_id: Id, text: MessageText }), {
    answer: 'ack',
    cost: 2,
    key: 'message_id',
    route: 'editMessage',
  }),
  delete_message: clientFrame(frame('delete_message', { ref, message_id: Id }), {
    answer: 'ack',
    cost: 2,
    key: 'message_id',
    route: 'deleteMessage',
  }),
  read: clientFrame(frame('read', { ref, chat_id: Id, seq: Seq }), {
    answer: 'ack',
    cost: 1,
    key: null,
    route: 'markRead',
  }),
  typing: clientFrame(frame('typing', { ref, chat_id: Id }), {
    answer: 'ack',
    cost: 1,
    key: null,
    route: 'sendTyping',
  }),
  watch_presence: clientFrame(
    frame('watch_presence', {
      ref,
      user_ids: Type.Array(Id, {
        maxItems: limits.watchedUsers,
        description:
          'Replaces the former list; the present state of those who were not in it follows the answer',
      }),
    }),
    { answer: 'ack', cost: { call: 1, each: 0.02, of: 'user_ids' }, key: null, route: null },
  ),
  ping: clientFrame(frame('ping', { ref }), { answer: 'pong', cost: 1, key: null, route: null }),
} as const
type ClientFrames = typeof clientFrames
export type ClientFrameType = keyof ClientFrames
/** The frame of a type, or of any. Its type stands by itself once more, so that the compiler finds a frame's handler by it. */
export type ClientFrame<T extends ClientFrameType = ClientFrameType> = {
  [K in T]: Static<ClientFrames[K]['schema']> & { type: K }
}[T]
/** The calls of HTTP that a frame asks for too. */
export type SharedRouteName = Exclude<ClientFrames[ClientFrameType]['route'], null>

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
/** The frame that answers one of a type, unless it is an error. */
export type AnswerTo<T extends ClientFrameType> = Static<(typeof answerFrames)[ClientFrames[T]['answer']]>
export type ReadyFrame = Static<typeof answerFrames.ready>
export type AckFrame = Static<typeof answerFrames.ack>
export type ErrorFrame = Static<typeof answerFrames.error>

export const serverFrames = { ...answerFrames, ...durableEvents, ...passingEvents } as const
export type ServerFrame = AnswerFrame | ServerEvent

/** Where the socket lives. */
export const socketPath = '/api/v1/ws'
