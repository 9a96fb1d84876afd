// How large a picture is shown before it has been loaded, so that nothing moves when it comes.
import type { File } from '@parley/protocol'

export interface ShownSize {
  readonly width: number
  readonly height: number
}

const most = 320

/** In CSS pixels: never enlarged, in its own shape, and never so thin that it could not be hit. Null for what is no picture. */
export function shownSize({ width, height }: Pick<File, 'width' | 'height'>): ShownSize | null {
  if (width === null || height === null) return null
  const scale = Math.min(1, most / Math.max(width, height))
  const side = (length: number) => Math.max(32, Math.round(length * scale))
  return { width: side(width), height: side(height) }
}
