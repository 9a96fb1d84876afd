// The contract's objects, made from those of the core. A group's id is that of its chat.

import type { Message, MessageRead } from '@parley/protocol'
import Type from 'typebox'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { Emails } from '../../core/people/emails.ts'
import type { Person } from '../../core/people/store.ts'
import { addressOf } from '../kit/addresses.ts'
import { fullName } from '../kit/names.ts'
import { nullable, object, Uuid } from '../kit/route.ts'
import { shownText } from '../kit/texts.ts'

const text = Type.String()

export const UserShape = object({ id: Uuid, name: text, email: text })
export const ChatShape = object({
  id: Uuid,
  name: text,
  type: Type.Enum(['personal', 'group']),
  members: Type.Array(object({ user: UserShape })),
  group_id: nullable(Uuid),
})
export const GroupShape = object({
  id: Uuid,
  title: text,
  creator: UserShape,
  members: Type.Array(object({ user: UserShape, joined_at: text })),
})
export const MessageShape = object({
  id: Uuid,
  chat_id: Uuid,
  sender: UserShape,
  text,
  created_at: text,
  is_read: Type.Boolean(),
  read_at: nullable(text),
  idempotency_key: nullable(text),
})

export const userOf = (person: Person, emails: Emails) => ({
  id: person.id,
  name: fullName(person),
  email: addressOf(person, emails),
})

/** A personal chat is called after both, whoever made it first. */
export function chatOf(facts: Facts, emails: Emails, { chat, members }: FullChat) {
  const people = members.map((member) => facts.person(member.user_id))
  const others = people.filter((person) => person.id !== chat.created_by)
  return {
    id: chat.id,
    name: chat.title ?? `Чат ${[facts.person(chat.created_by), ...others].map(fullName).join(' и ')}`,
    type: chat.kind === 'direct' ? 'personal' : 'group',
    members: people.map((person) => ({ user: userOf(person, emails) })),
    group_id: chat.kind === 'direct' ? null : chat.id,
  }
}

export const groupOf = (facts: Facts, emails: Emails, { chat, members }: FullChat) => ({
  id: chat.id,
  title: chat.title ?? '',
  creator: userOf(facts.person(chat.created_by), emails),
  members: members.map(({ user_id, joined_at }) => ({
    user: userOf(facts.person(user_id), emails),
    joined_at,
  })),
})

/** `reads` are those of others, the first one first. */
export const messageOf = (
  facts: Facts,
  emails: Emails,
  message: Message,
  reads: readonly MessageRead[],
  key: string | null,
) => ({
  id: message.id,
  chat_id: message.chat_id,
  sender: userOf(facts.person(message.sender_id), emails),
  text: shownText(message),
  created_at: message.created_at,
  is_read: reads.length > 0,
  read_at: reads[0]?.at ?? null,
  idempotency_key: key,
})
