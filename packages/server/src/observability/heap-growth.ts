// How far the heap may grow before all of it is collected. Left to itself, V8 allows little after a collection that gave memory back:
// under load it then collected everything twice a second, 5 to 25 ms each time, and marked on the second core meanwhile. That was up
// to a third of the server's processor time, and most of its p99 (docs/performance.md, What helped most).
import type { Heap } from './heap.ts'

export interface GrowthRules {
  /** Milliseconds from one look to the next. */
  readonly every: number
  /** Of what is alive, while the heap is small. */
  readonly percent: number
  /** Bytes from which on the heap is not small, so that V8 decides. */
  readonly small: number
}

/** A server with some thousand connections has 30 to 60 MB alive, so it may come to 200 MB. */
const growthRules: GrowthRules = { every: 5_000, percent: 200, small: 384 * 1024 * 1024 }

/** Looks from time to time until the returned function is called. Does not keep the process alive. */
export function growInLargeSteps(
  heap: Pick<Heap, 'size' | 'growBy'>,
  rules: GrowthRules = growthRules,
): () => void {
  let percent = 0
  const look = (): void => {
    const wanted = heap.size() < rules.small ? rules.percent : 0
    if (wanted !== percent) heap.growBy(wanted)
    percent = wanted
  }
  look()
  const timer = setInterval(look, rules.every)
  timer.unref()
  return () => clearInterval(timer)
}
