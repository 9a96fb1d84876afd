// The rows as the virtual list gets them. It can keep what is on screen in place when rows change at the start or at the
// end, but not at both in one step; so such a change is shown in two.
import type { Row } from './rows.ts'

export interface Window {
  readonly rows: readonly Row[]
  /** Rises when nothing of the former rows is left: the list starts anew. */
  readonly epoch: number
  /** Rows came or went before those that stayed: what is on screen must not move. */
  readonly shift: boolean
}

export const emptyWindow: Window = { rows: [], epoch: 0, shift: false }

/**
 * The next step towards the wanted rows: all of it, unless both ends change; then the start first. Messages tell windows
 * apart; separators may come and go between the same messages.
 */
export function advanceWindow(former: Window, wanted: readonly Row[]): Window {
  const place = new Map<string, number>()
  wanted.forEach((row, index) => {
    if (row.kind === 'message') place.set(row.key, index)
  })
  const stayed = (row: Row) => place.has(row.key)
  const first = former.rows.findIndex(stayed)
  const last = former.rows.findLastIndex(stayed)
  const [firstRow, lastRow] = [former.rows[first], former.rows[last]]
  if (firstRow === undefined || lastRow === undefined)
    return { rows: wanted, epoch: former.epoch + 1, shift: false }
  const shift = place.get(firstRow.key) !== first
  const end = (place.get(lastRow.key) ?? 0) + 1
  const endChanges = wanted.length - end !== former.rows.length - 1 - last
  const rows = shift && endChanges ? [...wanted.slice(0, end), ...former.rows.slice(last + 1)] : wanted
  return { rows, epoch: former.epoch, shift }
}
