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
