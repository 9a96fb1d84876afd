// Looks up what the contract's objects are made of.

import type { Actor } from '../../core/actor.ts'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import type { KeyedMessage } from '../../core/messages/message-keys.ts'
import { emailsOf } from '../../core/people/emails.ts'
import { type AnswerContext, chatsAnswer, messagesAnswer, peopleOfChat } from '../kit/answers.ts'
import type { DialectContext } from '../kit/context.ts'
import { chatOf, groupOf, messageOf } from './shapes.ts'

export async function showChats(context: AnswerContext, actor: Actor, chats: readonly FullChat[]) {
  const emails = await emailsOf(context, actor.userId, chats.flatMap(peopleOfChat))
  return chatsAnswer(context, actor.userId, chats, (facts, chat) => chatOf(facts, emails, chat))
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
