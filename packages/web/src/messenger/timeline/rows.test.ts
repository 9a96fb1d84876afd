// How messages become rows.
import type { TimelineItem } from '@parley/client'
import { describe, expect, test } from 'vitest'
import { sampleMessage } from '../../../../protocol/test/samples.ts'
import { buildRows, type Row, rowOfSeq } from './rows.ts'

const start = new Date('2026-11-21T12:00:00').getTime()
const minute = 60_000

function sent(seq: number, sender: string, at: number): TimelineItem {
  const created_at = new Date(at).toISOString()
  return { state: 'sent', message: sampleMessage({ id: `m${seq}`, seq, sender_id: sender, created_at }) }
}

const pending = (id: string, sender: string, at: number): TimelineItem => ({
  state: 'pending',
  entry: {
    kind: 'message',
    id,
    chatId: 'chat',
    senderId: sender,
    text: 'text',
    replyToId: null,
    createdAt: at,
    failed: null,
  },
})

const sketch = (rows: readonly Row[]) =>
  rows.map((row) =>
    row.kind === 'message' ? `${row.first ? '<' : ''}${row.key}${row.last ? '>' : ''}` : row.kind,
  )

describe('rows', () => {
  test('own messages are never unread: the divider stands before the next of another', () => {
    const items = [sent(1, 'ada', start), sent(2, 'me', start), sent(3, 'ada', start)]
    expect(sketch(buildRows(items, { from: 2, ownId: 'me' }))).toEqual([
      'day',
      '<message:m1>',
      '<message:m2>',
      'unread',
      '<message:m3>',
    ])
  })

  test('stand together when one person writes within minutes', () => {
    const rows = buildRows(
      [
        sent(1, 'ada', start),
        sent(2, 'ada', start + minute),
        sent(3, 'bob', start + 2 * minute),
        sent(4, 'bob', start + 8 * minute),
      ],
      null,
    )
    expect(sketch(rows)).toEqual(['day', '<message:m1', 'message:m2>', '<message:m3>', '<message:m4>'])
  })

  test('have a separator before every new day, which ends a group', () => {
    const midnight = new Date('2026-11-22T00:00:00').getTime()
    const rows = buildRows([sent(1, 'ada', midnight - 1000), sent(2, 'ada', midnight + 1000)], null)
    expect(sketch(rows)).toEqual(['day', '<message:m1>', 'day', '<message:m2>'])
  })

  test('have one divider before the first unread message, which ends a group', () => {
    const items = [1, 2, 3].map((seq) => sent(seq, 'ada', start + seq))
    expect(sketch(buildRows(items, { from: 2, ownId: 'me' }))).toEqual([
      'day',
      '<message:m1>',
      'unread',
      '<message:m2',
      'message:m3>',
    ])
    expect(sketch(buildRows(items, { from: 9, ownId: 'me' }))).toEqual([
      'day',
      '<message:m1',
      'message:m2',
      'message:m3>',
    ])
  })

  test('keep their key when a pending message becomes a sent one', () => {
    const before = buildRows([pending('m1', 'me', start)], null)
    const after = buildRows([sent(1, 'me', start)], null)
    expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key))
  })

  test('never go back a day for a pending message whose clock is behind', () => {
    const rows = buildRows([sent(1, 'ada', start), pending('p', 'me', start - 24 * 60 * minute)], null)
    expect(sketch(rows)).toEqual(['day', '<message:m1>', '<message:p>'])
  })

  test('are found by seq, or by the next one after it', () => {
    const rows = buildRows([sent(4, 'ada', start), sent(6, 'bob', start), pending('p', 'me', start)], null)
    expect(rowOfSeq(rows, 4)).toBe(1)
    expect(rowOfSeq(rows, 5)).toBe(2)
    expect(rowOfSeq(rows, 7)).toBe(-1)
  })
})
