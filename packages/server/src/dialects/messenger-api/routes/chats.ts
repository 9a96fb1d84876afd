// The calls about chats, their participants and their messages.
import { type Id, isVisible, limits } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../../core/actor.ts'
import { createDirectChatShown } from '../../../core/chats/create-direct-chat.ts'
import { createGroupShown } from '../../../core/chats/create-group.ts'
import { type FullChat, getFullChat } from '../../../core/chats/list-full-chats.ts'
import type { Facts } from '../../../core/entity-cache/entity-cache.ts'
import { addMembers } from '../../../core/members/add-members.ts'
import { removeMember } from '../../../core/members/remove-member.ts'
import { listLast, listVisible, type ReadMessage } from '../../../core/messages/list-visible.ts'
import { findPeople } from '../../../core/people/find-people.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, showing } from '../../kit/answers.ts'
import { allChats } from '../../kit/chat-lists.ts'
import type { DialectContext } from '../../kit/context.ts'
import { personIdsOf } from '../../kit/refs.ts'
import { IntegerId, maybe, object, pageQuery, route } from '../../kit/route.ts'
import { ownChatId } from '../access.ts'
import { ChatShape, chatOf, MessageShape, messageOf, nameFrom, StatusShape } from '../shapes.ts'

const root = '/api/v1/chats'
const chatPath = object({ chat_id: IntegerId })
const participantPath = object({ chat_id: IntegerId, user_id: IntegerId })
const noUser = { not_found: [404, 'Такого пользователя нет'] } as const
const added = { status: 200, body: { message: 'Участник добавлен в чат' } }

export const chatRoutes = [
  route({
    method: 'GET',
    path: root,
    auth: 'user',
    summary: 'Получение списка чатов пользователя',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, shown),
  }),
  route({
    method: 'POST',
    path: root,
    auth: 'user',
    summary: 'Создание нового чата',
    body: object({
      name: maybe(Type.String({ maxLength: limits.titleMax })),
      is_group: maybe(Type.Boolean()),
      participant_ids: Type.Array(IntegerId, { maxItems: limits.membersPerCall }),
    }),
    answers: { 201: ChatShape },
    errors: noUser,
    async handle(context, { actor, body }) {
      const ids = await knownIdsOf(context, actor, body.participant_ids)
      const others = [...new Set(ids)].filter((id) => id !== actor.userId)
      const show = showing(context, oneChat)
      if (!body.is_group && others.length <= 1) {
        const other = others[0] ?? actor.userId
        const { shown } = await createDirectChatShown(context.ports, actor, other, show)
        return { status: 201, body: shown }
      }
      const name = body.name && isVisible(body.name) ? body.name : null
      const title = name ?? (await nameOf(context, [actor.userId, ...others]))
      const { shown } = await createGroupShown(context.ports, actor, { title, member_ids: others }, show)
      return { status: 201, body: shown }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/{chat_id}`,
    auth: 'user',
    summary: 'Получение информации о чате',
    params: chatPath,
    answers: { 200: ChatShape },
    async handle(context, { actor, params }) {
      const chatId = await ownChatId(context, actor, params.chat_id)
      return { status: 200, body: await oneChat(context, actor, chatId) }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/{chat_id}/messages`,
    auth: 'user',
    summary: 'Получение сообщений чата: последние, от старых к новым; offset отсчитывается от новых',
    params: chatPath,
    query: object(pageQuery(50)),
    answers: { 200: Type.Array(MessageShape) },
    async handle(context, { actor, params, query: { limit = 50, offset = 0 } }) {
      const chatId = await ownChatId(context, actor, params.chat_id)
      const items = await listVisible(context.ports, actor, chatId, { order: 'newest', offset, limit })
      const shape = (facts: Facts, { message, reads }: ReadMessage) => messageOf(facts, message, reads)
      return { status: 200, body: await messagesAnswer(context, items.toReversed(), shape) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/{chat_id}/participants`,
    auth: 'user',
    summary: 'Добавление участника в чат',
    params: chatPath,
    body: object({ user_id: IntegerId }),
    answers: { 200: StatusShape },
    errors: noUser,
    async handle(context, { actor, params, body }) {
      await add(context, actor, params.chat_id, body.user_id)
      return added
    },
  }),
  route({
    method: 'POST',
    path: `${root}/{chat_id}/participants/{user_id}`,
    auth: 'user',
    summary: 'Добавление участника в чат',
    params: participantPath,
    answers: { 200: StatusShape },
    errors: noUser,
    async handle(context, { actor, params }) {
      await add(context, actor, params.chat_id, params.user_id)
      return added
    },
  }),
  route({
    method: 'DELETE',
    path: `${root}/{chat_id}/participants/{user_id}`,
    auth: 'user',
    summary: 'Удаление участника из чата',
    params: participantPath,
    answers: { 200: StatusShape },
    errors: noUser,
    async handle(context, { actor, params }) {
      const chatId = await ownChatId(context, actor, params.chat_id)
      const [userId = ''] = await personIdsOf(context, actor, [params.user_id])
      await removeMember(context.ports, actor, chatId, userId)
      return { status: 200, body: { message: 'Участник удалён из чата' } }
    },
  }),
]

/** In the order of the integers. Whoever is unknown or deleted is left out. */
async function knownIdsOf(
  { ports }: DialectContext,
  actor: Actor,
  numbers: readonly number[],
): Promise<Id[]> {
  const people = await findPeople(ports, actor, { numbers })
  const ids = new Map(people.filter((one) => one.deleted_at === null).map((one) => [one.number, one.id]))
  return numbers.flatMap((number) => ids.get(number) ?? [])
}

async function add(context: DialectContext, actor: Actor, chat: number, user: number): Promise<void> {
  const chatId = await ownChatId(context, actor, chat)
  await addMembers(context.ports, actor, chatId, await personIdsOf(context, actor, [user]))
}

async function nameOf({ entities }: DialectContext, userIds: readonly Id[]): Promise<string> {
  const facts = await entities.lookUp({ people: userIds })
  return nameFrom(userIds.map((id) => facts.person(id)))
}

async function oneChat(context: AnswerContext, actor: Actor, chatId: Id) {
  const [chat] = await shown(context, actor, [await getFullChat(context.ports, actor, chatId)])
  return chat
}

async function shown(context: AnswerContext, actor: Actor, chats: readonly FullChat[]) {
  const last = await listLast(
    context.ports,
    chats.map(({ chat }) => chat),
  )
  const byChat = new Map(last.map((item) => [item.message.chat_id, item]))
  const shape = (facts: Facts, full: FullChat) => chatOf(facts, full, byChat.get(full.chat.id))
  return chatsAnswer(context, actor.userId, chats, shape, { messages: last })
}
