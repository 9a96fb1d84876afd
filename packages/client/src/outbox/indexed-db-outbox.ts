// An outbox that outlives reloads of a browser and is shared by its tabs. Nothing is opened before the first use.
import { type Channel, host } from '../host.ts'
import { lazyDatabase, type Table } from '../indexed-db/database.ts'
import { takeTurn } from '../indexed-db/turns.ts'
import type { OutboxStore } from '../types.ts'
import { isOf, readEntry } from './stored-entry.ts'

const table = 'entries'

/** `name` names the database; tabs that use the same name share the outbox. */
export const indexedDbOutbox = (name = 'parley-outbox'): OutboxStore => {
  const database = lazyDatabase(name, { [table]: 'id' })
  const notifier = createNotifier(name)

  const change = async (work: (entries: Table) => Promise<unknown>): Promise<void> => {
    const transaction = (await database()).transaction([table], 'readwrite', { durability: 'strict' })
    await Promise.all([work(transaction.objectStore(table)), transaction.done])
    notifier.post()
  }

  return {
    all: async (account) => {
      const transaction = (await database()).transaction([table], 'readonly')
      const stored = await transaction.objectStore(table).getAll()
      return stored.map(readEntry).filter((entry) => isOf(entry, account))
    },
    put: (entry) => change((entries) => entries.put(entry)),
    delete: (id) => change((entries) => entries.delete(id)),
    sharing: { watch: notifier.watch, takeTurn: takeTurn(name) },
  }
}

/** Tells the other tabs of changes. A channel does not hear itself, so one serves both ways. */
const createNotifier = (name: string) => {
  const listeners = new Set<() => void>()
  let channel: Channel | undefined
  const open = (): Channel | undefined => {
    const { BroadcastChannel } = host()
    if (channel !== undefined || BroadcastChannel === undefined) return channel
    try {
      channel = new BroadcastChannel(name)
    } catch {
      // Kept from this page (`SecurityError`): then it is as if there were none.
      return undefined
    }
    channel.onmessage = () => {
      for (const listener of listeners) listener()
    }
    return channel
  }
  return {
    post: () => open()?.postMessage(null),
    watch: (listener: () => void) => {
      open()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        channel?.close()
        channel = undefined
      }
    },
  }
}
