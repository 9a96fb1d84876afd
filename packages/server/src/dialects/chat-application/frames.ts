// The socket of the contract: one for each person, messages and read receipts both ways.
import { limits, type ServerEvent } from '@parley/protocol'
import Type from 'typebox'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { DialectError } from '../kit/errors.ts'
import { IntegerId, object } from '../kit/route.ts'
import { type EventFrames, frame, frames, policyViolation, socket } from '../kit/socket.ts'
import { messageOf } from './shapes.ts'

const Text = Type.String({ minLength: 1, maxLength: limits.messageTextMax })

export const userSocket = socket({
  path: '/api/v1/ws/{user_id}',
  params: object({ user_id: IntegerId }),
  summary: 'Messages and read receipts of all chats',
  async admit({ entities }, actor, { user_id }) {
    const facts = await entities.lookUp({ people: [actor.userId] })
    if (facts.person(actor.userId).number !== user_id)
      throw new DialectError(403, 'The address belongs to another user')
    return null
  },
  hears: (_, event) => event.type === 'message_created' || event.type === 'read',
  encode,
  command: frames('type', {
    message: frame(object({ chat_id: IntegerId, text: Text }), ({ chat_id, text }) => ({
      do: 'send',
      chat: chat_id,
      text,
    })),
    read_receipt: frame(object({ message_id: IntegerId }), ({ message_id }) => ({
      do: 'read',
      message: message_id,
    })),
  }),
  fault: (detail) => ({ type: 'error', detail }),
  refusalCode: policyViolation,
})

function encode(event: ServerEvent, entities: EntityCache): MaybePromise<EventFrames> {
  switch (event.type) {
    case 'message_created': {
      const { message } = event
      const named = { people: [message.sender_id], chats: [message.chat_id], messages: [message] }
      return whenReady(entities.lookUp(named), (facts) => ({
        type: 'message',
        ...messageOf(facts, facts.numberOf(message), message, false),
      }))
    }
    case 'read':
      return encodeRead(event, entities)
    default:
      return null
  }
}

function encodeRead(event: Extract<ServerEvent, { type: 'read' }>, entities: EntityCache) {
  const { chat_id, user_id, at } = event
  return whenReady(entities.passedBy(event), (passed) => {
    if (passed.length === 0) return null
    const messages = passed.map(({ seq }) => ({ chat_id, seq }))
    return whenReady(entities.lookUp({ people: [user_id], chats: [chat_id], messages }), (facts) => {
      const chat = facts.chat(chat_id).number
      const reader = facts.person(user_id).number
      return messages.map((message) => ({
        type: 'read_receipt',
        message_id: facts.numberOf(message),
        chat_id: chat,
        reader_id: reader,
        timestamp: at,
      }))
    })
  })
}
