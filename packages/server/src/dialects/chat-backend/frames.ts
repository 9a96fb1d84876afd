// The socket of the contract: one for each person, told of the chats that it joined.
import type { ServerEvent } from '@parley/protocol'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { DialectError } from '../kit/errors.ts'
import { object } from '../kit/route.ts'
import { type EventFrames, frame, frames, policyViolation, socket } from '../kit/socket.ts'
import { GivenId, integerOf } from './ids.ts'
import { messageOf, personOf } from './shapes.ts'

const InChat = object({ chat_id: GivenId })
const told: ReadonlySet<ServerEvent['type']> = new Set([
  'message_created',
  'message_updated',
  'message_deleted',
  'typing',
])

export const userSocket = socket({
  path: '/ws/{user_id}',
  params: object({ user_id: GivenId }),
  summary: 'Messages and typing of the chats that it joined',
  async admit({ entities }, actor, { user_id }) {
    const facts = await entities.lookUp({ people: [actor.userId] })
    if (facts.person(actor.userId).number !== user_id) {
      throw new DialectError(403, 'The address belongs to another user')
    }
    return null
  },
  hears: ({ actor, joined }, event) =>
    told.has(event.type) &&
    'chat_id' in event &&
    joined.has(event.chat_id) &&
    !(event.type === 'typing' && event.user_id === actor.userId),
  encode,
  command: frames('type', {
    join_chat: frame(InChat, ({ chat_id }) => ({
      do: 'join',
      chat: integerOf(chat_id),
      reply: { type: 'joined', chat_id },
    })),
    leave_chat: frame(InChat, ({ chat_id }) => ({
      do: 'leave',
      chat: integerOf(chat_id),
      reply: { type: 'left', chat_id },
    })),
    typing: frame(InChat, ({ chat_id }) => ({ do: 'typing', chat: integerOf(chat_id) })),
  }),
  errors: { not_found: [404, 'Chat not found'] },
  fault: (detail) => ({ type: 'error', detail }),
  refusalCode: policyViolation,
})

function encode(event: ServerEvent, entities: EntityCache, base: string): MaybePromise<EventFrames> {
  switch (event.type) {
    case 'message_created':
      return encodeMessage('new_message', event, false, entities, base)
    case 'message_updated':
      return whenReady(entities.wasRead(event.message), (wasRead) =>
        encodeMessage('message_updated', event, wasRead, entities, base),
      )
    case 'message_deleted': {
      const { message, chat_id } = event
      return whenReady(entities.lookUp({ chats: [chat_id], messages: [message] }), (facts) => {
        const id = facts.numberOf(message)
        return { type: 'message_deleted', message_id: id, id, chat_id: facts.chat(chat_id).number }
      })
    }
    case 'typing': {
      const { user_id, chat_id } = event
      return whenReady(entities.lookUp({ people: [user_id], chats: [chat_id] }), (facts) => {
        const { id, username } = personOf({ base }, facts.person(user_id))
        return { type: 'typing', chat_id: facts.chat(chat_id).number, user_id: id, username, is_typing: true }
      })
    }
    default:
      return null
  }
}

type MessageEvent = Extract<ServerEvent, { type: 'message_created' | 'message_updated' }>

/** The message twice: its fields in the frame are for clients written from the document, the object is that of the program. */
function encodeMessage(
  type: string,
  { message }: MessageEvent,
  isRead: boolean,
  entities: EntityCache,
  base: string,
): MaybePromise<EventFrames> {
  const named = { people: [message.sender_id], chats: [message.chat_id], messages: [message] }
  return whenReady(entities.lookUp(named), (facts) => {
    const shown = messageOf({ facts, base }, facts.numberOf(message), message, isRead)
    return { type, ...shown, message: shown }
  })
}
