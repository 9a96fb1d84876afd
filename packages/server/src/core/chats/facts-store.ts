// Storage for doors that know chats by integer, or name many of them at once. Nothing of it is checked for any actor.
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

export interface ChatFactsStore {
  /** In no particular order, deleted chats too; unknown ones are left out. */
  byIds(chatIds: readonly Id[]): Promise<ChatFacts[]>
  byNumbers(numbers: readonly number[]): Promise<ChatFacts[]>
  /** Present members of each chat in the order they joined, at most `perChat` of each. */
  members(chatIds: readonly Id[], perChat: number): Promise<Member[]>
}
