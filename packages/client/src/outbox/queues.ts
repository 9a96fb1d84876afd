// Entries by chat, in the order of sending. Arrays are replaced, never changed, so that they can be shown as they are.
import type { OutgoingChange } from '../types.ts'
import type { Sendable } from './outbox.ts'

export class Queues {
  readonly #byId = new Map<string, Sendable>()
  readonly #byChat = new Map<string, readonly Sendable[]>()
  readonly #onChange: (chatId: string, entries: readonly Sendable[]) => void

  constructor(onChange: (chatId: string, entries: readonly Sendable[]) => void) {
    this.#onChange = onChange
  }

  get(id: string): Sendable | undefined {
    return this.#byId.get(id)
  }

  all(): Sendable[] {
    return [...this.#byId.values()]
  }

  put(entry: Sendable): void {
    this.#byId.set(entry.id, entry)
    const others = this.#others(entry)
    const at = others.findLastIndex((other) => comesBefore(other, entry))
    this.#set(entry.chatId, others.toSpliced(at + 1, 0, entry))
  }

  remove(id: string): Sendable | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined) return undefined
    this.#byId.delete(id)
    this.#set(entry.chatId, this.#others(entry))
    return entry
  }

  /** The first entry of every chat that was not refused. */
  heads(): Sendable[] {
    return [...this.#byChat.values()].flatMap((queue) => queue.find(({ failed }) => failed === null) ?? [])
  }

  /** What waits to change a message, in order. */
  changesOf(chatId: string, messageId: string): OutgoingChange[] {
    const isChange = (entry: Sendable): entry is OutgoingChange =>
      entry.kind !== 'message' && entry.messageId === messageId
    return (this.#byChat.get(chatId) ?? []).filter(isChange)
  }

  /** The next change of a message that is to be sent. */
  firstChange(chatId: string, messageId: string): OutgoingChange | undefined {
    if (!this.#byChat.has(chatId)) return undefined
    return this.changesOf(chatId, messageId).find(({ failed }) => failed === null)
  }

  #others(entry: Sendable): readonly Sendable[] {
    return (this.#byChat.get(entry.chatId) ?? []).filter(({ id }) => id !== entry.id)
  }

  #set(chatId: string, queue: readonly Sendable[]): void {
    if (queue.length === 0) this.#byChat.delete(chatId)
    else this.#byChat.set(chatId, Object.freeze(queue))
    this.#onChange(chatId, queue)
  }
}

/** Ties come from two tabs in one millisecond; any order that all tabs share will do. */
const comesBefore = (a: Sendable, b: Sendable): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)
