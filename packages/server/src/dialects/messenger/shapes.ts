// The contract's objects, made from those of the core. Its groups, in which the creator posts and the others read, are broadcast channels
// there; every other chat is a chat.

import type { Chat, Id, Time } from '@parley/protocol'
import Type from 'typebox'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { Emails } from '../../core/people/emails.ts'
import { addressOf } from '../kit/addresses.ts'
import { fullName } from '../kit/names.ts'
import { object, Uuid } from '../kit/route.ts'
import { shownText } from '../kit/texts.ts'

export const MessageShape = object({
  id: Uuid,
  chat_id: Uuid,
  sender_id: Uuid,
  text: Type.String(),
  created_at: Type.String(),
  is_read: Type.Boolean(),
})

export const isChannel = ({ kind, posting }: Pick<Chat, 'kind' | 'posting'>): boolean =>
  kind === 'group' && posting === 'admins'

export const messageOf = ({ message, reads }: ReadMessage) => ({
  id: message.id,
  chat_id: message.chat_id,
  sender_id: message.sender_id,
  text: shownText(message),
  created_at: message.created_at,
  is_read: reads.length > 0,
})

/** `31.01.2026, 12:00`, in UTC. */
export const shortTime = (time: Time): string => {
  const [, year, month, day, clock] = /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(time) ?? []
  return `${day}.${month}.${year}, ${clock}`
}

/** As the socket of a chat shows it. */
export function chatMessageOf(facts: Facts, emails: Emails, item: ReadMessage) {
  const sender = facts.person(item.message.sender_id)
  return {
    ...messageOf(item),
    sender_name: fullName(sender),
    sender_email: addressOf(sender, emails),
    created_at: shortTime(item.message.created_at),
  }
}

/** As the socket of a group shows it. */
export const groupMessageOf = (facts: Facts, { message }: ReadMessage) => ({
  id: message.id,
  group_id: message.chat_id,
  sender_id: message.sender_id,
  sender_name: fullName(facts.person(message.sender_id)),
  text: shownText(message),
  created_at: shortTime(message.created_at),
})

type Named = Pick<Chat, 'title'> & { readonly direct_user_ids: readonly Id[] | null }

/** What the status socket calls a chat: `Personal чат с Борис`, a chat of more by its title. */
export function toldName(facts: Facts, chat: Named): (viewerId: Id) => string {
  const name = chatNames(facts, chat)
  return chat.direct_user_ids === null ? name : (viewerId) => `Personal чат с ${name(viewerId)}`
}

/** Its title, or for each of its people the name of the other. */
export function chatNames(facts: Facts, { title, direct_user_ids: pair }: Named): (viewerId: Id) => string {
  if (pair === null) return () => title ?? ''
  const names = new Map(pair.map((id) => [id, fullName(facts.person(id))]))
  return (viewerId) => names.get(pair.find((id) => id !== viewerId) ?? viewerId) ?? ''
}
