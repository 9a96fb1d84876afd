// Entries by chat, in the order of sending. Arrays are replaced, never changed, so that they can be shown as they are.
import type { OutboxEntry } from '../types.ts'

export class Queues {
  readonly #byId = new Map<string, OutboxEntry>()
  readonly #byChat = new Map<string, readonly OutboxEntry[]>()
  readonly #onChange: (chatId: string, entries: readonly OutboxEntry[]) => void

  constructor(onChange: (chatId: string, entries: readonly OutboxEntry[]) => void) {
    this.#onChange = onChange
  }

  get(id: string): OutboxEntry | undefined {
    return this.#byId.get(id)
  }

  all(): OutboxEntry[] {
    return [...this.#byId.values()]
  }

  put(entry: OutboxEntry): void {
    this.#byId.set(entry.id, entry)
    const others = this.#others(entry)
    const at = others.findLastIndex((other) => comesBefore(other, entry))
    this.#set(entry.chatId, others.toSpliced(at + 1, 0, entry))
  }

  remove(id: string): OutboxEntry | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined) return undefined
    this.#byId.delete(id)
    this.#set(entry.chatId, this.#others(entry))
    return entry
  }

  /** The first entry of every chat that was not refused. */
  heads(): OutboxEntry[] {
    return [...this.#byChat.values()].flatMap((queue) => queue.find(({ failed }) => failed === null) ?? [])
  }

  #others(entry: OutboxEntry): readonly OutboxEntry[] {
    return (this.#byChat.get(entry.chatId) ?? []).filter(({ id }) => id !== entry.id)
  }

  #set(chatId: string, queue: readonly OutboxEntry[]): void {
    if (queue.length === 0) this.#byChat.delete(chatId)
    else this.#byChat.set(chatId, Object.freeze(queue))
    this.#onChange(chatId, queue)
  }
}

/** Ties come from two tabs in one millisecond; any order that all tabs share will do. */
const comesBefore = (a: OutboxEntry, b: OutboxEntry): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)
