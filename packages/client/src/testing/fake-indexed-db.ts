// As much of IndexedDB as the outbox uses, in memory: it answers in later turns, and gives and takes copies.

interface Events {
  onsuccess: ((event: never) => unknown) | null
  onerror: ((event: never) => unknown) | null
}

export class FakeIndexedDb {
  /** The entries of each database by their keys. */
  readonly databases = new Map<string, Map<string, unknown>>()

  /** What is kept in a database, as it stands there. */
  stored(name: string): unknown[] {
    return [...(this.databases.get(name)?.values() ?? [])]
  }

  /** Puts there what an older version left. */
  leave(name: string, ...entries: readonly { readonly id: string }[]): void {
    this.databases.set(name, new Map(entries.map((entry) => [entry.id, entry])))
  }

  open(name: string) {
    const isNew = !this.databases.has(name)
    const entries = this.databases.get(name) ?? new Map<string, unknown>()
    this.databases.set(name, entries)
    const opening = {
      ...{ result: databaseOf(entries), error: null, onsuccess: null, onerror: null },
      ...{ onupgradeneeded: null, onblocked: null },
    } as Events & { result: object; error: null; onupgradeneeded: Events['onsuccess']; onblocked: null }
    setImmediate(() => {
      if (isNew) opening.onupgradeneeded?.({} as never)
      opening.onsuccess?.({} as never)
    })
    return opening
  }
}

const databaseOf = (entries: Map<string, unknown>) => ({
  onversionchange: null,
  onclose: null,
  close: () => undefined,
  createObjectStore: () => undefined,
  transaction: () => {
    const transaction = {
      ...{ error: null, onabort: null },
      oncomplete: null as (() => void) | null,
      objectStore: () => ({
        getAll: () => requestOf(() => structuredClone([...entries.values()])),
        put: (value: { readonly id: string }) =>
          requestOf(() => entries.set(value.id, structuredClone(value))),
        delete: (key: string) => requestOf(() => entries.delete(key)),
      }),
    }
    setImmediate(() => setImmediate(() => transaction.oncomplete?.()))
    return transaction
  },
})

/** Requests of one database are carried out in their order. */
const requestOf = (work: () => unknown) => {
  const request = { result: undefined as unknown, error: null, onsuccess: null, onerror: null } as Events & {
    result: unknown
    error: null
  }
  setImmediate(() => {
    request.result = work()
    request.onsuccess?.({} as never)
  })
  return request
}
