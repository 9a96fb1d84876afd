// What the core wants to know and have of pictures, and of content in general. Behind these ports stand libraries that decode what
// strangers made.
import type { Readable } from 'node:stream'
import type { Dimensions } from './store.ts'

/** Opens the picture when its turn has come: few are worked on at once, and those that wait hold no memory. */
export type OpenPicture = () => Promise<Readable>

export interface Preview {
  readonly dimensions: Dimensions
  /** WebP, at most `limits.thumbnailSide` on its longer side, without metadata. */
  readonly thumbnail: Uint8Array
}

/** PNG, JPEG, GIF, WebP and AVIF, turned as their metadata says; of moving pictures the first one. */
export interface Images {
  /** Null for what cannot be read, or has more than `limits.imagePixels`. */
  preview(open: OpenPicture): Promise<Preview | null>
  /** The middle of the picture as a square WebP without metadata; null as for `preview`. */
  avatar(open: OpenPicture): Promise<Uint8Array | null>
}

/** Content on its way, with what it turned out to be. */
interface WatchedContent {
  readonly content: AsyncIterable<Uint8Array>
  /** Once the content was read to its end: a media type, `application/octet-stream` for what is not known. */
  mediaType(): Promise<string>
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
