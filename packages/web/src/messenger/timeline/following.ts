// Whether the timeline follows its end. That is what the person wants, said by their scrolling, and not where the list happens
// to stand: a keyboard that opens, a composer that grows or rows that are measured move the end away from who wants to see it. Pure.

/** Pixels from the end that still count as being there. */
export const stickiness = 48

/** The list at one moment, in pixels, as its element measures it. */
export interface View {
  readonly offset: number
  readonly viewport: number
  readonly size: number
}

export const distanceToEnd = ({ offset, viewport, size }: View): number => size - offset - viewport

/**
 * After a scroll event. Who comes to the end follows it. Who goes up from it does not any more; but the list also goes up when
 * its heights change, so without a gesture (wheel, touch, key, scrollbar) only a scroll between equal heights counts.
 */
export function followsAfterScroll(follows: boolean, before: View, now: View, gesture: boolean): boolean {
  if (distanceToEnd(now) < stickiness) return true
  if (!follows || now.offset >= before.offset) return follows
  const sameHeights = now.viewport === before.viewport && now.size === before.size
  return !(gesture || sameHeights)
}
