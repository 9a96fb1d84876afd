// The contract's objects, made from those of the core. Every id is an integer.
import type { Id, Message } from '@parley/protocol'
import Type from 'typebox'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import { maxMessageNumber } from '../../core/messages/message-number.ts'
import { ownEmail } from '../../core/people/emails.ts'
import type { Person } from '../../core/people/store.ts'
import { addressOf } from '../kit/addresses.ts'
import { displayName } from '../kit/names.ts'
import { IntegerId, nullable, object } from '../kit/route.ts'
import { shownText } from '../kit/texts.ts'

export const UserShape = object({
  id: IntegerId,
  username: Type.String(),
  email: Type.String(),
  created_at: Type.String(),
})
const MemberShape = object({ id: IntegerId, username: Type.String() })
export const MessageShape = object({
  id: Type.Integer({ minimum: 1, maximum: maxMessageNumber }),
  chat_id: IntegerId,
  sender_id: IntegerId,
  text: Type.String(),
  created_at: Type.String(),
  timestamp: Type.String(),
  is_read: Type.Boolean(),
})
export const ChatType = Type.Enum(['private', 'group'])
const chatFields = {
  id: IntegerId,
  name: nullable(Type.String()),
  type: ChatType,
  is_group: Type.Boolean(),
  created_at: Type.String(),
  creator_id: IntegerId,
  members: Type.Array(MemberShape),
  last_message: nullable(MessageShape),
  unread_count: Type.Integer(),
}
export const ChatShape = object(chatFields)
/** The program had chats and groups, each with integers of its own. */
export const GroupShape = object({ ...chatFields, chat_id: IntegerId })

/** As people see themselves. */
export const userOf = (person: Person) => ({
  id: person.number,
  username: displayName(person),
  email: addressOf(person, ownEmail),
  created_at: person.created_at,
})

/** A private chat bears the name of the other person. */
export function chatOf(facts: Facts, viewerId: Id, { chat, members, lastIsRead }: FullChat) {
  const people = members.map((member) => facts.person(member.user_id))
  const other = people.find((person) => person.id !== viewerId) ?? people[0]
  return {
    id: facts.chat(chat.id).number,
    name: chat.title ?? (other === undefined ? null : displayName(other)),
    type: chat.kind === 'group' ? 'group' : 'private',
    is_group: chat.kind === 'group',
    created_at: chat.created_at,
    creator_id: facts.person(chat.created_by).number,
    members: people.map((person) => ({ id: person.number, username: displayName(person) })),
    last_message:
      chat.last_message === null || chat.last_message.deleted_at !== null
        ? null
        : messageOf(facts, facts.numberOf(chat.last_message), chat.last_message, lastIsRead),
    unread_count: chat.unread_count,
  }
}

export function messageOf(facts: Facts, number: number, message: Message, isRead: boolean) {
  return {
    id: number,
    chat_id: facts.chat(message.chat_id).number,
    sender_id: facts.person(message.sender_id).number,
    text: shownText(message),
    created_at: message.created_at,
    timestamp: message.created_at,
    is_read: isRead,
  }
}

export const readMessageOf = (facts: Facts, { message, reads }: ReadMessage) =>
  messageOf(facts, facts.numberOf(message), message, reads.length > 0)
