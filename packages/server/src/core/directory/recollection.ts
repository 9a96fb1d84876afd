// What was looked up a moment ago: a bounded map whose entries grow old.
export class Recollection<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly until: number }>()
  private readonly now: () => number
  private readonly ttlMs: number
  private readonly max: number
  private forgotten = 0

  /** `now` gives milliseconds of a clock that never goes back. */
  constructor(now: () => number, { ttlMs, max }: { readonly ttlMs: number; readonly max: number }) {
    this.now = now
    this.ttlMs = ttlMs
    this.max = max
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key)
    return entry === undefined || entry.until < this.now() ? undefined : entry.value
  }

  /** Rises whenever something is forgotten: what was read from storage before may be out of date since. */
  get generation(): number {
    return this.forgotten
  }

  set(key: string, value: V): void {
    this.entries.delete(key)
    this.entries.set(key, { value, until: this.now() + this.ttlMs })
    const [oldest] = this.entries.size > this.max ? this.entries.keys() : []
    if (oldest !== undefined) this.entries.delete(oldest)
  }

  forget(key: string): void {
    this.forgotten += 1
    this.entries.delete(key)
  }
}
