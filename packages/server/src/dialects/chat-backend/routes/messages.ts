// The calls about messages. Their files are in files.ts.
import { limits, type Message } from '@parley/protocol'
import Type from 'typebox'
import { deleteMessage } from '../../../core/messages/delete-message.ts'
import { editMessage } from '../../../core/messages/edit-message.ts'
import { getVisible, getVisibleWithReads } from '../../../core/messages/get-visible.ts'
import { sendMessage } from '../../../core/messages/send-message.ts'
import { messagesAnswer } from '../../kit/answers.ts'
import type { DialectContext } from '../../kit/context.ts'
import { wrongValue } from '../../kit/errors.ts'
import { linkedHistoryQuery, listLinkedHistory } from '../../kit/histories.ts'
import { maybe, object, route } from '../../kit/route.ts'
import { chatPath, messagePath, namedChat, namedMessage } from '../ids.ts'
import { MessageShape, messageOf, readMessageOf } from '../shapes.ts'

const Text = Type.String({ minLength: 1, maxLength: limits.messageTextMax })
/** Both names are in use. */
const MessageBody = object({ content: maybe(Text), text: maybe(Text) })

const noChat = { not_found: [404, 'Chat not found'] } as const
const noMessage = [404, 'Message not found'] as const
/** For what is the sender's alone: a message of somebody else is answered like none. */
export const othersMessage = { not_found: noMessage, forbidden: noMessage, deleted: noMessage }

const messages = '/api/chats/{chat_id}/messages'
const message = '/api/messages/{message_id}'

export const messageRoutes = [
  route({
    method: 'GET',
    path: messages,
    auth: 'user',
    summary: 'Сообщения чата, от старых к новым: последние, или с offset',
    params: chatPath,
    query: object(linkedHistoryQuery),
    answers: { 200: Type.Array(MessageShape) },
    errors: noChat,
    async handle(context, { actor, params, query }) {
      const { base } = context
      const chatId = await namedChat(context, params.chat_id)
      const path = base + messages.replace('{chat_id}', String(params.chat_id))
      const { items, headers } = await listLinkedHistory(context, actor, chatId, path, query)
      const body = await messagesAnswer(
        context,
        items,
        (facts, item) => readMessageOf({ facts, base }, item),
        { numbered: true },
      )
      return { status: 200, headers, body }
    },
  }),
  route({
    method: 'POST',
    path: messages,
    auth: 'user',
    summary: 'Отправка сообщения',
    params: chatPath,
    body: MessageBody,
    answers: { 200: MessageShape },
    errors: noChat,
    async handle(context, { actor, params, body }) {
      const text = textOf(body)
      const { ports, entities, base } = context
      const chatId = await namedChat(context, params.chat_id)
      const facts = await entities.lookUp({ people: [actor.userId], chats: [chatId] })
      const numberOf = await entities.expectMessage(chatId, actor.userId)
      const { message } = await sendMessage(ports, actor, { chat_id: chatId, text })
      return { status: 200, body: messageOf({ facts, base }, await numberOf(message), message, false) }
    },
  }),
  route({
    method: 'PUT',
    path: message,
    auth: 'user',
    summary: 'Редактирование сообщения',
    params: messagePath,
    body: MessageBody,
    answers: { 200: MessageShape },
    errors: othersMessage,
    async handle(context, { actor, params, body }) {
      const text = textOf(body)
      const named = await namedMessage(context, params.message_id)
      const { message: former, reads } = await getVisibleWithReads(context.ports, actor, named)
      const { place, number } = await messageFacts(context, former)
      const edited = await editMessage(context.ports, actor, former.id, text)
      return { status: 200, body: messageOf(place, number, edited, reads.length > 0) }
    },
  }),
  route({
    method: 'DELETE',
    path: message,
    auth: 'user',
    summary: 'Удаление сообщения',
    params: messagePath,
    answers: { 200: object({ message: Type.String() }) },
    errors: othersMessage,
    async handle(context, { actor, params }) {
      const named = await namedMessage(context, params.message_id)
      const { id } = await getVisible(context.ports, actor, named)
      await deleteMessage(context.ports, actor, id, { who: 'sender' })
      return { status: 200, body: { message: 'Message deleted successfully' } }
    },
  }),
]

function textOf({ content, text }: { content?: string | null; text?: string | null }): string {
  const given = content ?? text
  if (given != null) return given
  throw wrongValue('/body/text', 'Field required')
}

/** Looks up whatever an answer about the message names, so that nothing is left to be after the command. */
export async function messageFacts({ entities, base }: DialectContext, message: Message) {
  const { sender_id, chat_id } = message
  const facts = await entities.lookUp({ people: [sender_id], chats: [chat_id], messages: [message] })
  return { place: { facts, base }, number: facts.numberOf(message) }
}
