// Reading what is on screen from the elements themselves: what the virtual list knows of sizes may be of a moment ago.
import type { View } from './following.ts'

export const viewOf = ({ scrollTop, clientHeight, scrollHeight }: Element): View => ({
  offset: scrollTop,
  viewport: clientHeight,
  size: scrollHeight,
})

/** A message in pixels from the upper edge of the screen. */
export interface Extent {
  readonly seq: number
  readonly top: number
  readonly bottom: number
}

/**
 * The seq of the lowest message on a screen of this height, 0 if there is none. A message counts when its end is on screen, or,
 * if it is taller than the screen, when it fills the lower half.
 */
export function lowestSeq(extents: readonly Extent[], height: number): number {
  if (height === 0) return 0
  const seen = extents.filter(
    ({ top, bottom }) => bottom > 0 && top < height && (bottom <= height + 4 || top <= height / 2),
  )
  return seen.reduce((lowest, { seq }) => Math.max(lowest, seq), 0)
}

/** Of the mounted messages that the server has numbered. */
export function lowestSeqOnScreen(scroller: Element | null): number {
  if (scroller === null) return 0
  const edge = scroller.getBoundingClientRect().top
  const extents = [...scroller.querySelectorAll<HTMLElement>('[data-seq]')].map((row) => {
    const { top, bottom } = row.getBoundingClientRect()
    return { seq: Number(row.dataset.seq), top: top - edge, bottom: bottom - edge }
  })
  return lowestSeq(extents, scroller.clientHeight)
}
