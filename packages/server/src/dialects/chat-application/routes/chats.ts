// The calls about chats, their members and their histories.
import { isVisible, limits, Title } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../../core/actor.ts'
import { createDirectChatShown } from '../../../core/chats/create-direct-chat.ts'
import { createGroupShown } from '../../../core/chats/create-group.ts'
import { type FullChat, getFullChat } from '../../../core/chats/list-full-chats.ts'
import { AppError } from '../../../core/errors.ts'
import { addMembersShown } from '../../../core/members/add-members.ts'
import { removeMember } from '../../../core/members/remove-member.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, showing } from '../../kit/answers.ts'
import { allChats } from '../../kit/chat-lists.ts'
import type { DialectContext } from '../../kit/context.ts'
import { wrongValue } from '../../kit/errors.ts'
import { historyQuery, listHistory } from '../../kit/histories.ts'
import { displayName } from '../../kit/names.ts'
import { chatIdOf, personIdsOf } from '../../kit/refs.ts'
import { IntegerId, maybe, object, optional, route } from '../../kit/route.ts'
import { ChatShape, ChatType, chatOf, GroupShape, MessageShape, readMessageOf } from '../shapes.ts'

const root = '/api/v1/chats'
const chatPath = object({ chat_id: IntegerId })

export const chatRoutes = [
  route({
    method: 'POST',
    path: `${root}/`,
    auth: 'user',
    summary: 'Создание приватного чата: с пользователем user_id или по имени',
    body: object({
      user_id: maybe(IntegerId),
      name: maybe(Type.String({ maxLength: limits.titleMax })),
      type: maybe(ChatType),
    }),
    answers: { 200: ChatShape },
    async handle(context, { actor, body: { user_id, name, type } }) {
      const show = showing(context, oneChat)
      if (user_id) {
        const [userId = ''] = await personIdsOf(context, actor, [user_id])
        const { shown } = await createDirectChatShown(context.ports, actor, userId, show)
        return { status: 200, body: shown }
      }
      if (!type) throw wrongValue('/body/user_id', 'is required, or else the type')
      // Who is to be in it was not said: whoever made it takes them in.
      const title = name && isVisible(name) ? name : await nameOf(context, actor)
      const { shown } = await createGroupShown(context.ports, actor, { title, member_ids: [] }, show)
      return { status: 200, body: { ...shown, type } }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/groups/`,
    auth: 'user',
    summary: 'Создание группового чата',
    body: object({
      name: Title,
      user_ids: optional(Type.Array(IntegerId, { maxItems: limits.membersPerCall })),
    }),
    answers: { 200: GroupShape },
    async handle(context, { actor, body }) {
      const memberIds = await personIdsOf(context, actor, body.user_ids ?? [])
      const group = { title: body.name, member_ids: memberIds }
      const { shown } = await createGroupShown(context.ports, actor, group, showing(context, oneChat))
      return { status: 200, body: { ...shown, chat_id: shown.id } }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/`,
    auth: 'user',
    summary: 'Получение списка чатов пользователя',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, shown),
  }),
  route({
    method: 'GET',
    path: `${root}/{chat_id}`,
    auth: 'user',
    summary: 'Получение информации о чате',
    params: chatPath,
    answers: { 200: ChatShape },
    async handle(context, { actor, params }) {
      return { status: 200, body: await oneChat(context, actor, await chatIdOf(context, params.chat_id)) }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/{chat_id}/history`,
    auth: 'user',
    summary: 'Получение истории сообщений, от старых к новым',
    params: chatPath,
    query: object({
      ...historyQuery,
      limit: optional(Type.Integer({ minimum: 0, default: 50, description: `Не больше ${limits.pageMax}` })),
    }),
    answers: { 200: Type.Array(MessageShape) },
    errors: { not_found: [403, 'Access denied'] },
    async handle(context, { actor, params, query }) {
      const items = await listHistory(context, actor, await chatIdOf(context, params.chat_id), query)
      return { status: 200, body: await messagesAnswer(context, items, readMessageOf, { numbered: true }) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/{chat_id}/members`,
    auth: 'user',
    summary: 'Добавление участника в групповой чат',
    params: chatPath,
    body: object({ user_id: IntegerId }),
    answers: { 200: ChatShape },
    async handle(context, { actor, params, body }) {
      const chatId = await chatIdOf(context, params.chat_id)
      const userIds = await personIdsOf(context, actor, [body.user_id])
      const show = showing(context, oneChat)
      return { status: 200, body: await addMembersShown(context.ports, actor, chatId, userIds, show) }
    },
  }),
  route({
    method: 'DELETE',
    path: `${root}/{chat_id}/members/{user_id}`,
    auth: 'user',
    summary: 'Удаление участника из группового чата',
    params: object({ chat_id: IntegerId, user_id: IntegerId }),
    answers: { 204: null },
    async handle(context, { actor, params }) {
      const [userId = ''] = await personIdsOf(context, actor, [params.user_id])
      await removeMember(context.ports, actor, await chatIdOf(context, params.chat_id), userId)
      return { status: 204 }
    },
  }),
]

async function nameOf({ entities }: DialectContext, { userId }: Actor): Promise<string> {
  const facts = await entities.lookUp({ people: [userId] })
  return displayName(facts.person(userId))
}

async function oneChat(context: AnswerContext, actor: Actor, chatId: string) {
  const [chat] = await shown(context, actor, [await getFullChat(context.ports, actor, chatId)])
  if (chat === undefined) throw new AppError('not_found')
  return chat
}

const shown = (context: AnswerContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(context, actor.userId, chats, (facts, chat) => chatOf(facts, actor.userId, chat), {
    numbered: true,
  })
