// What changed between two renders of a timeline's rows, as the virtual list needs to know it.
import type { Row } from './rows.ts'

export interface Window {
  readonly rows: readonly Row[]
  /** Rises when nothing of the former rows is left: the list starts anew. */
  readonly epoch: number
  /** Rows came or went before those that stayed: what is on screen must not move. */
  readonly shift: boolean
}

export const emptyWindow: Window = { rows: [], epoch: 0, shift: false }

/** Messages tell windows apart; separators may come and go between the same messages. */
export function advanceWindow(former: Window, rows: readonly Row[]): Window {
  const place = new Map<string, number>()
  rows.forEach((row, index) => {
    if (row.kind === 'message') place.set(row.key, index)
  })
  const stayed = former.rows.findIndex((row) => place.has(row.key))
  const row = former.rows[stayed]
  if (row === undefined) return { rows, epoch: former.epoch + 1, shift: false }
  return { rows, epoch: former.epoch, shift: place.get(row.key) !== stayed }
}
