// From what the core found to what a contract shows: everybody and everything that is named is looked up at once.
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { DialectContext } from './dialect.ts'

/** Each chat in the shape of the contract, which may ask the directory. */
export async function chatsAnswer<T>(
  { directory }: DialectContext,
  chats: readonly FullChat[],
  shape: (chat: FullChat) => T,
): Promise<T[]> {
  await directory.learn({
    people: chats.flatMap(({ chat, members }) => [
      chat.created_by,
      ...members.map((member) => member.user_id),
      ...(chat.last_message === null ? [] : [chat.last_message.sender_id]),
    ]),
    chats: chats.map(({ chat }) => chat.id),
  })
  return directory.resolve(() => chats.map(shape))
}

/** Each message in the shape of the contract, which may ask the directory. */
export async function messagesAnswer<T>(
  { directory }: DialectContext,
  items: readonly ReadMessage[],
  shape: (item: ReadMessage) => T,
): Promise<T[]> {
  await directory.learn({
    people: items.flatMap(({ message, reads }) => [message.sender_id, ...reads.map((read) => read.user_id)]),
    chats: items.map(({ message }) => message.chat_id),
  })
  return directory.resolve(() => items.map(shape))
}
