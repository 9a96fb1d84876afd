// Accounts, chats and histories.

import { Email, Name, Password } from '@parley/protocol'
import Type from 'typebox'
import { createPerson } from '../../../core/accounts/create-account.ts'
import { login } from '../../../core/accounts/login.ts'
import type { Actor } from '../../../core/actor.ts'
import { createDirectChatShown } from '../../../core/chats/create-direct-chat.ts'
import { getFullChat } from '../../../core/chats/list-full-chats.ts'
import { AppError } from '../../../core/errors.ts'
import { listKeyed } from '../../../core/messages/message-keys.ts'
import { ownEmail } from '../../../core/people/emails.ts'
import { type AnswerContext, showing } from '../../kit/answers.ts'
import { allChats } from '../../kit/chat-lists.ts'
import { DialectError } from '../../kit/errors.ts'
import { chatIdOf } from '../../kit/refs.ts'
import { object, pageQuery, route, Uuid } from '../../kit/route.ts'
import { unrefreshedSeconds } from '../../kit/tokens.ts'
import { chatPages, showMessages } from '../answers.ts'
import { ChatShape, MessageShape, UserShape, userOf } from '../shapes.ts'

export const routes = [
  route({
    method: 'POST',
    path: '/auth/register',
    auth: 'none',
    summary: 'Регистрация пользователя',
    body: object({ name: Name, email: Email, password: Password }),
    answers: { 201: UserShape },
    errors: { already_exists: [409, 'User already exists'] },
    async handle({ ports }, { body: { name, email, password }, client }) {
      const person = await createPerson(ports, { name, email, password, locale: 'ru' }, client)
      return { status: 201, body: userOf(person, ownEmail) }
    },
  }),
  route({
    method: 'POST',
    path: '/auth/login',
    auth: 'none',
    summary: 'Аутентификация пользователя',
    body: object({ email: Email, password: Type.String() }),
    answers: { 200: object({ access_token: Type.String() }) },
    errors: { wrong_credentials: [401, 'Invalid email or password'] },
    async handle({ ports }, { body, client }) {
      const credentials = { login: body.email, password: body.password }
      const { accessToken } = await login(ports, credentials, {
        ...client,
        accessLifetimeSeconds: unrefreshedSeconds,
      })
      return { status: 200, body: { access_token: accessToken } }
    },
  }),
  route({
    method: 'POST',
    path: '/chats',
    auth: 'user',
    summary: 'Создание личного чата; с самим собой нельзя (400)',
    body: object({ user_id: Uuid }),
    answers: { 201: ChatShape },
    errors: { not_found: [404, 'User not found'], already_exists: [409, 'Chat already exists'] },
    async handle(context, { actor, body }) {
      const userId = body.user_id.toLowerCase()
      if (userId === actor.userId) throw new DialectError(400, 'Invalid chat participant')
      const show = showing(context, oneChat)
      const { created, shown } = await createDirectChatShown(context.ports, actor, userId, show)
      if (!created) throw new AppError('already_exists')
      return { status: 201, body: shown }
    },
  }),
  route({
    method: 'GET',
    path: '/chats',
    auth: 'user',
    summary: 'Получение списка чатов пользователя',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, chatPages()),
  }),
  route({
    method: 'GET',
    path: '/messages/history/{chat_id}',
    auth: 'user',
    summary: 'Получение истории сообщений чата, от старых к новым',
    params: object({ chat_id: Uuid }),
    query: object(pageQuery(50)),
    answers: { 200: Type.Array(MessageShape) },
    errors: { not_found: [404, 'Chat not found'] },
    async handle(context, { actor, params, query: { offset = 0, limit = 50 } }) {
      const chatId = await chatIdOf(context, params.chat_id)
      const items = await listKeyed(context.ports, actor, chatId, { order: 'oldest', offset, limit })
      return { status: 200, body: await showMessages(context, actor, items) }
    },
  }),
]

async function oneChat(context: AnswerContext, actor: Actor, chatId: string) {
  const [chat] = await chatPages()(context, actor, [await getFullChat(context.ports, actor, chatId)])
  return chat
}
