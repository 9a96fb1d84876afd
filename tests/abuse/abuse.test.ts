// L2 L3 L8: the abuse runs themselves: that they run, and count what they should. How slow is too slow is measured by `npm run abuse` alone.
import { expect, test } from 'vitest'
import { runAbuse } from './experiment.ts'
import { deeds, type Times } from './innocent.ts'
import { OptionFault, readOptions } from './options.ts'
import { renderReport } from './report.ts'
import { isBearable, verdictOf } from './verdict.ts'

test('L2 L8: an innocent person is served beside a hostile account', { timeout: 120_000 }, async () => {
  const sorts = ['sync', 'idle']
  const outcomes = await runAbuse({ sorts, seconds: 2 })
  expect(outcomes.map(({ sort }) => sort)).toEqual(sorts)
  for (const { without, beside } of outcomes) {
    expect([without.errors, beside.errors]).toEqual([[], []])
    for (const deed of deeds) expect(beside.millis[deed].length).toBeGreaterThan(0)
  }
  expect(renderReport(outcomes)).toContain('| idle |')
})

const timesOf = (millis: number, errors: readonly string[] = []): Times => ({
  millis: { send: [1, millis, 900], history: [1], search: [1], login: [60], upload: [20] },
  errors,
})

test('the deed that suffers most is judged, from what can be noticed on', () => {
  const judge = (before: number, now: number, errors: string[] = []) =>
    verdictOf({ sort: 'sync', without: timesOf(before), beside: timesOf(now, errors) })
  expect(judge(1, 9)).toEqual({ ratio: 1.8, worst: 'send', errors: 0 })
  expect(isBearable(judge(1, 9))).toBe(true)
  expect(isBearable(judge(1, 11))).toBe(false)
  expect(isBearable(judge(50, 90))).toBe(true)
  expect(isBearable(judge(50, 50, ['send: no answer in time']))).toBe(false)
})

test('the command line names sorts and seconds', () => {
  expect(readOptions(['--only', 'sync,idle', '--seconds', '3'])).toEqual({
    sorts: ['sync', 'idle'],
    seconds: 3,
  })
  expect(readOptions([])?.sorts.length).toBeGreaterThan(15)
  expect(readOptions(['--help'])).toBeNull()
  for (const args of [['--only', 'nothing'], ['--seconds', '0'], ['--seconds', 'x'], ['--other']]) {
    expect(() => readOptions(args)).toThrow(OptionFault)
  }
})
