// Where the timeline stands: brings it to a place and keeps it at the end while it is there. Whatever the person scrolls
// wins: nothing here moves the list except a new goal, new rows while at the end, or rows that were replaced as a whole.
import type { Timeline } from '@parley/client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { distanceToEnd, lowestSeqOnScreen } from './on-screen.ts'
import { isLoaded, type Place, rowTarget } from './place.ts'
import type { Row } from './rows.ts'
import { useEdgeLoading } from './use-edge-loading.ts'
import type { History } from './use-history.ts'
import type { Window } from './window.ts'

/** Pixels from the end that still count as being there. */
const stickiness = 48
/** Pixels kept above the unread divider, so that some of what was read is seen too. */
const contextAbove = 96

export interface Goal {
  /** Rises with every wish, so that the same place can be wished for again. */
  readonly id: number
  readonly place: Place
}

interface ScrollOptions {
  readonly window: Window
  /** What the window is on the way to. */
  readonly wanted: readonly Row[]
  readonly timeline: Timeline
  readonly goal: Goal
  readonly history: History
}

export interface Scroll {
  readonly list: RefObject<VirtualizerHandle | null>
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

export function useScroll({ window, wanted, timeline, goal, history }: ScrollOptions): Scroll {
  const { rows, epoch } = window
  const list = useRef<VirtualizerHandle>(null)
  /** What the list was brought to last, by the person's wish or after its rows were replaced. */
  const reached = useRef({ goalId: -1, epoch: -1 })
  const stood = useRef({ atEnd: false, seq: 0 })
  const [atEnd, setAtEnd] = useState(true)
  const [settledGoal, setSettledGoal] = useState(-1)
  const checkEdges = useEdgeLoading({ list, timeline, history, ready: settledGoal === goal.id })

  const keepAtEnd = useCallback(() => {
    if (stood.current.atEnd && !timeline.hasAfter && rows.length > 0)
      list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
  }, [timeline.hasAfter, rows.length])

  useLayoutEffect(() => {
    if (rows !== wanted) return
    const wished = reached.current.goalId !== goal.id
    if (!wished && reached.current.epoch === epoch && !timeline.empty) return keepAtEnd()
    const place = wished ? goal.place : placeToReturnTo(stood.current)
    if (!isLoaded(timeline, place)) return history.pages.load(place)
    reached.current = { goalId: goal.id, epoch }
    const target = rowTarget(rows, place)
    stood.current = { atEnd: target === null || target.align === 'end', seq: 0 }
    if (target !== null)
      list.current?.scrollToIndex(target.index, {
        align: target.align,
        offset: target.align === 'start' ? -contextAbove : 0,
      })
    setSettledGoal(goal.id)
  }, [rows, wanted, epoch, timeline, goal, history.pages, keepAtEnd])

  const lowestVisible = useCallback(() => lowestSeqOnScreen(list.current, rows), [rows])

  const distanceLeft = useCallback((): number => {
    const handle = list.current
    return handle === null || timeline.hasAfter ? Number.POSITIVE_INFINITY : distanceToEnd(handle)
  }, [timeline.hasAfter])

  const onScroll = useCallback(() => {
    if (list.current === null) return
    const distance = distanceLeft()
    stood.current = { atEnd: distance < stickiness, seq: lowestVisible() }
    setAtEnd(distance < 3 * stickiness)
    checkEdges()
  }, [distanceLeft, lowestVisible, checkEdges])

  // The end also comes and goes without scrolling: the first place may be the very top, and rows are added below.
  const onResize = useCallback(() => {
    keepAtEnd()
    setAtEnd(stood.current.atEnd || distanceLeft() < 3 * stickiness)
  }, [keepAtEnd, distanceLeft])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows below the mounted ones change no size that is seen
  useEffect(onResize, [onResize, rows])

  const showRow = useCallback(
    (index: number) => {
      stood.current.atEnd = index === rows.length - 1
      list.current?.scrollToIndex(index, { align: 'nearest' })
    },
    [rows.length],
  )

  return { list, atEnd, settled: settledGoal !== -1, lowestVisible, showRow, onScroll, onResize }
}

const placeToReturnTo = ({ atEnd, seq }: { atEnd: boolean; seq: number }): Place =>
  atEnd || seq === 0 ? { kind: 'end' } : { kind: 'message', seq }
