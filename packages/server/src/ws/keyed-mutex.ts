// Keeps work on the same thing in order while everything else runs side by side.

export class KeyedMutex {
  /** Only while something is under way: most sockets are idle. */
  private ends: Map<string, Promise<void>> | null = null

  /**
   * Starts the work at once if nothing is under way with its key, else when the work before it has settled. Without a key it
   * starts at once. The work must not reject.
   */
  async run(key: string | null, work: () => Promise<void>): Promise<void> {
    if (key === null) return work()
    this.ends ??= new Map()
    const before = this.ends.get(key)
    const end = before === undefined ? work() : before.then(work)
    this.ends.set(key, end)
    await end
    if (this.ends?.get(key) === end) this.ends.delete(key)
    if (this.ends?.size === 0) this.ends = null
  }
}
