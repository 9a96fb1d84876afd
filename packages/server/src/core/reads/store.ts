// Storage that read cursors need.
import type { Id, MessageRead, Time } from '@parley/protocol'

/** What became of a cursor, all from one snapshot of the database. */
export interface CursorMove {
  /** The cursor now: the asked seq, capped by `last_seq`, or what it was if that is higher. */
  readonly seq: number
  readonly at: Time
  readonly moved: boolean
  readonly unreadCount: number
  readonly version: number
  readonly memberCount: number
  /** How far the chat was read before and after the move. */
  readonly before: ReadProgress
  readonly after: ReadProgress
}

/**
 * How far a chat was read. Of present members `lowest` is the cursor of the `holder`, and of all others none is below `second`. Of those who
 * are or were in, the `reader` has read up to `furthest`, and another up to `runner_up`; both are 0 where nobody has. They go as
 * far as any cursor that they are compared with, not always as far as somebody has read.
 */
export interface ReadProgress {
  readonly holder: Id | null
  readonly lowest: number
  readonly second: number
  readonly reader: Id | null
  readonly furthest: number
  readonly runner_up: number
}

export interface ReadStore {
  /** Raises the cursor and notes what was read. Null for those who are not members. */
  advance(chatId: Id, userId: Id, seq: number, at: Date): Promise<CursorMove | null>
  /** Where the cursor stands: a move that moved nothing. Null for those who are not members. */
  state(chatId: Id, userId: Id): Promise<CursorMove | null>
  /** Of a chat that is there, or was. */
  progress(chatId: Id): Promise<ReadProgress>
  /** Those other than the sender who have read the message of that seq, with the time they did, the first ones first; who left too. */
  readersOf(chatId: Id, seq: number, senderId: Id): Promise<MessageRead[]>
  /** `readersOf` for many messages, the first readers of each up to `perMessage`, in the order of the messages. */
  readersOfMany(
    messages: readonly { readonly chat_id: Id; readonly seq: number; readonly sender_id: Id }[],
    perMessage: number,
  ): Promise<MessageRead[][]>
}
