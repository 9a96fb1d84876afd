// Whether the person is moving the list themselves: by wheel, touch, key or scrollbar.
import { type RefObject, useEffect, useMemo, useRef } from 'react'

/** How long a gesture moves the list after its last event, in milliseconds. */
const lastingMs = 400

const events = ['wheel', 'touchstart', 'touchmove', 'keydown', 'pointerdown', 'pointermove'] as const

export interface Gestures {
  recent(): boolean
}

export function useGestures(scroller: RefObject<HTMLElement | null>): Gestures {
  const last = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const element = scroller.current
    const note = (event: Event) => {
      // A pointer that moves over the list without being pressed moves nothing.
      if (event instanceof PointerEvent && event.buttons === 0) return
      last.current = performance.now()
    }
    for (const name of events) element?.addEventListener(name, note, { passive: true })
    return () => {
      for (const name of events) element?.removeEventListener(name, note)
    }
  }, [scroller])
  return useMemo(() => ({ recent: () => performance.now() - last.current < lastingMs }), [])
}
