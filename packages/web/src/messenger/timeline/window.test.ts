// What the virtual list is told between two renders.
import { describe, expect, test } from 'vitest'
import type { Row } from './rows.ts'
import { advanceWindow, emptyWindow } from './window.ts'

const rows = (...keys: readonly string[]): Row[] =>
  keys.map((key) => {
    if (key === 'day') return { kind: 'day', key, day: 0 }
    const entry = {
      kind: 'message' as const,
      id: key,
      chatId: '',
      senderId: '',
      text: '',
      replyToId: null,
      createdAt: 0,
      failed: null,
    }
    return { kind: 'message', key, item: { state: 'pending', entry }, first: true, last: true }
  })

describe('a window of rows', () => {
  const first = advanceWindow(emptyWindow, rows('day', 'c', 'd'))

  test('starts anew when nothing stayed', () => {
    expect(first.epoch).toBe(1)
    expect(advanceWindow(first, rows('day', 'x'))).toMatchObject({ epoch: 2, shift: false })
  })

  test('shifts when rows come before those that stayed', () => {
    expect(advanceWindow(first, rows('day', 'a', 'b', 'c', 'd'))).toMatchObject({ epoch: 1, shift: true })
  })

  test('shifts when rows go from the start', () => {
    expect(advanceWindow(first, rows('day', 'd', 'e'))).toMatchObject({ epoch: 1, shift: true })
  })

  test('changes at both ends in two steps, the start first', () => {
    const middle = advanceWindow(first, rows('day', 'b', 'c'))
    expect(middle.rows.map((row) => row.key)).toEqual(['day', 'b', 'c', 'd'])
    expect(middle.shift).toBe(true)
    const last = advanceWindow(middle, rows('day', 'b', 'c'))
    expect(last.rows.map((row) => row.key)).toEqual(['day', 'b', 'c'])
    expect(last).toMatchObject({ epoch: 1, shift: false })
  })

  test('does not shift when rows come or go at the end', () => {
    expect(advanceWindow(first, rows('day', 'c', 'd', 'e'))).toMatchObject({ epoch: 1, shift: false })
    expect(advanceWindow(first, rows('day', 'c'))).toMatchObject({ epoch: 1, shift: false })
  })
})
