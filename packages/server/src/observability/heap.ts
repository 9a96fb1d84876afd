// What the server asks of V8's heap, and how.
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
