// Unsent texts, one per chat, kept on this device until sent, discarded or logged out.

type Texts = Readonly<Record<string, string>>

function parse(json: string | null): Texts {
  if (json === null) return {}
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter((entry) => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

export class Drafts {
  readonly #storage: Storage
  readonly #key: string
  readonly #listeners = new Set<() => void>()
  #texts: Texts

  constructor(storage: Storage, userId: string) {
    this.#storage = storage
    this.#key = `parley.drafts.${userId}`
    this.#texts = parse(storage.getItem(this.#key))
  }

  /** The empty text if there is none. */
  get(chatId: string): string {
    return this.#texts[chatId] ?? ''
  }

  set(chatId: string, text: string): void {
    if (this.get(chatId) === text) return
    const { [chatId]: _, ...others } = this.#texts
    this.#texts = text === '' ? others : { ...others, [chatId]: text }
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.#texts))
    } catch {
      // The storage is full: the draft lives as long as the page.
    }
    for (const listener of this.#listeners) listener()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
