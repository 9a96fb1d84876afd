// The drafts of one account on this device: a record for each chat, the same in every tab. They outlive reloads, and go when
// what they became is safe, when they are discarded, or at logout.
import { type Draft, emptyDraft, isEmpty, parseDraft } from './draft.ts'

/** What was changed here so lately is being typed: no other tab takes it away. In milliseconds. */
const typingMs = 3_000

const keyPrefix = (userId: string) => `parley.draft.${userId}.`
/** All texts in one map, as older versions kept them. */
const formerKey = (userId: string) => `parley.drafts.${userId}`

export class Drafts {
  readonly #storage: Storage
  readonly #userId: string
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  readonly #known = new Map<string, Draft>()
  readonly #changedAt = new Map<string, number>()
  #isClosed = false

  constructor(storage: Storage, userId: string, now: () => number = Date.now) {
    this.#storage = storage
    this.#userId = userId
    this.#now = now
    this.#takeOver()
  }

  /** The same object until it changes. */
  get(chatId: string): Draft {
    const known = this.#known.get(chatId)
    if (known !== undefined) return known
    const draft = this.#read(chatId)
    this.#known.set(chatId, draft)
    return draft
  }

  /** Shown and stored at once. */
  update(chatId: string, change: (draft: Draft) => Draft): void {
    if (this.#change(chatId, change)) this.#store(chatId)
  }

  /**
   * For what was handed to the outbox just now: shown at once, stored when the outbox has had its turn to write, so that there
   * is no moment at which neither of the two has it.
   */
  handOver(chatId: string, change: (draft: Draft) => Draft): void {
    if (this.#change(chatId, change)) setTimeout(() => this.#store(chatId))
  }

  /** Another tab changed this key of the storage. */
  onStored(key: string | null): void {
    const prefix = keyPrefix(this.#userId)
    if (key === null) this.refresh()
    else if (key.startsWith(prefix)) this.#adopt(key.slice(prefix.length))
  }

  /** Looks into the storage for everything shown: a tab that was asleep has heard of nothing. */
  refresh(): void {
    for (const chatId of this.#known.keys()) this.#adopt(chatId)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins, or begins again, to write to the storage. */
  open(): void {
    this.#isClosed = false
  }

  /** Nothing is written any more: what is forgotten at logout must not come back. */
  close(): void {
    this.#isClosed = true
  }

  #change(chatId: string, change: (draft: Draft) => Draft): boolean {
    const former = this.get(chatId)
    const next = change(former)
    if (next === former) return false
    this.#known.set(chatId, next)
    this.#changedAt.set(chatId, this.#now())
    this.#tell()
    return true
  }

  /** What another tab stored, unless it is being typed here: then this tab stores its own with the next key. */
  #adopt(chatId: string): void {
    const former = this.get(chatId)
    const stored = this.#read(chatId)
    const changedAt = this.#changedAt.get(chatId) ?? Number.NEGATIVE_INFINITY
    const isTyped = !isEmpty(former) && this.#now() - changedAt < typingMs
    if (isTyped || JSON.stringify(former) === JSON.stringify(stored)) return
    this.#known.set(chatId, stored)
    this.#tell()
  }

  #read(chatId: string): Draft {
    try {
      return parseDraft(this.#storage.getItem(keyPrefix(this.#userId) + chatId))
    } catch {
      return emptyDraft
    }
  }

  #store(chatId: string): void {
    if (this.#isClosed) return
    const draft = this.get(chatId)
    const key = keyPrefix(this.#userId) + chatId
    try {
      if (isEmpty(draft)) this.#storage.removeItem(key)
      else this.#storage.setItem(key, JSON.stringify(draft))
    } catch {
      // The storage is full or denied: the draft lives as long as the page.
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #takeOver(): void {
    try {
      const json = this.#storage.getItem(formerKey(this.#userId))
      if (json === null) return
      const texts: unknown = JSON.parse(json)
      for (const [chatId, text] of Object.entries(texts ?? {}))
        if (typeof text === 'string')
          this.update(chatId, (draft) => (isEmpty(draft) ? { ...draft, text } : draft))
    } catch {
      // What cannot be read cannot be taken over.
    }
    this.#storage.removeItem(formerKey(this.#userId))
  }
}

/** Removes every record of an account. */
export function forgetRecords(storage: Storage, userId: string): void {
  const prefix = keyPrefix(userId)
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
  for (const key of keys) if (key.startsWith(prefix) || key === formerKey(userId)) storage.removeItem(key)
}
