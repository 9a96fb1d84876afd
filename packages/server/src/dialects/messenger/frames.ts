// The three sockets of the contract: one for each chat, one for each group, and one that tells what is unread and read.

import type { Chat, ChatView, Id, Message, ServerEvent } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import { getChat } from '../../core/chats/get-chat.ts'
import { listAllChats } from '../../core/chats/list-full-chats.ts'
import type { EntityCache, Facts } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { AppError } from '../../core/errors.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import { listReadable, listVisible, type ReadMessage } from '../../core/messages/list-visible.ts'
import type { Payer } from '../../core/payers.ts'
import { type Emails, emailsOf } from '../../core/people/emails.ts'
import { paidPages } from '../kit/chat-lists.ts'
import type { DialectContext } from '../kit/context.ts'
import { fullName } from '../kit/names.ts'
import { object, Uuid } from '../kit/route.ts'
import { type EventFrames, type Frames, frame, frames, policyViolation, socket } from '../kit/socket.ts'
import { encodeWritten } from '../kit/written.ts'
import { chatMessageOf, groupMessageOf, isChannel, toldName } from './shapes.ts'

const historyLength = 50
const words = {
  fault: (detail: string) => ({ event: 'error', detail }),
  refusalCode: policyViolation,
}

/** A chat whose history is told first, and every later message once: none of both, and none of neither. */
class OpenChat {
  readonly id: Id
  private upTo: number | null = null
  private readonly heard = new Set<number>()

  constructor(id: Id) {
    this.id = id
  }

  /** Whether the message is to be told when its event comes. */
  isNew({ chat_id, seq }: Message): boolean {
    if (chat_id !== this.id) return false
    if (this.upTo !== null) return seq > this.upTo
    this.heard.add(seq)
    return true
  }

  /** The newest messages but for those that are told anyway, the newest first. */
  async history({ ports }: DialectContext, actor: Actor, list: typeof listVisible): Promise<ReadMessage[]> {
    const page = { order: 'newest', offset: 0, limit: historyLength } as const
    const items = await list(ports, actor, this.id, page)
    this.upTo = items[0]?.message.seq ?? 0
    return items.filter(({ message }) => !this.heard.has(message.seq))
  }
}

async function greet(
  context: DialectContext,
  actor: Actor,
  chat: OpenChat,
  list: typeof listVisible,
  shape: (facts: Facts, emails: Emails, item: ReadMessage) => object,
): Promise<object> {
  const items = await chat.history(context, actor, list)
  const people = items.map(({ message }) => message.sender_id)
  const facts = await context.entities.lookUp({ people })
  const emails = await emailsOf(context, actor.userId, people)
  return { event: 'history', messages: items.map((item) => shape(facts, emails, item)) }
}

const chatSocket = socket({
  ...words,
  path: '/api/v1/chats/chat/{chat_id}',
  params: object({ chat_id: Uuid }),
  summary: 'Подключение к чату: история, сообщения, набор текста, прочтения',
  async admit({ ports }, actor, { chat_id }) {
    const { chat } = await getMembership(ports, actor, chat_id)
    return new OpenChat(chat.id)
  },
  chatOf: (chat) => chat.id,
  greet: (context, actor, chat) => greet(context, actor, chat, listVisible, chatMessageOf),
  hears: ({ place }, event) =>
    event.type === 'message_created'
      ? place.isNew(event.message)
      : (event.type === 'typing' || event.type === 'read') && event.chat_id === place.id,
  encode: encodeChat,
  command: frames<OpenChat>('event', {
    message: frame(object({ text: Type.String() }), ({ text }, { place }) => ({
      do: 'send',
      chat: place.id,
      text,
    })),
    typing: frame(object({}), (_, { place }) => ({ do: 'typing', chat: place.id })),
    read: frame(object({ message_id: Uuid }), ({ message_id }, { place }) => ({
      do: 'read',
      chat: place.id,
      message: message_id,
    })),
  }),
})

function encodeChat(event: ServerEvent, entities: EntityCache): MaybePromise<EventFrames> {
  switch (event.type) {
    case 'message_created':
      return encodeMessage(event.message, entities)
    case 'typing':
      return whenReady(entities.lookUp({ people: [event.user_id] }), (facts) => ({
        event: 'typing',
        chat_id: event.chat_id,
        sender_id: event.user_id,
        sender_name: fullName(facts.person(event.user_id)),
      }))
    case 'read':
      return whenReady(entities.passedBy(event), (passed) =>
        passed.map(({ id }) => ({ event: 'read', message_id: id, user_id: event.user_id })),
      )
    default:
      return null
  }
}

const encodeMessage = (message: Message, entities: EntityCache): MaybePromise<EventFrames> =>
  encodeWritten(entities, message, (facts, emails) => ({
    event: 'message',
    ...chatMessageOf(facts, emails, { message, reads: [] }),
  }))

const encodePost = (message: Message, entities: EntityCache): MaybePromise<EventFrames> =>
  whenReady(entities.lookUp({ people: [message.sender_id] }), (facts) => ({
    event: 'message',
    ...groupMessageOf(facts, { message, reads: [] }),
  }))

