// Loads the next page before the person gets to the edge of what is loaded.
import type { Timeline } from '@parley/client'
import { type RefObject, useCallback, useEffect } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { History } from './use-history.ts'

/** Pixels from an edge at which the next page is asked for: about two screens ahead of a fast scroll. */
const loadAhead = 1200

interface EdgeLoadingOptions {
  readonly list: RefObject<VirtualizerHandle | null>
  readonly timeline: Timeline
  readonly history: History
  /** The list stands where it is meant to; before, its edges say nothing. */
  readonly ready: boolean
}

/** Gives the check to make on every scroll; new pages are checked here. */
export function useEdgeLoading({ list, timeline, history, ready }: EdgeLoadingOptions): () => void {
  const { pages, loading } = history
  const check = useCallback(() => {
    const handle = list.current
    if (handle === null || !ready) return
    if (timeline.hasBefore && handle.scrollOffset < loadAhead) pages.loadBefore()
    if (timeline.hasAfter && handle.scrollSize - handle.scrollOffset - handle.viewportSize < loadAhead)
      pages.loadAfter()
  }, [list, timeline, pages, ready])

  // A page may not reach far enough. The list knows where it stands after it a frame later.
  useEffect(() => {
    if (loading !== null) return
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(check)
    })
    return () => cancelAnimationFrame(frame)
  }, [loading, check])

  return check
}
