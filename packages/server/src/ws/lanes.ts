// Keeps work on the same thing in order while everything else runs side by side.

export class Lanes {
  private readonly ends = new Map<string, Promise<void>>()

  /**
   * Starts the work at once if nothing is under way in its lane, else when the work before it has settled. Without a lane it
   * starts at once. The work must not reject.
   */
  async run(lane: string | null, work: () => Promise<void>): Promise<void> {
    const before = lane === null ? undefined : this.ends.get(lane)
    const end = before === undefined ? work() : before.then(work)
    if (lane === null) return end
    this.ends.set(lane, end)
    await end
    if (this.ends.get(lane) === end) this.ends.delete(lane)
  }
}
