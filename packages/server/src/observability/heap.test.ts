// What the heap of this process does when it is asked, and when it is asked.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Heap, type HeapRules, processHeap, tuneHeap } from './heap.ts'

test('a collection of the process takes away what is garbage', () => {
  const heap = processHeap()
  const register: WeakRef<object>[] = []
  for (let index = 0; index < 10; index++)
    register.push(new WeakRef(Array.from({ length: 100_000 }, () => ({}))))
  const before = heap.size()
  // A weak reference holds until the turn in which it was made is over.
  return sleep(0).then(() => {
    heap.collect()
    expect(register.filter((one) => one.deref() !== undefined)).toEqual([])
    expect(heap.size()).toBeLessThan(before)
  })
})

/**
 * A young generation that is left at once, and collections that begin when the heap is full and end before anything else happens:
 * how many there are does not depend on time. Each is printed in a line.
 */
const flags = [
  '--max-semi-space-size=1',
  '--single-threaded-gc',
  '--no-incremental-marking',
  '--no-memory-reducer',
  '--trace-gc',
]

/** How often a process collects its whole heap while the last 40,000 of 2 million objects are alive, beside 100,000 that stay. */
async function majorCollections(percent: number): Promise<number> {
  const source = `
    import { processHeap } from ${JSON.stringify(new URL('./heap.ts', import.meta.url).href)}
    const heap = processHeap()
    heap.growBy(${percent})
    const kept = Array.from({ length: 100_000 }, (_, index) => ({ index, text: 'kept ' + index }))
    heap.collect()
    const recent = new Array(40_000)
    for (let index = 0; index < 2_000_000; index++) recent[index % recent.length] = { index, more: [index, index] }
    console.log(kept.length + recent.length)`
  const args = [...flags, '--input-type=module', '-e', source]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return stdout.match(/Mark-Compact/g)?.length ?? 0
}

test('a heap that may grow further is collected less often', async () => {
  const [small, large] = [await majorCollections(20), await majorCollections(400)]
  expect(small).toBeGreaterThan(2)
  expect(large).toBeLessThan(small / 2)
})

const rules: HeapRules = { every: 20, percent: 200, small: 1_000, quiet: 0.5 }

interface FakeHeap extends Heap {
  bytes: number
  collections: number
  readonly growths: number[]
}

/** A heap of a size that the test sets, and that a collection halves. */
function fakeHeap(bytes = 100): FakeHeap {
  const heap: FakeHeap = {
    bytes,
    collections: 0,
    growths: [],
    size: () => heap.bytes,
    collect() {
      heap.collections += 1
      heap.bytes /= 2
    },
    growBy: (percent) => void heap.growths.push(percent),
  }
  return heap
}

function start(heap: FakeHeap, changes: Partial<HeapRules> = {}): () => void {
  const stop = tuneHeap(heap, { ...rules, ...changes })
  onTestFinished(stop)
  return stop
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(2)
}

/** Keeps the event loop busy while it turns. */
async function work(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    const pause = performance.now() + rules.every
    while (performance.now() < pause);
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('the garbage of the start is given back', () => {
  test('as soon as it is quiet, and once', async () => {
    const heap = fakeHeap()
    start(heap)
    await until(() => heap.collections === 1)
    heap.bytes = 900
    await sleep(5 * rules.every)
    expect(heap.collections).toBe(1)
  })

  test('not while there is work', async () => {
    const heap = fakeHeap()
    start(heap)
    await work(10 * rules.every)
    expect(heap.collections).toBe(0)
  })
})

describe('the heap grows', () => {
  /** So that nothing changes the size but the test. */
  const never = { quiet: -1 }

  test('in large steps from the beginning while it is small, as V8 likes when it is large', async () => {
    const heap = fakeHeap(999)
    start(heap, never)
    expect(heap.growths).toEqual([200])
    heap.bytes = 1_000
    await until(() => heap.growths.length === 2)
    heap.bytes = 999
    await until(() => heap.growths.length === 3)
    expect(heap.growths).toEqual([200, 0, 200])
  })

  test('as before while nothing changes, and nothing is asked', async () => {
    const [small, large] = [fakeHeap(10), fakeHeap(2_000)]
    start(small, never)
    start(large, never)
    await sleep(5 * rules.every)
    expect([small.growths, large.growths]).toEqual([[200], []])
  })
})

test('after the end nothing is asked of the heap', async () => {
  const heap = fakeHeap(10)
  start(heap)()
  heap.bytes = 2_000
  await sleep(5 * rules.every)
  expect([heap.growths, heap.collections]).toEqual([[200], 0])
})
