// Storage for doors that find messages by their place in the history: by seq, by offset, and by the read that passed them.
import type { Id } from '@parley/protocol'

export interface MessagePlace {
  readonly id: Id
  readonly seq: number
  readonly sender_id: Id
}

export interface MessagePlaceStore {
  /** The id of the message with that seq. */
  idAt(chatId: Id, seq: number): Promise<Id | null>
  /** The seq of the message that `offset` undeleted ones precede, from the oldest or the newest on; null beyond the end. */
  seqOfNth(chatId: Id, order: 'oldest' | 'newest', offset: number): Promise<number | null>
  /** Messages of others that the person's cursor passed when it came to rest on the seq; the newest first, at most `limit`. */
  passedBy(chatId: Id, userId: Id, seq: number, limit: number): Promise<MessagePlace[]>
}
