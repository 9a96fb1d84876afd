// Storage that resume needs.
import type { Id, Me, SyncAnswer } from '@parley/protocol'
import type { Actor } from '../actor.ts'

/** chat id → the version up to which the client holds every change. */
export type Versions = Readonly<Record<Id, number>>

/** What changed, with the people whom it names. */
export type Changes = SyncAnswer

export interface SyncStore {
  /**
   * From one snapshot: the person's account and chats (the most recent `limits.readyChats`), and for each chat in `versions`
   * that the person is in, every message and member with a greater version; chats with more than
   * `limits.resumeObjectsPerChat` of them are in `gaps` instead, those the person is not in are in `removed`. Null when the
   * session is over at that time.
   */
  resume(actor: Actor, at: Date, versions: Versions): Promise<{ me: Me; changes: Changes } | null>
  /** The same for the named chats alone, chat list included, without the account. */
  changesOf(userId: Id, versions: Versions): Promise<Changes>
}
