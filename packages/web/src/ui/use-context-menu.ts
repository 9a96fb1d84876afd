// Opening a context menu: right click, the menu key, or a long press on a screen where the browser makes no
// contextmenu event of it (iOS).
import { type MouseEvent, type PointerEvent, type TouchEvent, useRef } from 'react'

const pressMs = 500
const moveTolerance = 10

/** Handlers for the element around everything that has a menu. `open` returns whether there was one to show. */
export function useContextMenu(open: (target: Element, point: { x: number; y: number }) => boolean) {
  const press = useRef<{ timer: number; x: number; y: number } | null>(null)
  const opened = useRef(false)
  const cancel = () => {
    if (press.current !== null) window.clearTimeout(press.current.timer)
    press.current = null
  }
  return {
    onContextMenu(event: MouseEvent) {
      cancel()
      if (opened.current) event.preventDefault()
      else if (event.target instanceof Element && open(event.target, pointOf(event))) event.preventDefault()
    },
    onPointerDown(event: PointerEvent) {
      opened.current = false
      cancel()
      const { target, clientX: x, clientY: y } = event
      if (event.pointerType !== 'touch' || !(target instanceof Element)) return
      const timer = window.setTimeout(() => {
        opened.current = open(target, { x, y })
      }, pressMs)
      press.current = { timer, x, y }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const start = press.current
      if (start !== null && Math.hypot(clientX - start.x, clientY - start.y) > moveTolerance) cancel()
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    /** The touch that ends a long press must not become a click: it would open what was pressed, or close the menu. */
    onTouchEnd(event: TouchEvent) {
      if (opened.current) event.preventDefault()
      opened.current = false
    },
  }
}

/** Where the menu goes; the menu key gives no point of its own in some browsers. */
function pointOf(event: MouseEvent): { x: number; y: number } {
  if (event.clientX !== 0 || event.clientY !== 0 || !(event.target instanceof Element))
    return { x: event.clientX, y: event.clientY }
  const box = event.target.getBoundingClientRect()
  return { x: box.left + Math.min(box.width / 2, 80), y: box.top + box.height / 2 }
}
