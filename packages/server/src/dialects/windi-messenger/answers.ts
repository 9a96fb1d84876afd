// Looks up what the contract's objects are made of.
import type { Id } from '@parley/protocol'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { Actor } from '../../core/ports.ts'
import type { DialectContext } from '../kit/dialect.ts'
import { chatOf, groupOf, messageOf } from './shapes.ts'

export async function chatsAnswer({ directory }: DialectContext, actor: Actor, chats: readonly FullChat[]) {
  const people = chats.flatMap(({ members }) => members.map((member) => member.user_id))
  await directory.learn({ people: [actor.userId, ...people] })
  return directory.resolve(() => chats.map((chat) => chatOf(directory, actor.userId, chat)))
}

export async function groupAnswer({ directory }: DialectContext, full: FullChat) {
  await directory.learn({
    people: [full.chat.created_by, ...full.members.map((member) => member.user_id)],
  })
  return directory.resolve(() => groupOf(directory, full))
}

/** Of one chat. */
export async function messagesAnswer(
  { ports, directory }: DialectContext,
  chatId: Id,
  items: readonly ReadMessage[],
) {
  const ids = items.map(({ message }) => message.id)
  const [keys] = await Promise.all([
    ports.storage.stores.messageKeys.keysOf(chatId, ids),
    directory.learn({ people: items.map(({ message }) => message.sender_id) }),
  ])
  return directory.resolve(() =>
    items.map(({ message, reads }) => messageOf(directory, message, reads, keys.get(message.id) ?? null)),
  )
}
