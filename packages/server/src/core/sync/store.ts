// Storage that resume needs.
import type { ChatView, Id, Member, Message } from '@parley/protocol'

export interface Changes {
  readonly chats: ChatView[]
  readonly next_cursor: string | null
  readonly messages: Message[]
  readonly members: Member[]
  readonly gaps: Id[]
  readonly removed: Id[]
}

export interface SyncStore {
  /**
   * From one snapshot: the person's chats (the most recent `limits.readyChats`), and for each chat in `versions` that the
   * person is in, every message and member with a greater version; chats with more than `limits.resumeObjectsPerChat` of
   * them are in `gaps` instead, those the person is not in are in `removed`.
   */
  changesSince(userId: Id, versions: Readonly<Record<Id, number>>): Promise<Changes>
  /** `changesSince` for the named chats alone, chat list included. */
  changesOf(userId: Id, versions: Readonly<Record<Id, number>>): Promise<Changes>
}
