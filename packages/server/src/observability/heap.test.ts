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
 * How often a process collects its whole heap while what it allocates lives just long enough to leave the young generation: the
 * last 40,000 objects of 2 million, beside 100,000 that stay.
 */
async function majorCollections(percent: number): Promise<number> {
  const source = `
    import { PerformanceObserver, constants } from 'node:perf_hooks'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { processHeap } from ${JSON.stringify(new URL('./heap.ts', import.meta.url).href)}
    const heap = processHeap()
    heap.growBy(${percent})
    heap.collect()
    let majors = 0
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) majors += 1
    }).observe({ entryTypes: ['gc'] })
    const kept = Array.from({ length: 100_000 }, (_, index) => ({ index, text: 'kept ' + index }))
    const recent = new Array(40_000)
    for (let round = 0; round < 100; round++) {
      for (let index = 0; index < 20_000; index++) recent[(round * 20_000 + index) % recent.length] = { index, more: [round, index] }
      await sleep(0)
    }
    await sleep(50)
    console.log(kept.length > 0 ? majors : -1)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source])
  return Number(stdout)
}

test('a heap that may grow further is collected less often', async () => {
  const [small, large] = [await majorCollections(20), await majorCollections(400)]
  expect(small).toBeGreaterThan(2)
  expect(large).toBeLessThan(small / 2)
})
