// Gives memory back to the system once a burst of work is over. V8 keeps what its heap grew to, and collects nothing while next to
// nothing is allocated: after the start, or after a thousand clients have come back, that is tens of megabytes.
import { performance } from 'node:perf_hooks'
import type { Heap } from './heap.ts'

export interface GiveBackRules {
  /** Milliseconds from one look to the next. */
  readonly every: number
  /** Share of the time in which the event loop may have had work since the last look. */
  readonly quiet: number
  /** Milliseconds for which it must have been quiet; of the time before the first look nothing is asked. */
  readonly patience: number
  /** How many times as large as after the last time the heap must be. */
  readonly growth: number
}

/**
 * A collection stops the process for some 50 ms, and for 10 more for each thousand connections, and it forgets compiled code: the work
 * of the first second after it costs a fifth to a half more. So it comes late, but for the first one, which meets nothing but the start's own
 * garbage. The pings of 10,000 connections keep the loop busy for 4 %.
 */
const giveBackRules: GiveBackRules = { every: 5_000, quiet: 0.1, patience: 45_000, growth: 1.5 }

/** Looks from time to time until the returned function is called. Does not keep the process alive. */
export function giveBackWhenQuiet(
  heap: Pick<Heap, 'size' | 'collect'>,
  rules: GiveBackRules = giveBackRules,
): () => void {
  let before = performance.eventLoopUtilization()
  let quietFor = rules.patience
  let sizeThen = 0
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization > rules.quiet) {
      quietFor = 0
      return
    }
    quietFor += rules.every
    if (quietFor < rules.patience || heap.size() < sizeThen * rules.growth) return
    heap.collect()
    sizeThen = heap.size()
  }, rules.every)
  timer.unref()
  return () => clearInterval(timer)
}
