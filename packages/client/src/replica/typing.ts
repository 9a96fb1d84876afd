// Who is typing where. A mark disappears by itself, and when the message arrives.
import { timings } from '@parley/protocol'
import type { Clock } from '../types.ts'

const nobody: readonly string[] = Object.freeze([])

export class Typing {
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #timers = new Map<string, Map<string, unknown>>()
  readonly #lists = new Map<string, readonly string[]>()

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** Ids in the order they began. The same array until it changes. */
  list(chatId: string): readonly string[] {
    return this.#lists.get(chatId) ?? nobody
  }

  start(chatId: string, userId: string): void {
    const users = this.#timers.get(chatId) ?? new Map<string, unknown>()
    this.#timers.set(chatId, users)
    const known = users.has(userId)
    this.#clock.clearTimeout(users.get(userId))
    users.set(
      userId,
      this.#clock.setTimeout(() => this.stop(chatId, userId), timings.typingShown),
    )
    if (!known) this.#list(chatId, users)
  }

  stop(chatId: string, userId: string): void {
    const users = this.#timers.get(chatId)
    if (users === undefined || !users.has(userId)) return
    this.#clock.clearTimeout(users.get(userId))
    users.delete(userId)
    this.#list(chatId, users)
  }

  drop(chatId: string): void {
    for (const userId of this.list(chatId)) this.stop(chatId, userId)
  }

  /** Nothing is known of anyone any more. */
  clear(): void {
    for (const chatId of [...this.#timers.keys()]) this.drop(chatId)
  }

  #list(chatId: string, users: ReadonlyMap<string, unknown>): void {
    if (users.size === 0) {
      this.#timers.delete(chatId)
      this.#lists.delete(chatId)
    } else {
      this.#lists.set(chatId, Object.freeze([...users.keys()]))
    }
    this.#onChange()
  }
}
