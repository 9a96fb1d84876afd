// Places in a chat's history that a person can be brought to, and whether the loaded window contains them. Pure.
import type { Timeline } from '@parley/client'
import { itemSeq, type Row, rowOfSeq } from './rows.ts'

export type Place =
  | { readonly kind: 'end' }
  /** The first unread message: its divider goes near the top. */
  | { readonly kind: 'unread'; readonly seq: number }
  /** One message: goes to the middle and is lit for a moment. */
  | { readonly kind: 'message'; readonly seq: number }

/** The seqs of the first and the last numbered message of the window. */
export function windowBounds(timeline: Timeline): { first: number; last: number } | null {
  const first = timeline.items.map(itemSeq).find((seq) => seq !== undefined)
  const last = timeline.items.map(itemSeq).findLast((seq) => seq !== undefined)
  return first === undefined || last === undefined ? null : { first, last }
}

/** The window shows the place, or what comes nearest to it in the whole history. */
export function isLoaded(timeline: Timeline, place: Place): boolean {
  if (timeline.empty) return false
  if (place.kind === 'end') return !timeline.hasAfter
  const bounds = windowBounds(timeline)
  if (bounds === null) return !timeline.hasAfter && !timeline.hasBefore
  if (place.seq < bounds.first) return !timeline.hasBefore
  return place.seq <= bounds.last || !timeline.hasAfter
}

export interface RowTarget {
  readonly index: number
  readonly align: 'start' | 'center' | 'end'
}

/** Which row brings a person to the place; null if there are no rows. */
export function rowTarget(
  rows: readonly Row[],
  place: Place | { readonly kind: 'unread' },
): RowTarget | null {
  if (rows.length === 0) return null
  const end = { index: rows.length - 1, align: 'end' } as const
  if (place.kind === 'end') return end
  if (place.kind === 'unread') {
    const divider = rows.findIndex((row) => row.kind === 'unread')
    return divider === -1 ? end : { index: divider, align: 'start' }
  }
  const index = rowOfSeq(rows, place.seq)
  return index === -1 ? end : { index, align: 'center' }
}
