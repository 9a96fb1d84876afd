// Where the timeline stands: brings it to a place, and keeps it at the end while that is followed. Whatever the person scrolls
// wins: nothing here moves the list except a new goal, new rows or heights while following, or rows that were replaced as a whole.
import type { Timeline } from '@parley/client'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { distanceToEnd, followsAfterScroll, stickiness, type View } from './following.ts'
import { lowestSeqOnScreen, viewOf } from './on-screen.ts'
import { isLoaded, type Place, rowTarget } from './place.ts'
import type { Row } from './rows.ts'
import { useEdgeLoading } from './use-edge-loading.ts'
import { useGestures } from './use-gestures.ts'
import type { History } from './use-history.ts'
import type { Window } from './window.ts'

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
  /** Nobody looks: what comes is followed only as far as the first unread message stays on screen. */
  readonly away: boolean
}

export interface Scroll {
  readonly list: RefObject<VirtualizerHandle | null>
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLElement | null>
  /** The newest message is on screen, or about to be. */
  readonly atEnd: boolean
  /** The first goal was reached: before, the list is not fit to be seen. */
  readonly settled: boolean
  /** Whether the person wants to see what comes next. */
  follows(): boolean
  /** The seq of the lowest message that is on screen, 0 if none is. */
  lowestVisible(): number
  /** Brings a row on screen for the person who went to it by keyboard. */
  showRow(index: number): void
  onScroll(): void
  onResize(): void
}

const nowhere: View = { offset: 0, viewport: 0, size: 0 }

export function useScroll(options: ScrollOptions): Scroll {
  const { window, wanted, timeline, goal, history, away } = options
  const { rows, epoch } = window
  const list = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLElement>(null)
  /** What the list was brought to last, by the person's wish or after its rows were replaced. */
  const reached = useRef({ goalId: -1, epoch: -1 })
  const stood = useRef({ follows: false, seq: 0, view: nowhere })
  const [atEnd, setAtEnd] = useState(true)
  const [settledGoal, setSettledGoal] = useState(-1)
  const gestures = useGestures(scroller)
  const checkEdges = useEdgeLoading({ list, timeline, history, ready: settledGoal === goal.id })

  const distanceLeft = useCallback((): number => {
    if (scroller.current === null || timeline.hasAfter) return Number.POSITIVE_INFINITY
    return distanceToEnd(viewOf(scroller.current))
  }, [timeline.hasAfter])

  const keepAtEnd = useCallback(() => {
    if (!stood.current.follows || timeline.hasAfter || rows.length === 0) return
    const target = away ? rowTarget(rows, { kind: 'unread' }) : null
    scrollTo(list.current, target ?? { index: rows.length - 1, align: 'end' })
  }, [timeline.hasAfter, rows, away])

  useLayoutEffect(() => {
    if (rows !== wanted) return
    const wished = reached.current.goalId !== goal.id
    if (!wished && reached.current.epoch === epoch && !timeline.empty) return keepAtEnd()
    const place = wished ? goal.place : placeToReturnTo(stood.current)
    if (!isLoaded(timeline, place)) return history.pages.load(place)
    reached.current = { goalId: goal.id, epoch }
    const target = rowTarget(rows, place)
    stood.current = { ...stood.current, follows: target === null || target.align === 'end', seq: 0 }
    if (target !== null) scrollTo(list.current, target)
    setSettledGoal(goal.id)
  }, [rows, wanted, epoch, timeline, goal, history.pages, keepAtEnd])

  // A place may be so near to the end that the list stands there without ever being scrolled. It has its heights two frames later.
  useEffect(() => {
    if (settledGoal === -1) return
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (distanceLeft() < stickiness) stood.current.follows = true
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [settledGoal, distanceLeft])

  const lowestVisible = useCallback(() => lowestSeqOnScreen(scroller.current), [])

  const onScroll = useCallback(() => {
    if (scroller.current === null) return
    const view = viewOf(scroller.current)
    const { follows, view: before } = stood.current
    stood.current = {
      follows: !timeline.hasAfter && followsAfterScroll(follows, before, view, gestures.recent()),
      seq: lowestVisible(),
      view,
    }
    setAtEnd(!timeline.hasAfter && (stood.current.follows || distanceToEnd(view) < 3 * stickiness))
    checkEdges()
  }, [timeline.hasAfter, lowestVisible, checkEdges, gestures])

  // The end also comes and goes without scrolling: the first place may be the very top, and rows are added below.
  const onResize = useCallback(() => {
    keepAtEnd()
    if (scroller.current !== null) stood.current.view = viewOf(scroller.current)
    setAtEnd((stood.current.follows && !timeline.hasAfter) || distanceLeft() < 3 * stickiness)
  }, [keepAtEnd, distanceLeft, timeline.hasAfter])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows below the mounted ones change no size that is seen
  useEffect(onResize, [onResize, rows])
  useEffect(() => {
    if (scroller.current === null) return
    const observer = new ResizeObserver(onResize)
    observer.observe(scroller.current)
    return () => observer.disconnect()
  }, [onResize])

  const showRow = useCallback(
    (index: number) => {
      stood.current.follows = index === rows.length - 1
      list.current?.scrollToIndex(index, { align: 'nearest' })
    },
    [rows.length],
  )
  const follows = useCallback(() => stood.current.follows, [])

  return {
    ...{ list, scroller, atEnd, settled: settledGoal !== -1 },
    ...{ follows, lowestVisible, showRow, onScroll, onResize },
  }
}

const placeToReturnTo = ({ follows, seq }: { follows: boolean; seq: number }): Place =>
  follows || seq === 0 ? { kind: 'end' } : { kind: 'message', seq }

function scrollTo(
  list: VirtualizerHandle | null,
  { index, align }: NonNullable<ReturnType<typeof rowTarget>>,
): void {
  list?.scrollToIndex(index, { align, offset: align === 'start' ? -contextAbove : 0 })
}
