// The socket of the contract: one for each person, told of the chats that it joined.
import type { Id, ServerEvent } from '@parley/protocol'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { DialectError } from '../kit/errors.ts'
import { object, Uuid } from '../kit/route.ts'
import { type EventFrames, frame, frames, policyViolation, socket } from '../kit/socket.ts'
import { messageOf, type Place, userOf } from './shapes.ts'

const InChat = object({ chat_id: Uuid })
const told: ReadonlySet<ServerEvent['type']> = new Set([
  'message_created',
  'message_updated',
  'message_deleted',
  'typing',
])

export const userSocket = socket({
  path: '/ws/{user_id}',
  params: object({ user_id: Uuid }),
  summary: 'Messages and typing of the chats that it joined',
  async admit(_, actor, { user_id }) {
    if (user_id !== actor.userId) {
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
      chat: chat_id,
      reply: { type: 'joined', chat_id },
    })),
    leave_chat: frame(InChat, ({ chat_id }) => ({
      do: 'leave',
      chat: chat_id,
      reply: { type: 'left', chat_id },
    })),
    typing: frame(InChat, ({ chat_id }) => ({ do: 'typing', chat: chat_id })),
  }),
  fault: (detail) => ({ type: 'error', detail }),
  refusalCode: policyViolation,
})

function encode(event: ServerEvent, entities: EntityCache, base: string): MaybePromise<EventFrames> {
  const withPerson = (userId: Id, make: (place: Place) => object) =>
    whenReady(entities.lookUp({ people: [userId] }), (facts) => make({ facts, base }))
  switch (event.type) {
    case 'message_created': {
      const { message } = event
      return withPerson(message.sender_id, (place) => ({
        type: 'new_message',
        ...messageOf(place, message, false),
      }))
    }
    case 'message_updated': {
      const { message } = event
      return whenReady(entities.wasRead(message), (wasRead) =>
        withPerson(message.sender_id, (place) => ({
          type: 'message_updated',
          ...messageOf(place, message, wasRead),
        })),
      )
    }
    case 'message_deleted': {
      const { id, chat_id } = event.message
      return { type: 'message_deleted', id, message_id: id, chat_id }
    }
    case 'typing':
      return withPerson(event.user_id, (place) => {
        const { id, username } = userOf(place, place.facts.person(event.user_id))
        return { type: 'typing', chat_id: event.chat_id, user_id: id, username }
      })
    default:
      return null
  }
}
