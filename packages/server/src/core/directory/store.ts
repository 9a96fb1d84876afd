// Storage for doors whose contracts know integers, pages by offset, and reads by message.
import type { Id, Member, Time } from '@parley/protocol'

/** What rarely changes about a chat. */
export interface ChatFacts {
  readonly id: Id
  /** The chat's integer. */
  readonly number: number
  readonly kind: 'direct' | 'group'
  readonly title: string | null
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  readonly created_by: Id
  readonly created_at: Time
  readonly direct_user_ids: readonly Id[] | null
  readonly deleted_at: Time | null
}

export interface MessagePlace {
  readonly id: Id
  readonly seq: number
  readonly sender_id: Id
}

export interface DirectoryStore {
  /** In no particular order, deleted chats too; unknown ones are left out. */
  chats(chatIds: readonly Id[]): Promise<ChatFacts[]>
  chatsByNumbers(numbers: readonly number[]): Promise<ChatFacts[]>
  /** The id of the message with that seq. */
  messageAt(chatId: Id, seq: number): Promise<Id | null>
  /** The seq of the message that `offset` undeleted ones precede, from the oldest or the newest on; null beyond the end. */
  seqOfNth(chatId: Id, order: 'oldest' | 'newest', offset: number): Promise<number | null>
  /** Messages of others that the person's cursor passed when it came to rest on the seq; the newest first, at most `limit`. */
  passedBy(chatId: Id, userId: Id, seq: number, limit: number): Promise<MessagePlace[]>
  /** Present members of each chat in the order they joined, at most `perChat` of each. */
  members(chatIds: readonly Id[], perChat: number): Promise<Member[]>
}
