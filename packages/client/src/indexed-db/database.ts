// Databases of a browser, opened when first asked. What `idb` makes of IndexedDB is asked for here alone.
import { openDB } from 'idb'

/** As much of a database as the SDK uses; the types of `idb` need those of the DOM, which Node has not. */
export interface Database {
  transaction(
    names: readonly string[],
    mode: 'readonly' | 'readwrite',
    options?: { durability?: 'strict' },
  ): Transaction
}

export interface Transaction {
  objectStore(name: string): Table
  /** Resolves when all of it is kept; rejects when nothing of it is. */
  readonly done: Promise<void>
}

export interface Table {
  get(key: string | string[]): Promise<unknown>
  getAll(range?: unknown): Promise<unknown[]>
  put(value: unknown): Promise<unknown>
  delete(key: unknown): Promise<void>
}

/**
 * Opens the database when first asked, and again after the browser closed it. `tables` have the names of the object stores and what their
 * keys are. Rejects where there is no IndexedDB, or where it is denied.
 */
export const lazyDatabase = (
  name: string,
  tables: Readonly<Record<string, string>>,
): (() => Promise<Database>) => {
  let opened: Promise<Database> | undefined
  const forget = () => {
    opened = undefined
  }
  const open = async (): Promise<Database> => {
    if (!('indexedDB' in globalThis)) throw new Error('There is no IndexedDB here: use another store')
    const database = await openDB(name, 1, {
      upgrade: (fresh) => {
        for (const [table, keyPath] of Object.entries(tables)) fresh.createObjectStore(table, { keyPath })
      },
      // Another tab wants to delete it, or has a newer version of the SDK.
      blocking: () => {
        database.close()
        forget()
      },
      terminated: forget,
    })
    return database as unknown as Database
  }
  return () => {
    opened ??= open().catch((error) => {
      forget()
      throw error
    })
    return opened
  }
}
