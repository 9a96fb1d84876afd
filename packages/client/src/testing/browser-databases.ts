// The IndexedDB of a browser, as `fake-indexeddb` has it in memory, and a look at what is kept in it.
import {
  IDBCursor,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBRequest,
  IDBTransaction,
} from 'fake-indexeddb'
import { openDB } from 'idb'
import { vi } from 'vitest'

const classes = {
  ...{ IDBCursor, IDBDatabase, IDBIndex, IDBKeyRange, IDBObjectStore, IDBRequest, IDBTransaction },
}

/** Puts them in place of the globals; `vi.unstubAllGlobals()` ends that. */
export class BrowserDatabases {
  readonly factory = new IDBFactory()

  constructor() {
    for (const [name, of] of Object.entries(classes)) vi.stubGlobal(name, of)
    vi.stubGlobal('indexedDB', this.factory)
    // Node's keeps a process alive, and its locks are those of all tests.
    vi.stubGlobal('BroadcastChannel', undefined)
    vi.stubGlobal('navigator', undefined)
  }

  /** What is kept in a table of a database, as it stands there. */
  async stored(name: string, table: string): Promise<unknown[]> {
    const database = await openDB(name)
    const stored = await database.getAll(table)
    database.close()
    return stored
  }

  /** Puts there what an older version, or another program, left. */
  async leave(name: string, table: string, ...values: readonly object[]): Promise<void> {
    const database = await openDB(name, 1, {
      upgrade: (fresh) => {
        fresh.createObjectStore(table, { keyPath: 'id' })
      },
    })
    for (const value of values) await database.put(table, value)
    database.close()
  }

  /** Changes every record of a table. */
  async change(name: string, table: string, work: (record: object) => object): Promise<void> {
    const database = await openDB(name)
    for (const record of await database.getAll(table)) await database.put(table, work(record))
    database.close()
  }
}
