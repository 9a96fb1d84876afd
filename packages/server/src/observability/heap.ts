// How far the server lets V8's heap grow, and that the start's garbage is given back. Performance alone explains it (ADR 16): without it
// the heap is V8's.
import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Heap {
  /** Bytes that V8 has taken from the system. */
  size(): number
  /** Collects all garbage and gives back what is free then. */
  collect(): void
  /** From the next collection on: how many percent of what lived then may come on top before all is collected again; 0 leaves it to V8. */
  growBy(percent: number): void
}

/** The heap of this process. */
export function processHeap(): Heap {
  // The only way to a collection that also returns memory; what the flag adds is a global of contexts that are made later.
  setFlagsFromString('--expose-gc')
  const gc: NonNullable<typeof globalThis.gc> = runInNewContext('gc')
  return {
    size: () => getHeapStatistics().total_heap_size,
    collect: () => gc({ type: 'major', flavor: 'last-resort', execution: 'sync' }),
    growBy: (percent) => setFlagsFromString(`--heap-growing-percent=${percent}`),
  }
}

export interface HeapRules {
  /** Milliseconds from one look to the next. */
  readonly every: number
  /** How far the heap may grow, in percent of what is alive, while it is small. */
  readonly percent: number
  /** Bytes from which on the heap is not small, so that V8 decides. */
  readonly small: number
  /** Share of the time in which the event loop may have had work since the last look and yet count as quiet. */
  readonly quiet: number
}

/** A server with some thousand connections has 30 to 60 MB alive, so it may come to 200 MB. */
const heapRules: HeapRules = { every: 5_000, percent: 200, small: 384 * 1024 * 1024, quiet: 0.1 }

/**
 * Lets the heap grow in large steps while it is small: left to itself V8 allows little after a collection that gave memory back, and
 * under load then collects everything twice a second, 5 to 25 ms each time. And gives the garbage of the start back, once, as soon as the
 * server is quiet, since V8 collects nothing while next to nothing is allocated. That stops the process for some 50 ms. What a burst of work
 * leaves behind, V8 gives back itself.
 *
 * Looks from time to time until the returned function is called; does not keep the process alive.
 */
export function tuneHeap(heap: Heap, rules: HeapRules = heapRules): () => void {
  let percent = 0
  const setGrowth = (): void => {
    const wanted = heap.size() < rules.small ? rules.percent : 0
    if (wanted !== percent) heap.growBy(wanted)
    percent = wanted
  }
  let start: 'garbage' | 'given back' = 'garbage'
  let before = performance.eventLoopUtilization()
  const giveBack = (): void => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization > rules.quiet) return
    heap.collect()
    start = 'given back'
  }
  setGrowth()
  const timer = setInterval(() => {
    setGrowth()
    if (start === 'garbage') giveBack()
  }, rules.every)
  timer.unref()
  return () => clearInterval(timer)
}
