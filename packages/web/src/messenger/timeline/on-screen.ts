// Reading from the virtual list what is on screen.
import type { VirtualizerHandle } from 'virtua'
import { itemSeq, type Row } from './rows.ts'

/** Pixels between the lower edge of the screen and the end of the list. */
export const distanceToEnd = (handle: VirtualizerHandle): number =>
  handle.scrollSize - handle.scrollOffset - handle.viewportSize

/**
 * The seq of the lowest message on screen, 0 if there is none. A message counts when its end is on screen, or, if it is
 * taller than the screen, when its beginning is.
 */
export function lowestSeqOnScreen(handle: VirtualizerHandle | null, rows: readonly Row[]): number {
  if (handle === null || handle.viewportSize === 0) return 0
  const bottom = handle.scrollOffset + handle.viewportSize
  for (let index = Math.min(handle.findItemIndex(bottom), rows.length - 1); index >= 0; index -= 1) {
    const row = rows[index]
    const top = handle.getItemOffset(index)
    if (top + handle.getItemSize(index) < handle.scrollOffset) return 0
    const seq = row?.kind === 'message' ? itemSeq(row.item) : undefined
    const ends = top + handle.getItemSize(index) <= bottom + 4
    const fills = top <= bottom - handle.viewportSize / 2
    if (seq !== undefined && (ends || fills)) return seq
  }
  return 0
}
