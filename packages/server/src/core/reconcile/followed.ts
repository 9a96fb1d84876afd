// What the sockets of this node follow, and what was published to them. The hub keeps the books; the reconciler compares them with the
// database.
import type { Id } from '@parley/protocol'

/** A session with a socket here, and whose it is. */
export interface LiveSession {
  readonly sessionId: Id
  readonly userId: Id
}

export interface Followed {
  /** People with sockets here. */
  people(): Iterable<Id>
  /** Those of all sockets; one that has several is given as often. */
  sessions(): Iterable<LiveSession>
  /** Chats that a live socket of the person follows; one that several follow is given as often. */
  chatsOf(userId: Id): Iterable<Id>
  /** Whether every live socket of the person follows the chat. */
  follows(userId: Id, chatId: Id): boolean
  /** The version of the chat up to which everything was published here; null when nobody here follows it. */
  publishedThrough(chatId: Id): number | null
  /** Everything up to that version was published here, or never will be. */
  noteAllPublished(chatId: Id, version: number): void
}
