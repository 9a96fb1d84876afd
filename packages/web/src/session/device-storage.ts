// What this device keeps of the app: the browser's localStorage, or, where that is forbidden or full, memory that lasts as long as
// the page. Never throws.

/** Undefined where the browser keeps it from this page. */
function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}

class DeviceStorage implements Storage {
  readonly #kept: Storage | undefined
  /** What could not be kept; null: what could not be removed. Goes before what is kept. */
  readonly #held = new Map<string, string | null>()

  constructor(kept: Storage | undefined) {
    this.#kept = kept
  }

  get length(): number {
    return this.#keys().length
  }

  key(index: number): string | null {
    return this.#keys()[index] ?? null
  }

  getItem(key: string): string | null {
    const held = this.#held.get(key)
    return held === undefined ? this.#try((kept) => kept.getItem(key), null) : held
  }

  setItem(key: string, value: string): void {
    const isKept = this.#try((kept) => {
      kept.setItem(key, value)
      return true
    }, false)
    if (isKept) this.#held.delete(key)
    else this.#held.set(key, value)
  }

  removeItem(key: string): void {
    const isRemoved = this.#try((kept) => {
      kept.removeItem(key)
      return true
    }, false)
    if (isRemoved) this.#held.delete(key)
    else this.#held.set(key, null)
  }

  clear(): void {
    for (const key of this.#keys()) this.removeItem(key)
  }

  #keys(): string[] {
    const kept = this.#try(
      (all) => Array.from({ length: all.length }, (_, index) => all.key(index) ?? ''),
      [],
    )
    return [...new Set([...kept, ...this.#held.keys()])].filter((key) => this.getItem(key) !== null)
  }

  #try<T>(work: (kept: Storage) => T, otherwise: T): T {
    if (this.#kept === undefined) return otherwise
    try {
      return work(this.#kept)
    } catch {
      return otherwise
    }
  }
}

/** `kept` stands in for the browser's in tests. What is in memory alone belongs to the object that is returned. */
export const deviceStorage = (kept: Storage | undefined = browserStorage()): Storage =>
  new DeviceStorage(kept)
