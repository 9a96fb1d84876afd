// How far the heap is let grow.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { growInLargeSteps } from './heap-growth.ts'

const rules = { every: 10, percent: 200, small: 1000 }

/** A heap of a size that the test sets, which notes what it is told. */
function start(size: number): { size: number; readonly told: number[]; readonly stop: () => void } {
  const told: number[] = []
  const heap = { size: () => state.size, growBy: (percent: number) => void told.push(percent) }
  const state = { size, told, stop: () => stop() }
  const stop = growInLargeSteps(heap, rules)
  onTestFinished(stop)
  return state
}

const untilTold = async (told: readonly number[], times: number): Promise<void> => {
  while (told.length < times) await sleep(2)
}

test('a small heap in large steps from the beginning, a large one as V8 likes', async () => {
  const state = start(999)
  expect(state.told).toEqual([200])
  state.size = 1000
  await untilTold(state.told, 2)
  state.size = 999
  await untilTold(state.told, 3)
  expect(state.told).toEqual([200, 0, 200])
})

test('nothing is said while nothing changes, nor after the end', async () => {
  const small = start(10)
  const large = start(2000)
  const ended = start(10)
  ended.stop()
  ended.size = 2000
  await sleep(5 * rules.every)
  expect([small.told, large.told, ended.told]).toEqual([[200], [], [200]])
})
