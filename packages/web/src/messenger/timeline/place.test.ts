// Whether a place in the history is on hand, and which row it is.
import type { Timeline } from '@parley/client'
import { describe, expect, test } from 'vitest'
import { sampleMessage } from '../../../../protocol/test/samples.ts'
import { isLoaded, rowTarget } from './place.ts'
import { buildRows } from './rows.ts'

function window(seqs: readonly number[], more: Partial<Timeline>): Timeline {
  const items = seqs.map((seq) => ({
    state: 'sent' as const,
    message: sampleMessage({ id: `m${seq}`, seq }),
  }))
  return { items, hasBefore: true, hasAfter: true, empty: false, ...more }
}

describe('a place', () => {
  test('is loaded when the window contains it', () => {
    const timeline = window([10, 11, 12], {})
    expect(isLoaded(timeline, { kind: 'message', seq: 11 })).toBe(true)
    expect(isLoaded(timeline, { kind: 'message', seq: 9 })).toBe(false)
    expect(isLoaded(timeline, { kind: 'message', seq: 13 })).toBe(false)
    expect(isLoaded(timeline, { kind: 'end' })).toBe(false)
  })

  test('beyond the history is as near as the history goes', () => {
    expect(isLoaded(window([10, 11], { hasAfter: false }), { kind: 'unread', seq: 99 })).toBe(true)
    expect(isLoaded(window([10, 11], { hasBefore: false }), { kind: 'message', seq: 1 })).toBe(true)
    expect(isLoaded(window([], { hasBefore: false, hasAfter: false }), { kind: 'message', seq: 1 })).toBe(
      true,
    )
    expect(isLoaded(window([], { empty: true, hasAfter: false }), { kind: 'end' })).toBe(false)
  })

  test('leads to the divider, the message, or the end', () => {
    const rows = buildRows(window([10, 11, 12], {}).items, { from: 11, ownId: 'me' })
    expect(rowTarget(rows, { kind: 'unread', seq: 11 })).toEqual({ index: 2, align: 'start' })
    expect(rowTarget(rows, { kind: 'message', seq: 12 })).toEqual({ index: 4, align: 'center' })
    expect(rowTarget(rows, { kind: 'message', seq: 50 })).toEqual({ index: 4, align: 'end' })
    expect(rowTarget(rows, { kind: 'end' })).toEqual({ index: 4, align: 'end' })
    expect(rowTarget([], { kind: 'end' })).toBeNull()
  })
})
