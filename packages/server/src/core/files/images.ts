// What the core wants to know and have of pictures, and of content in general. Behind these ports stand libraries that decode what
// strangers made.
import type { Id } from '@parley/protocol'
import type { OpenedContent } from './file-store.ts'
import type { Dimensions } from './store.ts'

/** Opens the picture when its turn has come: those that wait hold no memory and no descriptor. */
type OpenPicture = () => Promise<OpenedContent>

interface Preview {
  readonly dimensions: Dimensions
  /** WebP, at most `limits.thumbnailSide` on its longer side, without metadata. */
  readonly thumbnail: Uint8Array
}

/**
 * PNG, JPEG, GIF, WebP and AVIF, turned as their metadata says; of moving pictures the first one. Few are worked on at once, the people
 * who wait in turn, so that nobody waits for all the pictures of another. Null for what cannot be read, is larger than
 * `limits.imagePixels` or `limits.imageSide`, or takes too much time or memory. Rejects with `unavailable` when there is no place
 * to wait, and otherwise when nothing could be found out: what the opening rejects with, or that pictures cannot be read now.
 */
export interface Images {
  preview(ownerId: Id, open: OpenPicture): Promise<Preview | null>
  /** The middle of the picture as a square WebP without metadata. */
  avatar(ownerId: Id, open: OpenPicture): Promise<Uint8Array | null>
  /** What is being read is left, and rejects. */
  close(): void
}

/** Content on its way, with what it turned out to be. */
interface WatchedContent {
  readonly content: AsyncIterable<Uint8Array>
  /** Once the content was read to its end: a media type, `application/octet-stream` for what is not known. */
  mediaType(): Promise<string>
  /** At any time: how large the picture is by its own header, as it is shown; null where that is not plain to see. */
  dimensions(): Dimensions | null
}

/** Finds out what content is by its bytes alone. */
export interface MediaTypes {
  watch(content: AsyncIterable<Uint8Array>): WatchedContent
}

/** The media types of pictures that are worth trying to read. */
export const pictureTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
])