const groupSocket = socket({
  ...words,
  path: '/api/v1/groups/{group_id}',
  params: object({ group_id: Uuid }),
  summary: 'Подписка на группу: история и новые сообщения',
  /** A public group is shown to whoever has not joined it; what is posted comes to members alone. */
  async admit({ ports }, actor, { group_id }) {
    const { chat } = await getChat(ports, actor, group_id)
    if (!isChannel(chat)) throw new AppError('not_found')
    return new OpenChat(chat.id)
  },
  chatOf: (chat) => chat.id,
  greet: (context, actor, chat) =>
    greet(context, actor, chat, listReadable, (facts, _, item) => groupMessageOf(facts, item)),
  hears: ({ place }, event) => event.type === 'message_created' && place.isNew(event.message),
  encode: (event, entities) =>
    event.type === 'message_created' ? encodePost(event.message, entities) : null,
  command: frames<OpenChat>('event', {
    post: frame(object({ text: Type.String() }), ({ text }, { place }) => ({
      do: 'send',
      chat: place.id,
      text,
    })),
  }),
})

const statusSocket = socket({
  ...words,
  path: '/api/v1/messenger/read/status',
  summary: 'Непрочитанное, новые чаты и группы, полное прочтение',
  admit: async () => null,
  hears: (_, { type }) =>
    type === 'message_created' || type === 'read' || type === 'chat_created' || type === 'member_added',
  encode: encodeStatus,
  command: frames('event', {
    check_unread: frame(object({}), () => ({ do: 'ask', answer: unreadChats })),
    check_groups: frame(object({}), () => ({ do: 'ask', answer: ownGroups })),
  }),
})

async function unreadChats(context: DialectContext, actor: Actor, payer: Payer): Promise<Frames> {
  const isWanted = (chat: ChatView) => chat.unread_count > 0 && !isChannel(chat)
  return unreadFrame(false, await idsOf(context, actor, payer, isWanted))
}

/** All of them, read ones too: by the answer the program's clients know what groups there are. */
async function ownGroups(context: DialectContext, actor: Actor, payer: Payer): Promise<Frames> {
  return unreadFrame(true, await idsOf(context, actor, payer, isChannel))
}

async function idsOf(
  { ports }: DialectContext,
  actor: Actor,
  payer: Payer,
  isWanted: (chat: ChatView) => boolean,
): Promise<Id[]> {
  const ids: Id[] = []
  for await (const chats of paidPages(payer, listAllChats(ports, actor))) {
    ids.push(...chats.filter(isWanted).map(({ id }) => id))
  }
  return ids
}

const unreadFrame = (channels: boolean, ids: readonly Id[]) =>
  channels ? { event: 'unread_groups', group_ids: ids } : { event: 'unread_chats', chat_ids: ids }

function encodeStatus(event: ServerEvent, entities: EntityCache): MaybePromise<EventFrames> {
  switch (event.type) {
    case 'message_created': {
      const { chat_id, sender_id } = event.message
      return whenReady(entities.lookUp({ chats: [chat_id] }), (facts) => {
        const told = unreadFrame(isChannel(facts.chat(chat_id)), [chat_id])
        return (userId: Id) => (userId === sender_id ? null : told)
      })
    }
    case 'read':
      return encodeFullyRead(event, entities)
    case 'chat_created':
      return encodeNewChat(event.chat, entities, (userId) => userId !== event.chat.created_by)
    case 'member_added':
      return encodeNewChat(event.chat, entities, (userId) => userId === event.member.user_id)
    default:
      return null
  }
}

const encodeNewChat = (
  chat: Chat,
  entities: EntityCache,
  isFor: (userId: Id) => boolean,
): MaybePromise<EventFrames> =>
  whenReady(entities.lookUp({ people: chat.direct_user_ids ?? [] }), (facts) => {
    const name = toldName(facts, chat)
    const told = (userId: Id) =>
      isChannel(chat)
        ? { event: 'new_group', group_id: chat.id, group_name: name(userId) }
        : { event: 'new_chat', chat_id: chat.id, chat_name: name(userId) }
    return (userId: Id) => (isFor(userId) ? told(userId) : null)
  })

/** To each sender the messages that this reader was the last to read. */
function encodeFullyRead(
  event: Extract<ServerEvent, { type: 'read' }>,
  entities: EntityCache,
): MaybePromise<EventFrames> {
  const { chat_id } = event
  return whenReady(entities.completedBy(event), (completed) => {
    if (completed.length === 0) return null
    const bySender = Map.groupBy(completed, ({ sender_id }) => sender_id)
    return whenReady(
      namesOf(chat_id, entities),
      (name) => (userId: Id) =>
        (bySender.get(userId) ?? []).map(({ id }) => ({
          event: 'fully_read',
          message_id: id,
          chat_id,
          chat_name: name(userId),
        })),
    )
  })
}

/** What the chat is called by each of its people. */
const namesOf = (chatId: Id, entities: EntityCache): MaybePromise<(viewerId: Id) => string> =>
  whenReady(entities.lookUp({ chats: [chatId] }), (facts) => {
    const chat = facts.chat(chatId)
    const people = chat.direct_user_ids ?? []
    return whenReady(entities.lookUp({ people }), (pair) => toldName(pair, chat))
  })

export const sockets = [chatSocket, groupSocket, statusSocket]
