// Storage that messages need.
import type { ErrorCode, Id, Message, Revision } from '@parley/protocol'

/** A message on its way into a chat. */
export interface MessageDraft {
  readonly id: Id
  readonly chatId: Id
  readonly senderId: Id
  /** Empty only with files. */
  readonly text: string
  /** The sender's own, without repetition. */
  readonly fileIds: readonly Id[]
  readonly replyToId: Id | null
  readonly createdAt: Date
}

export type PostOutcome =
  | { readonly status: 'created'; readonly message: Message }
  /** The sender had sent this id to this chat before. */
  | { readonly status: 'stored'; readonly message: Message }
  | { readonly status: 'refused'; readonly code: ErrorCode }

export type PagePosition =
  | { readonly from: 'end' }
  | { readonly from: 'before' | 'after' | 'around'; readonly seq: number }

export interface MessagePage {
  readonly items: Message[]
  readonly has_before: boolean
  readonly has_after: boolean
}

export interface MessageStore {
  /**
   * Writes a batch in one transaction and one round trip: locks the chats in id order, checks that each sender may post,
   * numbers in the order given, inserts, moves `last_seq` and `version`. Outcomes are in the order of the drafts. Ids within one
   * call are distinct.
   */
  post(drafts: readonly MessageDraft[]): Promise<PostOutcome[]>
  find(messageId: Id): Promise<Message | null>
  /** Ascending by seq, deleted ones included as tombstones. */
  page(chatId: Id, position: PagePosition, limit: number): Promise<MessagePage>
  /** The seq of the first message at or after the time; last_seq + 1 when there is none. */
  seqAt(chatId: Id, at: Date): Promise<number>
  /**
   * This and the next three change a message that is not deleted. They expect its chat's row to be locked in the same transaction, take the
   * chat's next version, write it with the change and give the message with it.
   *
   * Keeps the former text as a revision and stores the new one.
   */
  edit(message: Message, text: string, at: Date): Promise<Message>
  /** Adds one of the sender's files, locked, to a message that does not have it yet. */
  attach(message: Message, fileId: Id): Promise<Message>
  /** Changes nothing but the version, for one of its files has changed. */
  refresh(message: Message): Promise<Message>
  /** Leaves a tombstone: text and revisions are erased, files are taken off. */
  erase(message: Message, at: Date): Promise<Message>
  revisions(chatId: Id, messageId: Id): Promise<Revision[]>
}
