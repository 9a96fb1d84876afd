// How recoveries are read off a history.
import { expect, test } from 'vitest'
import type { HistoryLine } from './records.ts'
import { percentile, recoveries } from './recovery.ts'

const ok = (t: number, by: string): HistoryLine => ({ t, op: 'ok', by, id: 'm', seq: 1 })

test('a recovery counts from the kill, and only what was acknowledged after all was up again', () => {
  const lines: HistoryLine[] = [
    ok(5, 'ann'),
    { t: 10, op: 'kill', fault: 'server' },
    ok(11, 'ann'),
    { t: 30, op: 'up', fault: 'server' },
    ok(34, 'bob'),
    ok(35, 'bob'),
    ok(40, 'ann'),
    { t: 100, op: 'kill', fault: 'server' },
  ]
  expect(recoveries(lines)).toEqual([
    { up: 20, firstAck: 24, perSender: [24, 30] },
    { up: null, firstAck: null, perSender: [] },
  ])
})

test('a percentile is a value that occurred', () => {
  expect([0.5, 0.95, 1].map((share) => percentile([4, 1, 3, 2], share))).toEqual([2, 4, 4])
  expect(percentile([7], 0.5)).toBe(7)
  expect(percentile([], 0.5)).toBeNaN()
})
