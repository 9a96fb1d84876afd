// Which changes of one chat have arrived. Versions are dense, so a missing one is noticed.

/** Versions beyond a hole that are remembered; past that the hole is left to a sync. */
const beyondMax = 10_000

export class ReceivedVersions {
  #contiguous: number
  readonly #beyond = new Set<number>()
  /** The highest version that is known to exist. */
  #newest: number

  constructor(version: number) {
    this.#contiguous = version
    this.#newest = version
  }

  /** The version up to which every change is held: what `hello` and `sync` name. */
  get contiguous(): number {
    return this.#contiguous
  }

  /** A change that exists is not held. */
  get hasHole(): boolean {
    return this.#newest > this.#contiguous
  }

  has(version: number): boolean {
    return version <= this.#contiguous || this.#beyond.has(version)
  }

  /** Notes a change that was applied. False if it was held before. */
  note(version: number): boolean {
    if (this.has(version)) return false
    this.expect(version)
    if (this.#beyond.size < beyondMax) this.#beyond.add(version)
    this.#close()
    return true
  }

  /** Notes that a version exists, without holding its change. */
  expect(version: number): void {
    this.#newest = Math.max(this.#newest, version)
  }

  /** Notes that every change up to a version is held. Never goes back. */
  advance(version: number): void {
    if (version <= this.#contiguous) return
    this.#contiguous = version
    this.expect(version)
    for (const held of this.#beyond) if (held <= version) this.#beyond.delete(held)
    this.#close()
  }

  #close(): void {
    while (this.#beyond.delete(this.#contiguous + 1)) this.#contiguous += 1
  }
}
