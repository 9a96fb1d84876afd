// A clock that stands still until a test moves it.
import type { Clock } from '../types.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  #lastHandle = 0
  readonly #timers = new Map<number, Timer>()

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    this.#lastHandle += 1
    this.#timers.set(this.#lastHandle, { at: this.#now + Math.max(0, milliseconds), callback })
    return this.#lastHandle
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number)
  }

  /** Timers that have not gone off. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Somebody sets the clock, by so many milliseconds. Timers run as before. */
  setBack(milliseconds: number): void {
    this.#now -= milliseconds
    for (const [handle, { at, callback }] of this.#timers) {
      this.#timers.set(handle, { at: at - milliseconds, callback })
    }
  }

  /** Moves on, letting the timers go off in their order. What they start asynchronously is not waited for. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      const [handle, { at, callback }] = next
      this.#timers.delete(handle)
      this.#now = Math.max(this.#now, at)
      callback()
    }
    this.#now = end
  }

  #first(end: number): [number, Timer] | undefined {
    let found: [number, Timer] | undefined
    for (const entry of this.#timers) {
      if (entry[1].at <= end && (found === undefined || entry[1].at < found[1].at)) found = entry
    }
    return found
  }
}
