// The contract's objects, made from those of the core. People are known by their usernames.
import { fits, type Id, limits, type Message } from '@parley/protocol'
import Type from 'typebox'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { Emails } from '../../core/people/emails.ts'
import type { Person } from '../../core/people/store.ts'
import { addressOf } from '../kit/addresses.ts'
import { displayName } from '../kit/names.ts'
import { IntegerId, nullable, object, Uuid } from '../kit/route.ts'
import { shownText } from '../kit/texts.ts'

const text = Type.String()

export const UserShape = object({
  id: IntegerId,
  email: text,
  username: text,
  is_active: Type.Boolean(),
  created_at: text,
})
export const TokensShape = object({ access_token: text, refresh_token: text, token_type: text })
export const StatusShape = object({ message: text })
export const MessageShape = object({
  id: Uuid,
  chat_id: IntegerId,
  sender_id: IntegerId,
  text,
  created_at: text,
  read_by: Type.Array(object({ user_id: IntegerId, username: text, read_at: text })),
})
export const ChatShape = object({
  id: IntegerId,
  name: nullable(text),
  is_group: Type.Boolean(),
  created_at: text,
  participants: Type.Array(object({ user_id: IntegerId, username: text })),
  last_message: nullable(MessageShape),
})

export const userOf = (person: Person, emails: Emails) => ({
  id: person.number,
  email: addressOf(person, emails),
  username: displayName(person),
  is_active: person.deactivated_at === null && person.deleted_at === null,
  created_at: person.created_at,
})

export const messageOf = (
  facts: Facts,
  message: Message,
  reads: readonly { readonly user_id: Id; readonly at: string }[],
) => ({
  id: message.id,
  chat_id: facts.chat(message.chat_id).number,
  sender_id: facts.person(message.sender_id).number,
  text: shownText(message),
  created_at: message.created_at,
  read_by: reads.map(({ user_id, at }) => ({ ...participantOf(facts.person(user_id)), read_at: at })),
})

/** A direct chat has no name. */
export function chatOf(facts: Facts, { chat, members }: FullChat, last: ReadMessage | undefined) {
  const people = members.map((member) => facts.person(member.user_id))
  return {
    id: facts.chat(chat.id).number,
    name: chat.title,
    is_group: chat.kind === 'group',
    created_at: chat.created_at,
    participants: people.map(participantOf),
    last_message: last === undefined ? null : messageOf(facts, last.message, last.reads),
  }
}

const participantOf = (person: Person) => ({ user_id: person.number, username: displayName(person) })

/** For groups that were given no name: those of their people, as many as fit. */
export function nameFrom(people: readonly Person[]): string {
  let name = ''
  for (const person of people) {
    const longer = name === '' ? displayName(person) : `${name}, ${displayName(person)}`
    if (!fits(longer, limits.titleMax)) break
    name = longer
  }
  return name
}
