import { expect, test } from 'vitest'
import { startSchedule } from './schedule.ts'

test('what is due comes with the times at which it was due, also after a stall', async () => {
  const due: number[] = []
  let now = 1_000_000
  const schedule = startSchedule(
    1000,
    () => now,
    (time) => due.push(time),
  )
  expect(due).toEqual([])
  now += 5000
  await expect.poll(() => due).toEqual([1_001_000, 1_002_000, 1_003_000, 1_004_000, 1_005_000])
  schedule.stop()
})
