// Feeds the virtual list with rows, one change at a time. After a shift the list corrects the scroll position, and must
// have heard of its own correction before the next change: else it corrects from where it no longer stands.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Row } from './rows.ts'
import { advanceWindow, emptyWindow, type Window } from './window.ts'

/** The browser tells of a scroll in the next frame. */
const settlingFrames = 2

/** What to show of the wanted rows now; a few frames later it is all of them. */
export function useWindow(wanted: readonly Row[]): Window {
  const [window, setWindow] = useState(() => advanceWindow(emptyWindow, wanted))
  const latest = useRef({ wanted, window })
  const frame = useRef(0)

  const step = useCallback(() => {
    const { wanted: rows, window: former } = latest.current
    if (frame.current !== 0 || former.rows === rows) return
    const next = advanceWindow(former, rows)
    latest.current.window = next
    setWindow(next)
    if (!next.shift) return
    const wait = (frames: number) => {
      frame.current = requestAnimationFrame(() => {
        if (frames > 1) return wait(frames - 1)
        frame.current = 0
        step()
      })
    }
    wait(settlingFrames)
  }, [])

  useLayoutEffect(() => {
    latest.current.wanted = wanted
    step()
  }, [wanted, step])
  useEffect(
    () => () => {
      cancelAnimationFrame(frame.current)
      frame.current = 0
    },
    [],
  )
  return window
}
