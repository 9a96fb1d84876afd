// What the heap of this process does when it is asked.
import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { processHeap } from './heap.ts'

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
 * how many there are does not depend on time. Each is told of in a line.
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
