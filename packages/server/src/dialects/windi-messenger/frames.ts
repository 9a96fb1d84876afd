// The socket of the contract: the client joins chats, and is told of those alone.
import type { Id, ServerEvent, Time } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import { type MaybePromise, whenReady } from '../../core/entity-cache/maybe-promise.ts'
import { AppError } from '../../core/errors.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import { getVisibleWithReads } from '../../core/messages/get-visible.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import { getKeyed, sendKeyed } from '../../core/messages/message-keys.ts'
import type { Ports } from '../../core/ports.ts'
import { markRead } from '../../core/reads/mark-read.ts'
import type { DialectContext } from '../kit/context.ts'
import { DialectError } from '../kit/errors.ts'
import { fullName } from '../kit/names.ts'
import { maybe, object, Uuid } from '../kit/route.ts'
import { type EventFrames, type Frames, frame, frames, type SocketCommand, socket } from '../kit/socket.ts'
import { encodeWritten } from '../kit/written.ts'
import { showMessages } from './answers.ts'
import { messageOf } from './shapes.ts'

/** No token, or none that is valid any more. */
const badToken = 4001

const Text = Type.String({ minLength: 1, maxLength: 4096 })
const Key = Type.String({ minLength: 1, maxLength: 64 })
const InChat = object({ chat_id: Uuid })

const heard: ReadonlySet<ServerEvent['type']> = new Set(['message_created', 'read', 'typing'])

export const actionSocket = socket({
  path: '/ws',
  summary: 'Сообщения, прочтения и набор текста в чатах, к которым присоединился клиент',
  admit: async () => null,
  joinsForPerson: true,
  hears: ({ joined }, event) => heard.has(event.type) && 'chat_id' in event && joined.has(event.chat_id),
  encode,
  command: frames('action', {
    join_chat: frame(InChat, ({ chat_id }) => {
      const chat = chat_id.toLowerCase()
      return { do: 'join', chat, reply: { status: 'joined', chat_id: chat } }
    }),
    leave_chat: frame(InChat, ({ chat_id }, { joined }) => leave(chat_id.toLowerCase(), joined)),
    send_message: frame(
      object({ chat_id: Uuid, text: Text, idempotency_key: maybe(Key) }),
      ({ chat_id, text, idempotency_key: key }, { joined }) => {
        const chat = chat_id.toLowerCase()
        if (key === undefined || key === null) return { do: 'send', chat, text }
        const answer = async (context: DialectContext, actor: Actor) =>
          joinedOnly(joined, chat, await sendOnce(context, actor, joined, { chat_id: chat, text, key }))
        return { do: 'ask', answer }
      },
    ),
    message_read: frame(
      object({ chat_id: Uuid, message_id: Uuid }),
      ({ chat_id, message_id }, { joined }) => {
        const chat = chat_id.toLowerCase()
        const answer = async (context: DialectContext, actor: Actor) =>
          joinedOnly(joined, chat, await read(context, actor, chat, message_id.toLowerCase()))
        return { do: 'ask', answer }
      },
    ),
    typing: frame(InChat, ({ chat_id }) => ({ do: 'typing', chat: chat_id.toLowerCase() })),
  }),
  errors: {
    not_found: [404, 'Chat not found'],
    id_taken: [409, 'The idempotency key belongs to another message'],
  },
  fault: (error) => ({ error }),
  refusalCode: badToken,
})

function encode(event: ServerEvent, entities: EntityCache): MaybePromise<EventFrames> {
  switch (event.type) {
    case 'message_created': {
      const { message } = event
      const key = entities.keyOf(message.id)
      return encodeWritten(entities, message, (facts, emails) => ({
        event: 'new_message',
        data: messageOf(facts, emails, message, [], key),
      }))
    }
    case 'read':
      return whenReady(entities.passedBy(event), (passed) =>
        passed.map(({ id }) => readFrame(event.chat_id, id, event.user_id, event.at)),
      )
    case 'typing':
      return whenReady(entities.lookUp({ people: [event.user_id] }), (facts) => ({
        event: 'typing',
        chat_id: event.chat_id,
        user_name: fullName(facts.person(event.user_id)),
      }))
    default:
      return null
  }
}

const readFrame = (chatId: Id, messageId: Id, userId: Id, at: Time) => ({
  event: 'message_read',
  data: { chat_id: chatId, message_id: messageId, user_id: userId, read_at: at },
})

const joinedOnly = (joined: ReadonlySet<Id>, chatId: Id, told: Frames): Frames =>
  joined.has(chatId) ? told : null

/** Leaving a chat that was not joined changes nothing; of a stranger's nothing is said. */
function leave(chat: Id, joined: ReadonlySet<Id>): SocketCommand {
  const reply = { status: 'left', chat_id: chat }
  if (joined.has(chat)) return { do: 'leave', chat, reply }
  const answer = async ({ ports }: DialectContext, actor: Actor) => {
    await getMembership(ports, actor, chat)
    return reply
  }
  return { do: 'ask', answer }
}

/**
 * A new message is told as an event to everyone who joined; one that was stored before, to whoever sent it again, if they are in the
 * chat still.
 */
async function sendOnce(
  context: DialectContext,
  actor: Actor,
  joined: ReadonlySet<Id>,
  { key, ...draft }: { readonly chat_id: Id; readonly text: string; readonly key: string },
): Promise<Frames> {
  const { ports, entities } = context
  const { created, message } = await sendKeyed(ports, entities, actor, { ...draft, idempotency_key: key })
  if (created) return null
  if (message.deleted_at !== null) throw new AppError('deleted')
  if (!joined.has(message.chat_id)) return null
  const [data] = await showMessages(context, actor, [await getKeyed(ports, actor, message.id)])
  return { event: 'new_message', data }
}

/** What becomes read is told as an event; of what was read before, the reader is told again. */
async function read({ ports }: DialectContext, actor: Actor, chatId: Id, messageId: Id): Promise<Frames> {
  const { message, reads } = await readable(ports, actor, chatId, messageId)
  const before = reads.find((one) => one.user_id === actor.userId)
  if (before !== undefined) return readFrame(chatId, messageId, actor.userId, before.at)
  const { member } = await getMembership(ports, actor, chatId)
  const { at } = await markRead(ports, actor, chatId, message.seq)
  // Where nothing moves nothing is told: one's own messages, and what was sent before one came.
  return member.read_seq >= message.seq ? readFrame(chatId, messageId, actor.userId, at) : null
}

/** The contract tells a chat that is not the actor's apart from a message that is not in the chat. */
async function readable(ports: Ports, actor: Actor, chatId: Id, messageId: Id): Promise<ReadMessage> {
  try {
    const item = await getVisibleWithReads(ports, actor, messageId)
    if (item.message.chat_id === chatId) return item
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
  }
  await getMembership(ports, actor, chatId)
  throw new DialectError(404, 'Message not found')
}
