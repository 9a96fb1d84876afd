// An outbox that outlives reloads of a browser and is shared by its tabs. Nothing is opened before the first use.
import { createPromise } from '../deferred.ts'
import {
  type Channel,
  type Database,
  type DatabaseRequest,
  type DatabaseTransaction,
  host,
  hostLocks,
} from '../host.ts'
import type { OutboxSharing, OutboxStore } from '../types.ts'
import { isOf, readEntry } from './stored-entry.ts'

const table = 'entries'

/** `name` names the database; tabs that use the same name share the outbox. */
export const indexedDbOutbox = (name = 'parley-outbox'): OutboxStore => {
  const database = lazyDatabase(name)
  const notifier = createNotifier(name)

  const change = async (work: (transaction: DatabaseTransaction) => void): Promise<void> => {
    const transaction = (await database()).transaction([table], 'readwrite', { durability: 'strict' })
    work(transaction)
    await completionOf(transaction)
    notifier.post()
  }

  return {
    all: async (account) => {
      const transaction = (await database()).transaction([table], 'readonly')
      const stored = await resultOf(transaction.objectStore(table).getAll())
      return stored.map(readEntry).filter((entry) => isOf(entry, account))
    },
    put: (entry) => change((transaction) => transaction.objectStore(table).put(entry)),
    delete: (id) => change((transaction) => transaction.objectStore(table).delete(id)),
    sharing: { watch: notifier.watch, takeTurn: takeTurn(name) },
  }
}

/** Opens the database when first asked, and again after the browser closed it. */
const lazyDatabase = (name: string): (() => Promise<Database>) => {
  let opened: Promise<Database> | undefined
  const forget = () => {
    opened = undefined
  }
  return () => {
    opened ??= openDatabase(name, forget).catch((error) => {
      forget()
      throw error
    })
    return opened
  }
}

const openDatabase = async (name: string, onClosed: () => void): Promise<Database> => {
  const { indexedDB } = host()
  if (indexedDB === undefined) throw new Error('There is no IndexedDB here: use another outbox')
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(table, { keyPath: 'id' })
  }
  const database = await resultOf(opening)
  database.onclose = onClosed
  database.onversionchange = () => {
    database.close()
    onClosed()
  }
  return database
}

const resultOf = <T>(request: DatabaseRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const completionOf = (transaction: DatabaseTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })

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

/** By Web Locks; without them every tab has the turn at once, and the ids keep a message from doubling. */
const takeTurn =
  (name: string): OutboxSharing['takeTurn'] =>
  (account, { steal, granted, lost }) => {
    const locks = hostLocks()
    if (locks === undefined) {
      queueMicrotask(granted)
      return () => undefined
    }
    const leave = new AbortController()
    const { promise: released, resolve: release } = createPromise<void>()
    let state: 'queued' | 'held' | 'over' = 'queued'
    const hold = () => {
      if (state === 'over') return Promise.resolve()
      state = 'held'
      // Apart from the lock, whose refusal below says something else than what this may throw.
      queueMicrotask(() => {
        if (state === 'held') granted()
      })
      return released
    }
    // A stolen turn cannot be waited for, so it takes no signal.
    const options = steal ? { steal } : { signal: leave.signal }
    locks.request(`${name} ${account}`, options, hold).catch((error: unknown) => {
      if (state === 'over') return
      const isStolen = state === 'held'
      state = 'over'
      if (isStolen) lost()
      else if (isRefused(error)) granted()
      else throw error
    })
    return () => {
      state = 'over'
      leave.abort()
      release()
    }
  }

/** The browser keeps locks from this page (`SecurityError`): then it is as if there were none. */
const isRefused = (error: unknown): boolean => error instanceof Error && error.name === 'SecurityError'
