// Storage that chats need. Every write expects the chat's row to be locked in the same transaction.
import type { Chat, ChatView, Id, Preferences } from '@parley/protocol'
import type { Page } from '../page.ts'

export interface NewChat {
  readonly id: Id
  readonly kind: 'direct' | 'group'
  readonly title: string | null
  readonly description: string
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  readonly createdBy: Id
  readonly createdAt: Date
  /** Who is in from the start; all at version 1. */
  readonly members: readonly { readonly userId: Id; readonly role: 'owner' | 'admin' | 'member' }[]
}

/** The chat of two people, or of one with themselves. */
export interface NewDirectChat {
  readonly id: Id
  readonly userIds: readonly [Id] | readonly [Id, Id]
  readonly createdBy: Id
  readonly createdAt: Date
}

export interface ChatChange {
  readonly title?: string
  readonly description?: string
  readonly posting?: 'everyone' | 'admins'
  readonly visibility?: 'private' | 'public'
  readonly deletedAt?: Date
}

/** One of a person's chats in their list. */
export interface ListedChat {
  readonly id: Id
  readonly member_count: number
}

export interface ChatStore {
  /** Inserts the chat, its number and its members at version 1. Null, and nothing is written, when there is a chat with that id. */
  insert(chat: NewChat): Promise<Chat | null>
  /** `insert` with a claim of the pair, within a transaction. Null when another transaction had claimed it first. */
  insertDirect(chat: NewDirectChat): Promise<Chat | null>
  /** The direct chat of the pair (in any order), if there is one. */
  findDirect(userA: Id, userB: Id): Promise<Id | null>
  /** The chat unless deleted. */
  find(chatId: Id): Promise<Chat | null>
  /** `find`, with the row locked until the transaction ends: whoever holds it may move `last_seq` and `version`. */
  lock(chatId: Id): Promise<Chat | null>
  /** Takes the next version and applies the change. */
  update(chatId: Id, change: ChatChange): Promise<Chat>
  /** Whether anybody may see and join the chat: a public group. */
  isOpen(chatId: Id): Promise<boolean>
  /** The chat as the person sees it; null for strangers (but see `role: null` for a public group) and deleted chats. */
  view(chatId: Id, userId: Id): Promise<ChatView | null>
  /** `query`: a part of a group's title, or of what the other in a direct chat is called. */
  views(
    userId: Id,
    filter: { limit: number; cursor?: string; archived?: boolean; query?: string },
  ): Promise<Page<ChatView>>
  /** All chats of the person in the order of `views`, from one moment. */
  listed(userId: Id): Promise<ListedChat[]>
  /** Those of the chats that the person is in, in the order of the ids. */
  viewsOf(userId: Id, chatIds: readonly Id[]): Promise<ChatView[]>
  searchPublic(filter: { query?: string; limit: number; cursor?: string }): Promise<Page<Chat>>
  updatePreferences(
    chatId: Id,
    userId: Id,
    change: { mutedUntil?: Date | null; pinned?: boolean; archived?: boolean },
    at: Date,
  ): Promise<Preferences | null>
  /** Ids of all chats that the person is in. */
  idsOf(userId: Id): Promise<Id[]>
}
