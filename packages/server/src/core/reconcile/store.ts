// Storage that reconciling needs: what the database says now, to be compared with what was published.
import type { Chat, Id, Member, Message } from '@parley/protocol'

/** A present membership in a chat that is not deleted, with the versions of both. */
interface PresentMembership {
  readonly user_id: Id
  readonly chat_id: Id
  /** Of the membership: the version of the chat at which it last changed. */
  readonly version: number
  readonly chat_version: number
}

export interface ChatSince {
  readonly chatId: Id
  /** Changes up to this version are known. */
  readonly since: number
}

/** What changed in a chat, whole, in no particular order. The first members, who came with the chat, are not in it. */
export interface ChatChanges {
  /** Deleted ones too. */
  readonly chat: Chat
  /** The version at which the chat's own fields last changed. */
  readonly changedVersion: number
  /** `changed`: since it was created, whether before the asked version or after it. */
  readonly messages: readonly { readonly message: Message; readonly changed: boolean }[]
  readonly members: readonly Member[]
  /** More changed than `limits.resumeObjectsPerChat`: the lists are not complete. */
  readonly tooMuch: boolean
}

export interface MemberKey {
  readonly chatId: Id
  readonly userId: Id
}

/** Rows by their keys. */
export interface RowKeys {
  readonly chats: readonly Id[]
  readonly users: readonly Id[]
  readonly sessions: readonly Id[]
  readonly members: readonly MemberKey[]
}

export interface ReconcileStore {
  /** Resolves when every transaction that holds one of these rows has ended, one way or the other. Rejects with `unavailable` if that takes long. */
  settled(rows: RowKeys): Promise<void>
  /** Chats that do not exist are left out. */
  changes(chats: readonly ChatSince[]): Promise<ChatChanges[]>
  memberships(userIds: readonly Id[]): Promise<PresentMembership[]>
  /** Present and former memberships, with their chats, deleted ones too; those who never were members are left out. */
  members(keys: readonly MemberKey[]): Promise<{ readonly member: Member; readonly chat: Chat }[]>
  /** Where messages are, and at which version they last changed; those that do not exist are left out. */
  placesOf(messageIds: readonly Id[]): Promise<{ readonly chat_id: Id; readonly version: number }[]>
}
