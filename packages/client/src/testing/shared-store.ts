// One store for several clients, as tabs share IndexedDB: with notice of changes and turns, in memory.
import { isOf } from '../outbox/stored-entry.ts'
import type { OutboxEntry, OutboxSharing, OutboxStore } from '../types.ts'

interface Place {
  readonly granted: () => void
  readonly lost: () => void
}

export class SharedStore {
  readonly entries = new Map<string, OutboxEntry>()
  readonly #listeners = new Map<object, () => void>()
  #queue: Place[] = []
  #holder: Place | undefined
  /** Users that never give their turn up, as a tab that the browser has put to sleep. */
  isHolderAsleep = false

  get turnIsTaken(): boolean {
    return this.#holder !== undefined
  }

  /** The store as one of its users has it. */
  user(): OutboxStore {
    const self = {}
    const changed = () => {
      for (const [user, listener] of this.#listeners) if (user !== self) queueMicrotask(listener)
    }
    const sharing: OutboxSharing = {
      watch: (listener) => {
        this.#listeners.set(self, listener)
        return () => this.#listeners.delete(self)
      },
      takeTurn: (_, turn) => this.#takeTurn(turn, turn.steal),
    }
    return {
      sharing,
      all: async (account) => [...this.entries.values()].filter((entry) => isOf(entry, account)),
      put: async (entry) => {
        this.entries.set(entry.id, entry)
        changed()
      },
      delete: async (id) => {
        this.entries.delete(id)
        changed()
      },
    }
  }

  #takeTurn(place: Place, steal: boolean): () => void {
    if (steal) {
      this.#holder?.lost()
      this.#holder = undefined
      this.#queue.unshift(place)
    } else this.#queue.push(place)
    this.#next()
    return () => {
      this.#queue = this.#queue.filter((other) => other !== place)
      if (this.#holder !== place || this.isHolderAsleep) return
      this.#holder = undefined
      this.#next()
    }
  }

  #next(): void {
    if (this.#holder !== undefined) return
    this.#holder = this.#queue.shift()
    const { granted } = this.#holder ?? {}
    if (granted !== undefined) queueMicrotask(granted)
  }
}
