// Where the timeline stands: brings it to a place, keeps it at the end while it is there, loads pages near the edges.
// Whatever the person scrolls wins: nothing here moves the list except a new goal, or new rows while at the end.
import type { Timeline } from '@parley/client'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { isLoaded, type Place, rowTarget } from './place.ts'
import { itemSeq, type Row } from './rows.ts'
import type { History } from './use-history.ts'
import type { Window } from './window.ts'

/** Pixels from an edge at which the next page is asked for: about two screens ahead of a fast scroll. */
const loadAhead = 1200
/** Pixels from the end that still count as being there. */
const stickiness = 48
/** Pixels kept above the unread divider, so that some of what was read is seen too. */
const contextAbove = 96

export interface Goal {
  /** Rises with every wish, so that the same place can be wished for again. */
  readonly id: number
  readonly place: Place
}

export interface Scroll {
  readonly list: React.RefObject<VirtualizerHandle | null>
  /** The newest message is on screen. */
  readonly atEnd: boolean
  /** The first goal was reached: before, the list is not fit to be seen. */
  readonly settled: boolean
  /** The seq of the lowest message that is on screen, 0 if none is. */
  lowestVisible(): number
  /** Brings a row on screen for the person who went to it by keyboard. */
  showRow(index: number): void
  onScroll(): void
  onResize(): void
}

export function useScroll(window: Window, timeline: Timeline, goal: Goal, history: History): Scroll {
  const { pages, loading } = history
  const list = useRef<VirtualizerHandle>(null)
  const reached = useRef(-1)
  const stick = useRef(false)
  const [atEnd, setAtEnd] = useState(true)
  const [settled, setSettled] = useState(false)
  const { rows } = window

  const loadNearEdges = useCallback(() => {
    const handle = list.current
    if (handle === null || reached.current !== goal.id) return
    if (timeline.hasBefore && handle.scrollOffset < loadAhead) pages.loadBefore()
    if (timeline.hasAfter && distanceToEnd(handle) < loadAhead) pages.loadAfter()
  }, [goal.id, timeline, pages])

  const toEnd = useCallback(() => {
    if (rows.length > 0) list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
  }, [rows.length])

  useLayoutEffect(() => {
    if (reached.current === goal.id) {
      if (stick.current && !timeline.hasAfter) toEnd()
      loadNearEdges()
      return
    }
    if (!isLoaded(timeline, goal.place)) {
      pages.load(goal.place)
      return
    }
    reached.current = goal.id
    const target = rowTarget(rows, goal.place)
    stick.current = target === null || target.align === 'end'
    if (target !== null)
      list.current?.scrollToIndex(target.index, {
        align: target.align,
        offset: target.align === 'start' ? -contextAbove : 0,
      })
    setSettled(true)
  }, [rows, timeline, goal, pages, toEnd, loadNearEdges])

  // The page that just came may not reach far enough.
  useEffect(() => {
    if (loading === null) loadNearEdges()
  }, [loading, loadNearEdges])

  const onScroll = useCallback(() => {
    const handle = list.current
    if (handle === null) return
    const distance = distanceToEnd(handle)
    stick.current = distance < stickiness && !timeline.hasAfter
    setAtEnd(distance < 3 * stickiness && !timeline.hasAfter)
    loadNearEdges()
  }, [timeline.hasAfter, loadNearEdges])

  const onResize = useCallback(() => {
    if (stick.current && reached.current === goal.id && !timeline.hasAfter) toEnd()
  }, [goal.id, timeline.hasAfter, toEnd])

  const showRow = useCallback(
    (index: number) => {
      stick.current = index === rows.length - 1
      list.current?.scrollToIndex(index, { align: 'nearest' })
    },
    [rows.length],
  )

  const lowestVisible = useCallback(() => lowestSeqOnScreen(list.current, rows), [rows])

  return { list, atEnd, settled, lowestVisible, showRow, onScroll, onResize }
}

const distanceToEnd = (handle: VirtualizerHandle): number =>
  handle.scrollSize - handle.scrollOffset - handle.viewportSize

/** A message counts as seen when its end is on screen, or, if it is taller than the screen, when its beginning is. */
function lowestSeqOnScreen(handle: VirtualizerHandle | null, rows: readonly Row[]): number {
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
