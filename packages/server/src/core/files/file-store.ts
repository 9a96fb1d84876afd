// The port behind which the bytes of files are kept.
import type { Readable } from 'node:stream'
import type { Id } from '@parley/protocol'

/** Content of one file: what was uploaded, and the small picture that was made of it. */
export type FileVariant = 'original' | 'thumbnail'

/** Bytes from `start` to `end`, both included, within the content. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface OpenedContent {
  /** Of the whole content, whatever the range. */
  readonly size: number
  readonly stream: Readable
}

/**
 * Keeps bytes under ids that this server made. Contract: `put` resolves when the content is durable, and replaces what was
 * there as a whole: nobody ever sees a part of it. If `put` rejects, what was there before is unchanged. What was opened can be
 * read to its end though it is replaced or deleted meanwhile. Rejects with `unavailable` where there is no room or no answer.
 */
export interface FileStore {
  /**
   * Reads the content to its end and resolves with its size. Rejects with `file_too_large` as soon as there are more than
   * `maxBytes`, and with the content's own error; the content is ended in each case.
   */
  put(id: Id, variant: FileVariant, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number>
  /** Null when there is no such content. Whoever opens reads to the end or destroys the stream. */
  open(id: Id, variant: FileVariant, range?: ByteRange): Promise<OpenedContent | null>
  /** Deletes all variants; what is not there already counts as deleted. */
  delete(id: Id): Promise<void>
  /** Bytes for which there is room; infinite where there is no end to it. */
  free(): Promise<number>
  /** Ids of everything that was put before the time, each once, in no particular order. */
  storedBefore(time: Date): AsyncIterable<Id>
  /** Removes what uploads left behind that were begun before the time and never ended. */
  clean(before: Date): Promise<void>
}
