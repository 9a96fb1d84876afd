// What was looked up a moment ago: a bounded map whose entries grow old, and which tells whether anything was forgotten meanwhile.
import { LRUCache } from 'lru-cache'

export interface TtlCacheBounds {
  /** How long an entry is believed, in milliseconds. */
  readonly ttlMs: number
  /** Entries at most; beyond them goes the one that was asked for longest ago. */
  readonly max: number
}

export class TtlCache<V extends NonNullable<unknown>> {
  private readonly entries: LRUCache<string, V>
  private forgotten = 0

  /** `now` gives milliseconds of a clock that never goes back. */
  constructor(now: () => number, { ttlMs, max }: TtlCacheBounds) {
    this.entries = new LRUCache({
      // A bound by size: a bound by number takes the memory of all entries at once, hundreds of kilobytes for an empty cache.
      maxSize: max,
      sizeCalculation: () => 1,
      ttl: ttlMs,
      // Asked each time, without a timer that remembers the answer.
      ttlResolution: 0,
      // The library takes an entry that begins at 0 for one without an end.
      perf: { now: () => now() + 1 },
    })
  }

  get(key: string): V | undefined {
    return this.entries.get(key)
  }

  /** Rises whenever something is forgotten: what was read from storage before may be out of date since. */
  get generation(): number {
    return this.forgotten
  }

  set(key: string, value: V): void {
    this.entries.set(key, value)
  }

  forget(key: string): void {
    this.forgotten += 1
    this.entries.delete(key)
  }
}
