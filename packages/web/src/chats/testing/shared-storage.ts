// A browser's storage, as its tabs share it.
import type { Drafts } from '../drafts.ts'

/** A storage that tells every tab but the one that wrote, as browsers do. */
export class SharedStorage implements Storage {
  readonly items: Map<string, string>
  readonly #tabs: SharedStorage[]
  drafts: Drafts | undefined

  constructor(first?: SharedStorage) {
    this.items = first?.items ?? new Map()
    this.#tabs = first === undefined ? [] : first.#tabs
    this.#tabs.push(this)
  }

  get length() {
    return this.items.size
  }
  getItem = (key: string) => this.items.get(key) ?? null
  key = (index: number) => [...this.items.keys()][index] ?? null
  setItem(key: string, value: string) {
    this.items.set(key, value)
    this.#tell(key)
  }
  removeItem(key: string) {
    this.items.delete(key)
    this.#tell(key)
  }
  clear() {
    this.items.clear()
    this.#tell(null)
  }
  #tell(key: string | null) {
    for (const tab of this.#tabs) if (tab !== this) tab.drafts?.onStored(key)
  }
}
