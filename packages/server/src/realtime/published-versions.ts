// Which versions of one chat were published to those who follow it here. Versions are dense, so a missing one shows.

/** Versions beyond a hole that are remembered. With more, those in the hole count as published: clients ask for what they miss. */
const maxBeyond = 10_000

export class PublishedVersions {
  private through: number
  private beyond: Set<number> | null = null

  /** Everything up to that version is known to all who follow. */
  constructor(through: number) {
    this.through = through
  }

  /** The version up to which nothing is missing. */
  get contiguous(): number {
    return this.through
  }

  /** False if that version was noted before: what it tells was published. */
  note(version: number): boolean {
    if (version === this.through + 1) {
      this.through = version
      if (this.beyond !== null) this.close()
      return true
    }
    if (version <= this.through || this.beyond?.has(version)) return false
    this.beyond ??= new Set()
    this.beyond.add(version)
    if (this.beyond.size > maxBeyond) this.noteAll(Math.max(...this.beyond))
    return true
  }

  /** Everything up to that version was published, or never will be. */
  noteAll(version: number): void {
    if (version <= this.through) return
    this.through = version
    if (this.beyond !== null) this.close()
  }

  private close(): void {
    const { beyond } = this
    if (beyond === null) return
    while (beyond.delete(this.through + 1)) this.through += 1
    for (const version of beyond) if (version <= this.through) beyond.delete(version)
    if (beyond.size === 0) this.beyond = null
  }
}
