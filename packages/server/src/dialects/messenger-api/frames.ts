// The socket of a chat: its messages both ways, and for their senders who has read them.
import type { Id, ServerEvent } from '@parley/protocol'
import Type from 'typebox'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { IntegerId, object, Uuid } from '../kit/route.ts'
import { type EventFrames, frame, frames, policyViolation, socket } from '../kit/socket.ts'
import { ownChatId } from './access.ts'
import { messageOf } from './shapes.ts'

/** At the root, as the document has it, and below the prefix of the calls. */
export const chatSockets = ['/ws/{chat_id}', '/api/v1/ws/{chat_id}'].map((path) =>
  socket({
    path,
    params: object({ chat_id: IntegerId }),
    summary: 'Сообщения чата и отметки о прочтении',
    admit: (context, actor, { chat_id }) => ownChatId(context, actor, chat_id),
    chatOf: (chatId: Id) => chatId,
    hears: ({ place }, event) => isHeard(event) && event.chat_id === place,
    encode: (event, entities) => (isHeard(event) ? encode(event, entities) : null),
    command: frames<Id>('type', {
      message: frame(object({ text: Type.String() }), ({ text }, { place }) => ({
        do: 'send',
        chat: place,
        text,
      })),
      read: frame(object({ message_id: Uuid }), ({ message_id }, { place }) => ({
        do: 'read',
        chat: place,
        message: message_id,
      })),
    }),
    errors: { not_found: [404, 'Такого сообщения нет'] },
    fault: (detail) => ({ type: 'error', data: { detail } }),
    refusalCode: policyViolation,
  }),
)

type HeardEvent = Extract<ServerEvent, { type: 'message_created' | 'read' }>

/** Readers have a copy of their own, with what is unread: it is for nobody else, and this contract does not tell them. */
const isHeard = (event: ServerEvent): event is HeardEvent =>
  event.type === 'message_created' || (event.type === 'read' && event.unread_count === undefined)

function encode(event: HeardEvent, entities: EntityCache): MaybePromise<EventFrames> {
  if (event.type === 'message_created') {
    const { message } = event
    return whenReady(entities.lookUp({ people: [message.sender_id], chats: [message.chat_id] }), (facts) => ({
      type: 'message',
      data: messageOf(facts, message, []),
    }))
  }
  return whenReady(entities.passedBy(event), (passed) => {
    if (passed.length === 0) return null
    const bySender = Map.groupBy(passed, (message) => message.sender_id)
    return whenReady(entities.lookUp({ people: [event.user_id] }), (facts) => {
      const reader = facts.person(event.user_id).number
      return (userId: Id) =>
        (bySender.get(userId) ?? []).map(({ id }) => ({
          type: 'read',
          data: { message_id: id, reader_id: reader, read_at: event.at },
        }))
    })
  })
}
