// The contents of files that were chosen and not sent. In IndexedDB, so that they outlive a reload and every tab has them;
// where that is denied, in memory.

const databaseName = 'parley-drafts'
const storeName = 'files'
/** How long the database may take to open. */
const patienceMs = 4_000

export type KeptIn = 'storage' | 'memory'

const keyOf = (userId: string, chatId: string, fileId: string) => `${userId}/${chatId}/${fileId}`

export class DraftFiles {
  readonly #userId: string
  readonly #inMemory = new Map<string, Blob>()

  constructor(userId: string) {
    this.#userId = userId
  }

  /** Resolves when it is kept, and says how well. */
  async put(chatId: string, fileId: string, content: Blob): Promise<KeptIn> {
    const key = keyOf(this.#userId, chatId, fileId)
    this.#inMemory.set(key, content)
    try {
      await inStore('readwrite', (store) => store.put(content, key))
      return 'storage'
    } catch {
      return 'memory'
    }
  }

  /** Undefined if it was kept in the memory of a page that is gone. */
  async get(chatId: string, fileId: string): Promise<Blob | undefined> {
    const key = keyOf(this.#userId, chatId, fileId)
    const known = this.#inMemory.get(key)
    if (known !== undefined) return known
    try {
      const stored: unknown = await inStore('readonly', (store) => store.get(key))
      return stored instanceof Blob ? stored : undefined
    } catch {
      return undefined
    }
  }

  /** Removes what is not named any more: left by pages that were closed before they could. */
  async sweep(filesOf: (chatId: string) => readonly string[]): Promise<void> {
    const range = allOf(this.#userId)
    const keys = await inStore('readonly', (store) => store.getAllKeys(range)).catch(() => [])
    for (const key of Array.isArray(keys) ? keys : []) {
      const [, chatId = '', fileId = ''] = String(key).split('/')
      if (!filesOf(chatId).includes(fileId)) await this.delete(chatId, fileId)
    }
  }

  async delete(chatId: string, fileId: string): Promise<void> {
    const key = keyOf(this.#userId, chatId, fileId)
    this.#inMemory.delete(key)
    // What cannot be deleted could not be kept either.
    await inStore('readwrite', (store) => store.delete(key)).catch(() => undefined)
  }
}

/** Removes the files of every draft of an account. */
export async function forgetFiles(userId: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(allOf(userId))).catch(() => undefined)
}

const allOf = (userId: string) => IDBKeyRange.bound(`${userId}/`, `${userId}/\uffff`)

async function inStore(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await open()
  try {
    const transaction = database.transaction(storeName, mode)
    const request = ask(transaction.objectStore(storeName))
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
      transaction.onerror = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1)
    // Some browsers never answer: then the files are in memory.
    setTimeout(() => reject(new Error(`${databaseName} does not answer`)), patienceMs)
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
    opening.onblocked = () => reject(new Error(`${databaseName} is blocked`))
  })
}
