// The socket of the contract: one for each person, messages and read receipts both ways.
import { limits, type Message, type ServerEvent } from '@parley/protocol'
import Type from 'typebox'
import type { Directory } from '../../core/directory/directory.ts'
import { DialectError } from '../kit/errors.ts'
import { messageNumber } from '../kit/refs.ts'
import { IntegerId, object } from '../kit/route.ts'
import { frame, frames, policyViolation, socket, type Telling } from '../kit/socket.ts'
import { messageOf } from './shapes.ts'

const Text = Type.String({ minLength: 1, maxLength: limits.messageTextMax })

export const userSocket = socket({
  path: '/api/v1/ws/{user_id}',
  params: object({ user_id: IntegerId }),
  summary: 'Messages and read receipts of all chats',
  async admit({ ports }, actor, { user_id }) {
    const [own] = await ports.storage.stores.people.people([actor.userId])
    if (own?.number !== user_id) throw new DialectError(403, 'The address belongs to another user')
    return null
  },
  hears: (_, event) => event.type === 'message_created' || event.type === 'read',
  tell,
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

function tell(event: ServerEvent, directory: Directory): Telling {
  switch (event.type) {
    case 'message_created':
      return told(directory, event.message)
    case 'read': {
      const chat = directory.chat(event.chat_id).number
      const reader = directory.person(event.user_id).number
      return directory.passedBy(event.chat_id, event.user_id, event.seq).map(({ seq }) => ({
        type: 'read_receipt',
        message_id: messageNumber(chat, seq),
        chat_id: chat,
        reader_id: reader,
        timestamp: event.at,
      }))
    }
    default:
      return null
  }
}

const told = (directory: Directory, message: Message) => ({
  type: 'message',
  ...messageOf(directory, message, false),
})
