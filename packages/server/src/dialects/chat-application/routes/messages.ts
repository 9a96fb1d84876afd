// The calls about single messages.
import { limits } from '@parley/protocol'
import Type from 'typebox'
import { getMembership } from '../../../core/members/get-membership.ts'
import { getVisibleWithReads } from '../../../core/messages/get-visible.ts'
import { sendMessage } from '../../../core/messages/send-message.ts'
import { markRead } from '../../../core/reads/mark-read.ts'
import { messagesAnswer } from '../../kit/answers.ts'
import { chatIdOf, placeOf } from '../../kit/refs.ts'
import { IntegerId, object, route } from '../../kit/route.ts'
import { MessageShape, messageOf, readMessageOf } from '../shapes.ts'

const root = '/api/v1/messages'
const messagePath = object({ message_id: IntegerId })

export const messageRoutes = [
  route({
    method: 'POST',
    path: `${root}/`,
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
    path: `${root}/{message_id}`,
    auth: 'user',
    summary: 'Получение информации о сообщении',
    params: messagePath,
    answers: { 200: MessageShape },
    async handle(context, { actor, params }) {
      const place = await placeOf(context, params.message_id)
      const item = await getVisibleWithReads(context.ports, actor, place)
      const [shown] = await messagesAnswer(context, [item], readMessageOf, { numbered: true })
      return { status: 200, body: shown }
    },
  }),
  route({
    method: 'PUT',
    path: `${root}/{message_id}/read`,
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
