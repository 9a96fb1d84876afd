// The public profiles that an answer refers to, once each.
import type { ChatView, Id, Message, User } from '@parley/protocol'
import type { Stores } from './ports.ts'

/** Profiles of the given ids; repeated ids are asked for once. */
export async function usersOf(stores: Stores, ids: Iterable<Id>): Promise<User[]> {
  const distinct = [...new Set(ids)]
  return distinct.length === 0 ? [] : stores.accounts.profiles(distinct)
}

/** The people whom a chat list shows: those of direct chats, creators, and senders of the last messages. */
export function* peopleOfChats(chats: Iterable<ChatView>): Generator<Id> {
  for (const chat of chats) {
    yield chat.created_by
    if (chat.direct_user_ids !== null) yield* chat.direct_user_ids
    if (chat.last_message !== null) yield chat.last_message.sender_id
  }
}

export function* sendersOf(messages: Iterable<Message>): Generator<Id> {
  for (const message of messages) yield message.sender_id
}
