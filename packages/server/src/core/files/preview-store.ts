// Storage of what is still to be done about pictures after their upload was answered.
import type { Id } from '@parley/protocol'
import type { Dimensions } from './store.ts'

export interface PendingFile {
  readonly id: Id
  /** A preview is to be made, or what came of it is to be told with the messages that carry the file. */
  readonly pending: 'preview' | 'news'
}

/** A message that carries a file. */
export interface Carrier {
  readonly chatId: Id
  readonly messageId: Id
}

export interface PreviewStore {
  /** Everybody of whom a file is pending. */
  owners(): Promise<Id[]>
  /** The person's first pending file by id that is none of `except`. */
  next(ownerId: Id, except: readonly Id[]): Promise<PendingFile | null>
  /**
   * Keeps what the picture turned out to be: with dimensions it has a thumbnail, without it is no picture. Within a transaction. A send
   * of the file that has not seen it is over then, and its message among the carriers. False when the file is not there any more.
   */
  settle(fileId: Id, dimensions: Dimensions | null): Promise<boolean>
  /** Messages that carry the file, after that one, in a fixed order. */
  carriers(fileId: Id, after: Carrier | null, limit: number): Promise<Carrier[]>
  /** Nothing is pending any more. */
  done(fileId: Id): Promise<void>
}
