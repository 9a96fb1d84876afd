// An outbox that lasts as long as the process.
import type { OutboxEntry, OutboxStore } from '../types.ts'

export const memoryOutbox = (): OutboxStore => {
  const entries = new Map<string, OutboxEntry>()
  return {
    all: async () => [...entries.values()],
    put: async (entry) => {
      entries.set(entry.id, entry)
    },
    delete: async (id) => {
      entries.delete(id)
    },
  }
}
