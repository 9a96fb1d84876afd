// Which row the Tab key reaches, and moving between rows with the arrow keys.
import { type KeyboardEvent, useCallback, useRef, useState } from 'react'
import type { Row } from './rows.ts'

export interface RowFocus {
  /** The index of the row that the Tab key reaches; it stays mounted. -1 if there is none. */
  readonly activeIndex: number
  onFocus(event: React.FocusEvent<HTMLElement>): void
  onKeyDown(event: KeyboardEvent<HTMLElement>): void
}

const rowElement = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-message-id]') : null

/** Without a choice of the person it is the newest message. */
export function useRowFocus(
  rows: readonly Row[],
  showRow: (index: number) => void,
  leave: () => void,
): RowFocus {
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const scroller = useRef<HTMLElement | null>(null)
  const chosen = activeKey === null ? -1 : rows.findIndex((row) => row.key === activeKey)
  const activeIndex = chosen === -1 ? rows.findLastIndex((row) => row.kind === 'message') : chosen

  const moveTo = useCallback(
    (index: number) => {
      const row = rows[index]
      if (row === undefined) return
      setActiveKey(row.key)
      showRow(index)
      focusWhenMounted(scroller.current, row.key.slice('message:'.length))
    },
    [rows, showRow],
  )

  const onFocus = useCallback((event: React.FocusEvent<HTMLElement>) => {
    scroller.current = event.currentTarget
    const id = rowElement(event.target)?.dataset.messageId
    if (id !== undefined) setActiveKey(`message:${id}`)
  }, [])

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (event.target !== rowElement(event.target)) return
      const next = neighbour(rows, activeIndex, event.key)
      if (event.key === 'Escape') {
        event.stopPropagation()
        leave()
      } else if (next !== null) {
        event.preventDefault()
        moveTo(next)
      }
    },
    [rows, activeIndex, moveTo, leave],
  )

  return { activeIndex, onFocus, onKeyDown }
}

/** The index of the message that a key leads to, -1 if there is none; null if the key leads nowhere. */
function neighbour(rows: readonly Row[], from: number, key: string): number | null {
  const isMessage = (row: Row) => row.kind === 'message'
  switch (key) {
    case 'ArrowUp':
      return rows.slice(0, from).findLastIndex(isMessage)
    case 'ArrowDown':
      return rows.findIndex((row, index) => index > from && isMessage(row))
    case 'Home':
      return rows.findIndex(isMessage)
    case 'End':
      return rows.findLastIndex(isMessage)
    default:
      return null
  }
}

/** A row outside the mounted part appears, and is visible, some frames after the list was scrolled to it. */
function focusWhenMounted(scroller: HTMLElement | null, messageId: string, frames = 30): void {
  const element = scroller?.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(messageId)}"]`)
  element?.focus({ preventScroll: true })
  if (frames > 0 && document.activeElement !== element)
    requestAnimationFrame(() => focusWhenMounted(scroller, messageId, frames - 1))
}
