// Tells subscribers that the replica changed, at most once per turn of the event loop.
import { notify, type Report } from '../report.ts'

export class Changes {
  readonly #listeners = new Set<() => void>()
  readonly #report: Report
  #notified = true
  #count = 0

  constructor(report: Report) {
    this.#report = report
  }

  /** Rises with every change. */
  get count(): number {
    return this.#count
  }

  /** Returns the end of the subscription. */
  subscribe(listener: () => void): () => void {
    // Wrapped, so that the same function subscribed twice is two subscriptions.
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  /** Something changed. Subscribers hear of it after the present turn's work. */
  note(): void {
    this.#count += 1
    if (!this.#notified) return
    this.#notified = false
    queueMicrotask(() => {
      this.#notified = true
      for (const listener of [...this.#listeners]) notify(this.#report, listener)
    })
  }
}
