// Keeps work on the same thing in order while everything else runs side by side.

export class Lanes {
  /** Only while something is under way: most sockets are idle. */
  private ends: Map<string, Promise<void>> | null = null

  /**
   * Starts the work at once if nothing is under way in its lane, else when the work before it has settled. Without a lane it
   * starts at once. The work must not reject.
   */
  async run(lane: string | null, work: () => Promise<void>): Promise<void> {
    if (lane === null) return work()
    this.ends ??= new Map()
    const before = this.ends.get(lane)
    const end = before === undefined ? work() : before.then(work)
    this.ends.set(lane, end)
    await end
    if (this.ends?.get(lane) === end) this.ends.delete(lane)
    if (this.ends?.size === 0) this.ends = null
  }
}
