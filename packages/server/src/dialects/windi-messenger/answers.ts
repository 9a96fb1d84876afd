// Looks up what the contract's objects are made of.

import type { Actor } from '../../core/actor.ts'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { KeyedMessage } from '../../core/messages/message-keys.ts'
import { chatsAnswer, messagesAnswer } from '../kit/answers.ts'
import type { DialectContext } from '../kit/context.ts'
import { chatOf, groupOf, messageOf } from './shapes.ts'

export const showChats = (context: DialectContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(context, actor.userId, chats, (facts, chat) => chatOf(facts, actor.userId, chat))

export async function showGroup(context: DialectContext, actor: Actor, full: FullChat) {
  const [group] = await chatsAnswer(context, actor.userId, [full], groupOf)
  return group
}

export const showMessages = (context: DialectContext, items: readonly KeyedMessage[]) =>
  messagesAnswer(context, items, (facts, { message, reads, key }) => messageOf(facts, message, reads, key))
