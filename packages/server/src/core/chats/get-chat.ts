// A chat as the actor sees it.
import type { ChatView, Id, User } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage, Stores } from '../ports.ts'
import { peopleOfChats, usersOf } from '../users-of.ts'

export interface ChatAnswer {
  readonly chat: ChatView
  readonly users: User[]
}

/**
 * What the answer to a command says of the chat, read in the transaction of the command: once it is committed nothing is left to be read,
 * and to fail.
 */
export type ShowChat<T> = (stores: Stores, actor: Actor, chatId: Id) => Promise<T>

/** A chat that was asked for, and whether this made it, as a `ShowChat` shows it. */
export interface MadeChat<T> {
  readonly created: boolean
  readonly shown: T
}

/** Throws `not_found` for strangers; a public group is shown to anyone, without messages. */
export async function getChat(
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
): Promise<ChatAnswer> {
  return chatAnswer(ports.storage.stores, actor, chatId)
}

/** `getChat` within a transaction that changed the chat. */
export async function chatAnswer(stores: Stores, actor: Actor, chatId: Id): Promise<ChatAnswer> {
  const chat = await stores.chats.view(chatId, actor.userId)
  if (chat === null) throw new AppError('not_found')
  return { chat, users: await usersOf(stores, peopleOfChats([chat])) }
}
