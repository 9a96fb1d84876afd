// The focus among the messages. The list as a whole is one stop of the Tab key; from it the focus goes to a message on
// screen, and the arrow keys move it on. Only the message that has the focus stays mounted wherever the list is scrolled.
import { type FocusEvent, type KeyboardEvent, useCallback, useState } from 'react'
import { messageKey, type Row, rowOfSeq } from './rows.ts'

export interface RowFocus {
  /** The index of the row with the focus, -1 if the focus is elsewhere. */
  readonly activeIndex: number
  onFocus(event: FocusEvent<HTMLElement>): void
  onBlur(event: FocusEvent<HTMLElement>): void
  onKeyDown(event: KeyboardEvent<HTMLElement>): void
}

interface RowFocusOptions {
  readonly rows: readonly Row[]
  showRow(index: number): void
  /** The seq of the message to begin with. */
  lowestVisible(): number
  /** Escape, or a character that belongs into the composer. */
  leave(): void
}

const rowElement = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-message-id]') : null

/** The handlers belong on the element that scrolls; `leave` is called from a message only. */
export function useRowFocus({ rows, showRow, lowestVisible, leave }: RowFocusOptions): RowFocus {
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const activeIndex = activeKey === null ? -1 : rows.findIndex((row) => row.key === activeKey)

  const moveTo = useCallback(
    (list: HTMLElement, index: number) => {
      const row = rows[index]
      if (row?.kind !== 'message') return
      setActiveKey(row.key)
      showRow(index)
      focusWhenMounted(list, row.key)
    },
    [rows, showRow],
  )

  const onFocus = useCallback(
    (event: FocusEvent<HTMLElement>) => {
      const id = rowElement(event.target)?.dataset.messageId
      if (id !== undefined) setActiveKey(messageKey(id))
      else if (event.target === event.currentTarget)
        moveTo(event.currentTarget, rowOfSeq(rows, lowestVisible()))
    },
    [rows, moveTo, lowestVisible],
  )

  const onBlur = useCallback((event: FocusEvent<HTMLElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setActiveKey(null)
  }, [])

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (event.target !== rowElement(event.target)) return
      const next = neighbour(rows, activeIndex, event.key)
      const isCharacter =
        event.key.length === 1 && event.key !== ' ' && !(event.ctrlKey || event.metaKey || event.altKey)
      if (event.key === 'Escape' || isCharacter) {
        event.stopPropagation()
        leave()
      } else if (next !== null) {
        event.preventDefault()
        moveTo(event.currentTarget, next)
      }
    },
    [rows, activeIndex, moveTo, leave],
  )

  return { activeIndex, onFocus, onBlur, onKeyDown }
}

/** The index of the message that a key leads to, -1 if there is none; null if the key leads nowhere. */
function neighbour(rows: readonly Row[], from: number, key: string): number | null {
  const isMessage = (row: Row) => row.kind === 'message'
  switch (key) {
    case 'ArrowUp':
      return rows.slice(0, Math.max(from, 0)).findLastIndex(isMessage)
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
function focusWhenMounted(list: HTMLElement, rowKey: string, frames = 30): void {
  const element = [...list.querySelectorAll<HTMLElement>('[data-message-id]')].find(
    (candidate) => messageKey(candidate.dataset.messageId ?? '') === rowKey,
  )
  element?.focus({ preventScroll: true })
  if (frames > 0 && document.activeElement !== element)
    requestAnimationFrame(() => focusWhenMounted(list, rowKey, frames - 1))
}
