// When memory is given back.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { giveBackWhenQuiet } from './give-back.ts'
import type { Heap } from './heap.ts'

const rules = { every: 20, quiet: 0.5, patience: 0, growth: 1.5 }

/** A heap of a size that the test sets, and that a collection halves. */
function fakeHeap(): Pick<Heap, 'size' | 'collect'> & { bytes: number; collections: number } {
  const heap = {
    bytes: 100,
    collections: 0,
    size: () => heap.bytes,
    collect() {
      heap.collections += 1
      heap.bytes /= 2
    },
  }
  return heap
}

function start(heap: ReturnType<typeof fakeHeap>, changes: Partial<typeof rules> = {}): () => void {
  const stop = giveBackWhenQuiet(heap, { ...rules, ...changes })
  onTestFinished(stop)
  return stop
}

const untilCollected = async (heap: { collections: number }, times: number): Promise<void> => {
  while (heap.collections < times) await sleep(5)
}

test('once when it is quiet, and again only after the heap has grown', async () => {
  const heap = fakeHeap()
  start(heap)
  await untilCollected(heap, 1)
  heap.bytes = 74
  await sleep(5 * rules.every)
  expect(heap.collections).toBe(1)
  heap.bytes = 75
  await untilCollected(heap, 2)
})

/** Keeps the event loop busy while it turns. */
async function work(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    const pause = performance.now() + rules.every
    while (performance.now() < pause);
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('after work only when it has been quiet for long enough, after the start at once', async () => {
  const heap = fakeHeap()
  start(heap, { patience: 10 * rules.every })
  const begun = performance.now()
  await untilCollected(heap, 1)
  expect(performance.now() - begun).toBeLessThan(9 * rules.every)
  await work(3 * rules.every)
  heap.bytes = 1000
  const quietSince = performance.now()
  await untilCollected(heap, 2)
  expect(performance.now() - quietSince).toBeGreaterThan(8 * rules.every)
})

test('not while there is work', async () => {
  const heap = fakeHeap()
  start(heap)
  await work(10 * rules.every)
  expect(heap.collections).toBe(0)
})

test('not after the end', async () => {
  const heap = fakeHeap()
  start(heap)()
  await sleep(5 * rules.every)
  expect(heap.collections).toBe(0)
})
