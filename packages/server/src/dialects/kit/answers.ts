// From what the core found to what a contract shows: everybody and everything that is named is looked up at once.
import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import type { ShowChat } from '../../core/chats/get-chat.ts'
import type { FullChat } from '../../core/chats/list-full-chats.ts'
import type { Facts } from '../../core/entity-cache/entity-cache.ts'
import { type Reading, readingWithin } from '../../core/entity-cache/reading.ts'
import type { ReadMessage } from '../../core/messages/list-visible.ts'
import type { DialectContext } from './context.ts'

/** What an answer is made in: the dialect's context, or what stands for it in the transaction of a command. */
export type AnswerContext = Reading & Pick<DialectContext, 'base'>

/**
 * For a command that changes a chat: the contract's answer, read before the commit. An answer that is read after it could fail, and say that
 * nothing was done (R6). What else an answer names is looked up before the command.
 */
export const showing =
  <T>(
    { base }: DialectContext,
    show: (context: AnswerContext, actor: Actor, chatId: Id) => Promise<T>,
  ): ShowChat<T> =>
  (stores, actor, chatId) =>
    show({ ...readingWithin(stores), base }, actor, chatId)

/** What an answer shows besides. */
interface Shown {
  /** Messages that are shown with the chats. */
  readonly messages?: readonly ReadMessage[]
  /** The contract names messages by integer. */
  readonly numbered?: boolean
}

/** Each chat in the shape of the contract. The facts are about whom the chats name, the viewer, and what is shown besides. */
export async function chatsAnswer<T>(
  { entities }: AnswerContext,
  viewerId: Id,
  chats: readonly FullChat[],
  shape: (facts: Facts, chat: FullChat) => T,
  { messages = [], numbered = false }: Shown = {},
): Promise<T[]> {
  const facts = await entities.lookUp({
    people: [viewerId, ...chats.flatMap(peopleOfChat), ...messages.flatMap(peopleOfMessage)],
    chats: chats.map(({ chat }) => chat.id),
    ...(numbered ? { messages: chats.flatMap(({ chat }) => chat.last_message ?? []) } : {}),
  })
  return chats.map((chat) => shape(facts, chat))
}

/** Each message in the shape of the contract. */
export async function messagesAnswer<T, Item extends ReadMessage>(
  { entities }: DialectContext,
  items: readonly Item[],
  shape: (facts: Facts, item: Item) => T,
  { numbered = false }: Pick<Shown, 'numbered'> = {},
): Promise<T[]> {
  const facts = await entities.lookUp({
    people: items.flatMap(peopleOfMessage),
    chats: items.map(({ message }) => message.chat_id),
    ...(numbered ? { messages: items.map(({ message }) => message) } : {}),
  })
  return items.map((item) => shape(facts, item))
}

export const peopleOfChat = ({ chat, members }: FullChat): Id[] => [
  chat.created_by,
  ...members.map((member) => member.user_id),
  ...(chat.last_message === null ? [] : [chat.last_message.sender_id]),
]

const peopleOfMessage = ({ message, reads }: ReadMessage): Id[] => [
  message.sender_id,
  ...reads.map((read) => read.user_id),
]
