// Storage that an import needs. Every call but the look-ups expects a transaction.
import type { Id } from '@parley/protocol'
import type { NewAccount } from '../accounts/store.ts'

/** What is noted of each row that was taken. Reads are not noted: they are found in what was read. */
export type ImportedKind = 'person' | 'chat' | 'message' | 'file'

/** A place in a chat as the other program has it. */
export interface Seat {
  readonly userId: Id
  readonly joinedAt: Date
  readonly leftAt: Date | null
}

export interface SeatPair {
  readonly chatId: Id
  readonly userId: Id
}

export const seatKey = ({ chatId, userId }: SeatPair): string => `${chatId} ${userId}`

/** The end of a chat, locked. */
export interface ChatEnd {
  readonly lastSeq: number
  readonly version: number
  /** When the last message was written; null in an empty chat. */
  readonly lastAt: Date | null
}

export interface ImportedAccount extends NewAccount {
  /** Of somebody who has no account any more. */
  readonly goneAt: Date | null
}

export interface ImportedMessage {
  readonly id: Id
  readonly senderId: Id
  readonly text: string
  readonly createdAt: Date
  readonly editedAt: Date | null
  /** Files of the sender that are there, in their order. */
  readonly fileIds: readonly Id[]
}

/** What comes behind the end of a chat; the times do not fall. */
export interface Continuation {
  readonly chatId: Id
  readonly end: ChatEnd
  readonly messages: readonly ImportedMessage[]
}

export interface ImportedRead {
  readonly userId: Id
  readonly messageId: Id
  readonly at: Date
}

export interface ImportStore {
  /** Until the transaction ends no other import notes anything. */
  hold(): Promise<void>
  /** What was taken already, by its key. */
  find(source: string, kind: ImportedKind, keys: readonly string[]): Promise<Map<string, Id>>
  note(source: string, kind: ImportedKind, taken: ReadonlyMap<string, Id>): Promise<void>
  /** Whose the emails are here, as they were given. */
  emailOwners(emails: readonly string[]): Promise<Map<string, Id>>
  /** Gives the ids of those that were inserted; the others have a username or email that is taken. */
  insertAccounts(accounts: readonly ImportedAccount[]): Promise<Set<Id>>
  /** Those of the pairs of which the person is or was in the chat, by `seatKey`. */
  seated(pairs: readonly SeatPair[]): Promise<Set<string>>
  /** Gives those who are in a chat that was just made their own times, and places to those who have left it. */
  seat(chatId: Id, seats: readonly Seat[]): Promise<void>
  /** Locks the chats until the transaction ends; those that were deleted are left out. */
  ends(chatIds: readonly Id[]): Promise<Map<Id, ChatEnd>>
  /** Numbers the messages behind the ends, which `ends` gave. What was written before somebody joined is not unread for them (C7). */
  append(continuations: readonly Continuation[]): Promise<void>
  /**
   * Raises cursors to the messages and notes each as read, for itself; gives how many that were. What is at or below the last reading that
   * is noted of a person in a chat is left out, and so are one's own messages.
   */
  addReads(reads: readonly ImportedRead[]): Promise<number>
  /** What `addReads` would give. */
  countReads(reads: readonly ImportedRead[]): Promise<number>
}
