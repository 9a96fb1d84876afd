// The calls of the contract: accounts, chats and messages. Files are in file-routes.ts.
import { Email, type Id, limits, Password, Title, Username } from '@parley/protocol'
import Type from 'typebox'
import { createPerson } from '../../core/accounts/create-account.ts'
import { login } from '../../core/accounts/login.ts'
import type { Actor } from '../../core/actor.ts'
import { createDirectChatShown } from '../../core/chats/create-direct-chat.ts'
import { createGroupShown } from '../../core/chats/create-group.ts'
import { type FullChat, getFullChat } from '../../core/chats/list-full-chats.ts'
import { deleteMessage } from '../../core/messages/delete-message.ts'
import { editMessage } from '../../core/messages/edit-message.ts'
import { getVisibleWithReads } from '../../core/messages/get-visible.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import { sendMessage } from '../../core/messages/send-message.ts'
import { ownEmail } from '../../core/people/emails.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, showing } from '../kit/answers.ts'
import { allChats } from '../kit/chat-lists.ts'
import type { DialectContext } from '../kit/context.ts'
import { DialectError } from '../kit/errors.ts'
import { historyQuery, listHistory } from '../kit/histories.ts'
import { listEverybody, peopleCost, peopleQuery } from '../kit/people-lists.ts'
import { maybe, object, route, Uuid } from '../kit/route.ts'
import { unrefreshedSeconds } from '../kit/tokens.ts'
import { ChatShape, chatOf, MessageShape, readMessageOf, UserShape, userOf } from './shapes.ts'

const Text = Type.String({ minLength: 1, maxLength: limits.messageTextMax })
/** Both names are in use. */
const MessageBody = object({ content: maybe(Text), text: maybe(Text) })
const chatPath = object({ chat_id: Uuid })
export const messagePath = object({ message_id: Uuid })

export const routes = [
  route({
    method: 'POST',
    path: '/api/auth/register',
    auth: 'none',
    summary: 'Регистрация',
    body: object({ username: Username, email: maybe(Email), password: Password }),
    answers: { 201: UserShape },
    errors: { already_exists: [400, 'Username or email already registered'] },
    async handle(context, { body, client }) {
      const { username, password, email } = body
      const account = { username, password, ...(email == null ? {} : { email }) }
      const person = await createPerson(context.ports, account, client)
      return { status: 201, body: userOf(context, person, ownEmail(person)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/login',
    auth: 'none',
    summary: 'Вход, по имени или почте',
    body: object({
      username: Type.String({ minLength: 1, maxLength: limits.emailMax }),
      password: Type.String({ minLength: 1, maxLength: limits.passwordMax }),
    }),
    accepts: 'json or form',
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
    path: '/api/users/me',
    auth: 'user',
    summary: 'Текущий пользователь',
    answers: { 200: UserShape },
    async handle(context, { actor }) {
      const facts = await context.entities.lookUp({ people: [actor.userId] })
      const person = facts.person(actor.userId)
      return { status: 200, body: userOf(context, person, ownEmail(person)) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/users',
    auth: 'user',
    summary: 'Список пользователей',
    cost: peopleCost,
    query: object(peopleQuery),
    answers: { 200: Type.Array(UserShape) },
    async handle(context, { actor, query }) {
      const { people, headers } = await listEverybody(
        context.ports,
        actor,
        `${context.base}/api/users`,
        query,
      )
      return { status: 200, headers, body: people.map((person) => userOf(context, person)) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/chats',
    auth: 'user',
    summary: 'Список чатов',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, shown),
  }),
  route({
    method: 'POST',
    path: '/api/chats',
    auth: 'user',
    summary: 'Создание чата',
    body: object({
      name: maybe(Title),
      is_group: maybe(Type.Boolean()),
      participant_ids: maybe(Type.Array(Uuid, { maxItems: limits.membersPerCall })),
      user_id: maybe(Uuid),
    }),
    answers: { 200: ChatShape, 201: ChatShape },
    async handle(context, { actor, body }) {
      const ids = [...(body.participant_ids ?? []), ...(body.user_id == null ? [] : [body.user_id])]
      const others = [...new Set(ids.map((id) => id.toLowerCase()))].filter((id) => id !== actor.userId)
      const [only] = others
      const show = showing(context, oneChat)
      if (body.is_group !== true && others.length === 1 && only !== undefined) {
        const { created, shown } = await createDirectChatShown(context.ports, actor, only, show)
        return { status: created ? 201 : 200, body: shown }
      }
      if (body.is_group !== true && others.length === 0) {
        throw new DialectError(400, 'A chat needs another participant')
      }
      const group = { title: body.name ?? 'Group', member_ids: others }
      const { shown } = await createGroupShown(context.ports, actor, group, show)
      return { status: 201, body: shown }
    },
  }),
  route({
    method: 'GET',
    path: '/api/chats/{chat_id}/messages',
    auth: 'user',
    summary: 'Сообщения чата, от старых к новым',
    params: chatPath,
    query: object(historyQuery),
    answers: { 200: Type.Array(MessageShape) },
    async handle(context, { actor, params, query }) {
      const items = await listHistory(context, actor, params.chat_id, query)
      return { status: 200, body: await shownMessages(context, items) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/chats/{chat_id}/messages',
    auth: 'user',
    summary: 'Отправка сообщения',
    params: chatPath,
    body: MessageBody,
    answers: { 201: MessageShape },
    async handle(context, { actor, params, body }) {
      const text = textOf(body)
      const show = await messageShower(context, [actor.userId])
      const { message } = await sendMessage(context.ports, actor, { chat_id: params.chat_id, text })
      return { status: 201, body: show({ message, reads: [] }) }
    },
  }),
  route({
    method: 'PUT',
    path: '/api/messages/{message_id}',
    auth: 'user',
    summary: 'Редактирование сообщения',
    params: messagePath,
    body: MessageBody,
    answers: { 200: MessageShape },
    errors: { deleted: [404, 'Not Found'] },
    async handle(context, { actor, params, body }) {
      const text = textOf(body)
      const { message: former, reads } = await getVisibleWithReads(context.ports, actor, params.message_id)
      const show = await messageShower(context, [former.sender_id])
      const message = await editMessage(context.ports, actor, former.id, text)
      return { status: 200, body: show({ message, reads }) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/messages/{message_id}',
    auth: 'user',
    summary: 'Удаление сообщения',
    params: messagePath,
    answers: { 200: object({ message: Type.String() }) },
    async handle({ ports }, { actor, params }) {
      await deleteMessage(ports, actor, params.message_id, { who: 'sender' })
      return { status: 200, body: { message: 'Message deleted' } }
    },
  }),
]

function textOf({ content, text }: { content?: string | null; text?: string | null }): string {
  const given = content ?? text
  if (given == null) throw new DialectError(422, 'content is required')
  return given
}

async function oneChat(context: AnswerContext, actor: Actor, chatId: string) {
  const [chat] = await shown(context, actor, [await getFullChat(context.ports, actor, chatId)])
  return chat
}

const shown = (context: AnswerContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(context, actor.userId, chats, (facts, chat) =>
    chatOf({ facts, base: context.base }, actor.userId, chat),
  )

const shownMessages = (context: DialectContext, items: readonly ReadMessage[]) =>
  messagesAnswer(context, items, (facts, item) => readMessageOf({ facts, base: context.base }, item))

/** Looks up whoever an answer names, so that nothing is left to be after the command. */
export async function messageShower({ entities, base }: DialectContext, people: readonly Id[]) {
  const facts = await entities.lookUp({ people })
  return (item: ReadMessage) => readMessageOf({ facts, base }, item)
}
