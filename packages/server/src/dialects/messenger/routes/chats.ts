// Chats and messages.
import { limits } from '@parley/protocol'
import Type from 'typebox'
import { createDirectChat } from '../../../core/chats/create-direct-chat.ts'
import { createGroup } from '../../../core/chats/create-group.ts'
import { getChat } from '../../../core/chats/get-chat.ts'
import { AppError } from '../../../core/errors.ts'
import { getVisible } from '../../../core/messages/get-visible.ts'
import { listVisible } from '../../../core/messages/list-visible.ts'
import { sendMessage } from '../../../core/messages/send-message.ts'
import { markRead } from '../../../core/reads/mark-read.ts'
import { cutText } from '../../../core/text/cut-text.ts'
import { DialectError } from '../../kit/errors.ts'
import { fullName } from '../../kit/names.ts'
import { object, optional, route, Uuid } from '../../kit/route.ts'
import { othersNamed } from '../people.ts'
import { isChannel, MessageShape, messageOf } from '../shapes.ts'
import { backTo, formText } from './forms.ts'

const chatPath = object({ chat_id: Uuid })
/** History that is given where a call does not say how much. */
const historyLength = 100

export const chatRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/chats/create',
    auth: 'user',
    summary: 'Создание чата: личного, а с несколькими участниками всегда группового',
    body: object({
      chat_type: Type.Enum(['personal', 'group']),
      participants: Type.String({ description: 'ID или email через запятую' }),
    }),
    accepts: 'form',
    answers: { 303: null },
    errors: { not_found: [404, 'Some users not found'] },
    refusedTo: backTo('/messenger'),
    async handle({ ports, entities }, { actor, body }) {
      const others = await othersNamed(ports, actor, body.participants)
      const [only] = others
      if (only === undefined) throw new DialectError(400, 'Not enough participants')
      if (body.chat_type === 'personal' && others.length === 1) {
        await createDirectChat(ports, actor, only)
      } else {
        const people = [actor.userId, ...others]
        const facts = await entities.lookUp({ people })
        const names = people.map((id) => fullName(facts.person(id)))
        const title = cutText(names.join(', '), limits.titleMax)
        await createGroup(ports, actor, { title, member_ids: others })
      }
      return { status: 303, location: '/messenger' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/messages/send',
    auth: 'user',
    summary: 'Отправить сообщение',
    body: object({ chat_id: Uuid, sender_id: optional(Uuid), text: Type.String() }),
    answers: { 200: MessageShape },
    async handle({ ports }, { actor, body }) {
      requireOneself(actor.userId, body.sender_id)
      const { message } = await sendMessage(ports, actor, {
        chat_id: body.chat_id.toLowerCase(),
        text: body.text,
      })
      return { status: 200, body: messageOf({ message, reads: [] }) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/messages/history/{chat_id}',
    auth: 'user',
    summary: 'История сообщений чата или группы, сначала новые',
    params: chatPath,
    query: object({
      offset: optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0 })),
      limit: optional(
        Type.Integer({ minimum: 1, default: historyLength, description: `Не больше ${limits.pageMax}` }),
      ),
      user_id: optional(Uuid),
    }),
    answers: { 200: Type.Array(MessageShape) },
    async handle({ ports }, { actor, params, query }) {
      requireOneself(actor.userId, query.user_id)
      const items = await listVisible(ports, actor, params.chat_id, {
        order: 'newest',
        offset: query.offset ?? 0,
        limit: query.limit ?? historyLength,
      })
      return { status: 200, body: items.map(messageOf) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/send',
    auth: 'user',
    summary: 'Отправить сообщение формой (дополнение)',
    params: chatPath,
    body: object({ text: Type.String() }),
    accepts: 'form',
    answers: { 303: null },
    refusedTo: backTo('/chat/{chat_id}'),
    async handle({ ports }, { actor, params, body }) {
      const chatId = params.chat_id
      await sendMessage(ports, actor, { chat_id: chatId, text: formText(body.text) })
      return { status: 303, location: `/chat/${chatId}` }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/chats/{chat_id}/read',
    auth: 'user',
    summary: 'Отметить прочитанным до сообщения, формой (дополнение)',
    params: chatPath,
    body: object({ message_id: Uuid }),
    accepts: 'form',
    answers: { 303: null },
    refusedTo: backTo('/chat/{chat_id}'),
    async handle({ ports }, { actor, params, body }) {
      const message = await getVisible(ports, actor, body.message_id)
      if (message.chat_id !== params.chat_id) throw new AppError('not_found')
      const { chat } = await getChat(ports, actor, message.chat_id)
      await markRead(ports, actor, message.chat_id, message.seq)
      return { status: 303, location: `/${isChannel(chat) ? 'group' : 'chat'}/${chat.id}` }
    },
  }),
]

/** Whatever id a request claims, the actor is whom the token says. */
function requireOneself(userId: string, claimed: string | undefined): void {
  if (claimed !== undefined && claimed.toLowerCase() !== userId) {
    throw new DialectError(403, 'The id belongs to another user')
  }
}
