// What is shown of a picture: its thumbnail, or until that is made the picture itself, if it is small.
import type { File } from '@parley/protocol'

export type PictureSource = 'thumbnail' | 'original' | 'none'

/** What takes hardly longer to load and to show than a thumbnail. */
const smallBytes = 256 * 1024
const smallPixels = 4_000_000

/** Of a file that has a width and a height. None for a large picture of which the server has no thumbnail yet: it comes with an update. */
export function pictureSource({ has_thumbnail, size, width, height }: File): PictureSource {
  if (has_thumbnail) return 'thumbnail'
  return size <= smallBytes && (width ?? 0) * (height ?? 0) <= smallPixels ? 'original' : 'none'
}
