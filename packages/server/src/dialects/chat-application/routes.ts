// The calls of the contract.
import { limits, Password, Title, Username } from '@parley/protocol'
import Type from 'typebox'
import { createPerson } from '../../core/accounts/create-account.ts'
import { login } from '../../core/accounts/login.ts'
import type { Actor } from '../../core/actor.ts'
import { createDirectChatShown } from '../../core/chats/create-direct-chat.ts'
import { createGroupShown } from '../../core/chats/create-group.ts'
import { type FullChat, getFullChat } from '../../core/chats/list-full-chats.ts'
import { addMembersShown } from '../../core/members/add-members.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import { removeMember } from '../../core/members/remove-member.ts'
import { getVisibleWithReads } from '../../core/messages/get-visible.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import { sendMessage } from '../../core/messages/send-message.ts'
import { markRead } from '../../core/reads/mark-read.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, showing } from '../kit/answers.ts'
import { allChats } from '../kit/chat-lists.ts'
import type { DialectContext } from '../kit/context.ts'
import { historyQuery, listHistory } from '../kit/histories.ts'
import { chatIdOf, personIdsOf, placeOf } from '../kit/refs.ts'
import { IntegerId, object, optional, route } from '../kit/route.ts'
import { unrefreshedSeconds } from '../kit/tokens.ts'
import { ChatShape, chatOf, MessageShape, messageOf, readMessageOf, UserShape, userOf } from './shapes.ts'

const root = '/api/v1'

const Credentials = object({ username: Username, password: Password })
const chatPath = object({ chat_id: IntegerId })
const messagePath = object({ message_id: IntegerId })

export const routes = [
  route({
    method: 'POST',
    path: `${root}/users/`,
    auth: 'none',
    summary: 'Регистрация нового пользователя',
    body: Credentials,
    answers: { 201: UserShape },
    errors: { already_exists: [400, 'Username already registered'] },
    async handle({ ports }, { body, client }) {
      return { status: 201, body: userOf(await createPerson(ports, body, client)) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/users/token`,
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
  route({
    method: 'GET',
    path: `${root}/users/me`,
    auth: 'user',
    summary: 'Получение информации о текущем пользователе',
    answers: { 200: UserShape },
    async handle({ entities }, { actor }) {
      const facts = await entities.lookUp({ people: [actor.userId] })
      return { status: 200, body: userOf(facts.person(actor.userId)) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/chats/`,
    auth: 'user',
    summary: 'Создание приватного чата',
    body: object({ user_id: IntegerId }),
    answers: { 200: ChatShape, 201: ChatShape },
    async handle(context, { actor, body }) {
      const [userId = ''] = await personIdsOf(context, actor, [body.user_id])
      const show = showing(context, oneChat)
      const { created, shown } = await createDirectChatShown(context.ports, actor, userId, show)
      return { status: created ? 201 : 200, body: shown }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/chats/groups/`,
    auth: 'user',
    summary: 'Создание группового чата',
    body: object({
      name: Title,
      user_ids: optional(Type.Array(IntegerId, { maxItems: limits.membersPerCall })),
    }),
    answers: { 201: ChatShape },
    async handle(context, { actor, body }) {
      const memberIds = await personIdsOf(context, actor, body.user_ids ?? [])
      const group = { title: body.name, member_ids: memberIds }
      const { shown } = await createGroupShown(context.ports, actor, group, showing(context, oneChat))
      return { status: 201, body: shown }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/chats/`,
    auth: 'user',
    summary: 'Получение списка чатов пользователя',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, shown),
  }),
  route({
    method: 'GET',
    path: `${root}/chats/{chat_id}`,
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
    path: `${root}/chats/{chat_id}/history`,
    auth: 'user',
    summary: 'Получение истории сообщений, от старых к новым',
    params: chatPath,
    query: object(historyQuery),
    answers: { 200: Type.Array(MessageShape) },
    async handle(context, { actor, params, query }) {
      const items = await listHistory(context, actor, await chatIdOf(context, params.chat_id), query)
      return { status: 200, body: await messages(context, items) }
    },
  }),
  route({
    method: 'POST',
    path: `${root}/chats/{chat_id}/members`,
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
    path: `${root}/chats/{chat_id}/members/{user_id}`,
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
  route({
    method: 'POST',
    path: `${root}/messages/`,
    auth: 'user',
    summary: 'Отправка сообщения',
    body: object({
      chat_id: IntegerId,
      text: Type.String({ minLength: 1, maxLength: limits.messageTextMax }),
    }),
    answers: { 201: MessageShape },
    async handle(context, { actor, body }) {
      const chatId = await chatIdOf(context, body.chat_id)
      const facts = await context.entities.lookUp({ people: [actor.userId], chats: [chatId] })
      const numberOf = await context.entities.expectMessage(chatId, actor.userId)
      const { message } = await sendMessage(context.ports, actor, { chat_id: chatId, text: body.text })
      return { status: 201, body: messageOf(facts, await numberOf(message), message, false) }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/messages/{message_id}`,
    auth: 'user',
    summary: 'Получение информации о сообщении',
    params: messagePath,
    answers: { 200: MessageShape },
    async handle(context, { actor, params }) {
      const place = await placeOf(context, params.message_id)
      const item = await getVisibleWithReads(context.ports, actor, place)
      return { status: 200, body: await oneMessage(context, item) }
    },
  }),
  route({
    method: 'PUT',
    path: `${root}/messages/{message_id}/read`,
    auth: 'user',
    summary: 'Отметка сообщения как прочитанного',
    params: messagePath,
    answers: { 200: MessageShape },
    async handle(context, { actor, params }) {
      const place = await placeOf(context, params.message_id)
      const { message, reads } = await getVisibleWithReads(context.ports, actor, place)
      const { sender_id, chat_id, seq } = message
      const { member } = await getMembership(context.ports, actor, chat_id)
      const facts = await context.entities.lookUp({
        people: [sender_id],
        chats: [chat_id],
        messages: [message],
      })
      await markRead(context.ports, actor, chat_id, seq)
      const isReadNow = sender_id !== actor.userId && member.read_seq < seq
      return {
        status: 200,
        body: messageOf(facts, facts.numberOf(message), message, reads.length > 0 || isReadNow),
      }
    },
  }),
]

async function oneChat(context: AnswerContext, actor: Actor, chatId: string) {
  const [chat] = await shown(context, actor, [await getFullChat(context.ports, actor, chatId)])
  return chat
}

const shown = (context: AnswerContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(context, actor.userId, chats, (facts, chat) => chatOf(facts, actor.userId, chat), {
    numbered: true,
  })

const messages = (context: DialectContext, items: readonly ReadMessage[]) =>
  messagesAnswer(context, items, readMessageOf, { numbered: true })

async function oneMessage(context: DialectContext, item: ReadMessage) {
  const [shown] = await messages(context, [item])
  return shown
}
