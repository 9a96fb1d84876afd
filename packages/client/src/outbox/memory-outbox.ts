// An outbox that lasts as long as the process.
import type { OutboxEntry, OutboxStore } from '../types.ts'
import { isOf } from './stored-entry.ts'

export const memoryOutbox = (): OutboxStore => {
  const entries = new Map<string, OutboxEntry>()
  return {
    all: async (account) => [...entries.values()].filter((entry) => isOf(entry, account)),
    put: async (entry) => {
      entries.set(entry.id, entry)
    },
    delete: async (id) => {
      entries.delete(id)
    },
  }
}
