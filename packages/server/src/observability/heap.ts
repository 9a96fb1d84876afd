// How large the server lets V8's heap grow, and when it gives memory back. Performance alone explains it (ADR 16): without it the heap is V8's.
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

/**
 * Left to itself, V8 allows little growth after a collection that gave memory back: under load it then collects everything twice a second, 5
 * to 25 ms each time, and marks on the second core meanwhile.
 */
export interface GrowthRules {
  /** Of what is alive, while the heap is small. */
  readonly percent: number
  /** Bytes from which on the heap is not small, so that V8 decides. */
  readonly small: number
}

/**
 * V8 keeps what its heap grew to, and collects nothing while next to nothing is allocated: after the start, or after a thousand clients have
 * come back, that is tens of megabytes.
 */
export interface GiveBackRules {
  /** Share of the time in which the event loop may have had work since the last look. */
  readonly quiet: number
  /** Milliseconds for which it must have been quiet; of the time before the first look nothing is asked. */
  readonly patience: number
  /** How many times as large as after the last time the heap must be. */
  readonly growth: number
}

export interface HeapRules {
  /** Milliseconds from one look to the next. */
  readonly every: number
  readonly growth: GrowthRules
  readonly giveBack: GiveBackRules
}

/**
 * A server with some thousand connections has 30 to 60 MB alive, so it may come to 200 MB. A collection that gives back stops the process for
 * some 50 ms, and for 10 more for each thousand connections, and it forgets compiled code: the work of the first second after it costs a fifth
 * to a half more. So it comes late, but for the first one, which meets nothing but the start's own garbage. The pings of 10,000 connections
 * keep the loop busy for 4 %.
 */
const heapRules: HeapRules = {
  every: 5_000,
  growth: { percent: 200, small: 384 * 1024 * 1024 },
  giveBack: { quiet: 0.1, patience: 45_000, growth: 1.5 },
}

/**
 * Lets the heap grow in large steps while it is small, and gives memory back once a burst of work is over. Looks from time to time until
 * the returned function is called; does not keep the process alive.
 */
export function tuneHeap(heap: Heap, rules: HeapRules = heapRules): () => void {
  const setGrowth = growthSetter(heap, rules.growth)
  const giveBack = quietCollector(heap, rules)
  setGrowth()
  const timer = setInterval(() => {
    setGrowth()
    giveBack()
  }, rules.every)
  timer.unref()
  return () => clearInterval(timer)
}

function growthSetter(heap: Heap, { percent, small }: GrowthRules): () => void {
  let set = 0
  return () => {
    const wanted = heap.size() < small ? percent : 0
    if (wanted !== set) heap.growBy(wanted)
    set = wanted
  }
}

function quietCollector(heap: Heap, { every, giveBack }: HeapRules): () => void {
  let before = performance.eventLoopUtilization()
  let quietFor = giveBack.patience
  let sizeThen = 0
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization > giveBack.quiet) {
      quietFor = 0
      return
    }
    quietFor += every
    if (quietFor < giveBack.patience || heap.size() < sizeThen * giveBack.growth) return
    heap.collect()
    sizeThen = heap.size()
  }
}
