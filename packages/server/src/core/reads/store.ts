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
  /** Whose cursor is the smallest, and the smallest and second smallest cursors, before and after the move. */
  readonly before: LowCursors
  readonly after: LowCursors
}

/** `lowest` belongs to `holder`; for everyone else "read by all others" ends at `lowest`, for the holder at `second`. */
export interface LowCursors {
  readonly holder: Id | null
  readonly lowest: number
  readonly second: number
}

export interface ReadStore {
  /** Raises the cursor and notes it in the list of reads. Null for those who are not members. */
  advance(chatId: Id, userId: Id, seq: number, at: Date): Promise<CursorMove | null>
  /** Where the cursor stands: a move that moved nothing. Null for those who are not members. */
  state(chatId: Id, userId: Id): Promise<CursorMove | null>
  /** The two smallest cursors of the chat's present members. */
  lowCursors(chatId: Id): Promise<LowCursors>
  /** Present members other than the sender whose cursor has reached the seq, with the time it did. */
  readersOf(chatId: Id, seq: number, senderId: Id): Promise<MessageRead[]>
  /** `readersOf` for many messages, the first readers of each up to `perMessage`, in the order of the messages. */
  readersOfMany(
    messages: readonly { readonly chat_id: Id; readonly seq: number; readonly sender_id: Id }[],
    perMessage: number,
  ): Promise<MessageRead[][]>
}
