// Looks up what the contract's objects are made of.

import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { KeyedMessage } from '../../core/messages/message-keys.ts'
import { type Emails, emailsOf } from '../../core/people/emails.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, peopleOfChat } from '../kit/answers.ts'
import type { DialectContext } from '../kit/context.ts'
import { chatOf, groupOf, messageOf } from './shapes.ts'

/** For the pages of one list, in which it is asked once of each person whether their address is seen: that is dear among many chats. */
export function chatPages() {
  const known = new Map<Id, Emails>()
  return async (context: AnswerContext, actor: Actor, chats: readonly FullChat[]) => {
    const asked = chats.flatMap(peopleOfChat).filter((id) => !known.has(id))
    const found = await emailsOf(context, actor.userId, asked)
    for (const id of asked) known.set(id, found)
    const emails: Emails = (person) => (known.get(person.id) ?? found)(person)
    return chatsAnswer(context, actor.userId, chats, (facts, chat) => chatOf(facts, emails, chat))
  }
}

export async function showGroup(context: AnswerContext, actor: Actor, full: FullChat) {
  const emails = await emailsOf(context, actor.userId, peopleOfChat(full))
  const shape = (facts: Facts, chat: FullChat) => groupOf(facts, emails, chat)
  const [group] = await chatsAnswer(context, actor.userId, [full], shape)
  if (group === undefined) throw new Error('One chat gives one answer')
  return group
}

export async function showMessages(context: DialectContext, actor: Actor, items: readonly KeyedMessage[]) {
  const senders = items.map(({ message }) => message.sender_id)
  const emails = await emailsOf(context, actor.userId, senders)
  return messagesAnswer(context, items, (facts, { message, reads, key }) =>
    messageOf(facts, emails, message, reads, key),
  )
}
