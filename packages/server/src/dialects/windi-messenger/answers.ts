// Looks up what the contract's objects are made of.
import type { Id } from '@parley/protocol'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { Actor } from '../../core/ports.ts'
import { chatsAnswer, messagesAnswer } from '../kit/answers.ts'
import type { DialectContext } from '../kit/dialect.ts'
import { chatOf, groupOf, messageOf } from './shapes.ts'

export const showChats = (context: DialectContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(context, chats, (chat) => chatOf(context.directory, actor.userId, chat))

export async function showGroup(context: DialectContext, full: FullChat) {
  const [group] = await chatsAnswer(context, [full], (chat) => groupOf(context.directory, chat))
  return group
}

/** Of one chat. */
export async function showMessages(context: DialectContext, chatId: Id, items: readonly ReadMessage[]) {
  const ids = items.map(({ message }) => message.id)
  const keys = await context.ports.storage.stores.messageKeys.keysOf(chatId, ids)
  return messagesAnswer(context, items, ({ message, reads }) =>
    messageOf(context.directory, message, reads, keys.get(message.id) ?? null),
  )
}
