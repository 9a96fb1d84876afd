// The drafts of one account on this device: a record for each chat, the same in every tab, and a note of what was handed over to the
// outbox. They outlive reloads, and go when what they became is safe, when they are discarded, or at logout.
import { type Draft, isEmpty, parseDraft, putBack } from './draft.ts'
import { type Handed, parseHanded } from './handed.ts'

/** What was changed here so lately is being typed: no other tab takes it away. In milliseconds. */
const typingMs = 3_000

const keyPrefix = (userId: string) => `parley.draft.${userId}.`
const notePrefix = (userId: string) => `parley.handed.${userId}.`
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
    const former = this.get(chatId)
    const next = change(former)
    if (next === former) return
    this.#known.set(chatId, next)
    this.#changedAt.set(chatId, this.#now())
    this.#store(chatId, next)
    this.#tell()
  }

  /**
   * Takes something out of the draft for the outbox. The notes of it are stored in the same step as the draft without it, so that
   * there is no moment at which this device has neither; they stay until they are released.
   */
  handOver(chatId: string, notes: readonly Handed[], change: (draft: Draft) => Draft): void {
    for (const note of notes) this.note(note)
    this.update(chatId, change)
  }

  /** Stores a note, or what it says now. */
  note(note: Handed): void {
    if (!this.#isClosed) this.#write(notePrefix(this.#userId) + note.id, JSON.stringify(note))
  }

  /** Undefined once it is released, here or in another tab. */
  handed(id: string): Handed | undefined {
    return parseHanded(id, this.#load(notePrefix(this.#userId) + id))
  }

  /** Everything that was handed over, by this page or by others, and is not known to be safe: in the order in which that was done. */
  allHanded(): Handed[] {
    const prefix = notePrefix(this.#userId)
    const ids = keysOf(this.#storage).flatMap((key) =>
      key.startsWith(prefix) ? key.slice(prefix.length) : [],
    )
    return ids.sort().flatMap((id) => this.handed(id) ?? [])
  }

  /** The outbox has it for good, or nobody needs it any more. */
  release(id: string): void {
    this.#write(notePrefix(this.#userId) + id, null)
  }

  /** What cannot be sent is in its draft again, before what was typed since; unless another tab has seen to it meanwhile. */
  takeBack(notes: readonly Handed[]): void {
    if (this.#isClosed) return
    for (const { id, chatId, draft } of [...notes].reverse()) {
      if (this.handed(id) === undefined) continue
      this.update(chatId, (former) => putBack(former, draft))
      this.release(id)
    }
  }

  /** The files whose contents are needed still. */
  filesOf(chatId: string): string[] {
    const handed = this.allHanded().filter((note) => note.chatId === chatId)
    return [this.get(chatId), ...handed.map(({ draft }) => draft)].flatMap(({ files }) =>
      files.map(({ id }) => id),
    )
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
    return parseDraft(this.#load(keyPrefix(this.#userId) + chatId))
  }

  #store(chatId: string, draft: Draft): void {
    if (this.#isClosed) return
    this.#write(keyPrefix(this.#userId) + chatId, isEmpty(draft) ? null : JSON.stringify(draft))
  }

  #load(key: string): string | null {
    try {
      return this.#storage.getItem(key)
    } catch {
      return null
    }
  }

  /** Null removes it. */
  #write(key: string, value: string | null): void {
    try {
      if (value === null) this.#storage.removeItem(key)
      else this.#storage.setItem(key, value)
    } catch {
      // The storage is full or denied: what it should have kept lives as long as the page.
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

const keysOf = (storage: Storage): string[] =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')

/** Removes every record of an account. */
export function forgetRecords(storage: Storage, userId: string): void {
  const isOwn = (key: string) =>
    key.startsWith(keyPrefix(userId)) || key.startsWith(notePrefix(userId)) || key === formerKey(userId)
  for (const key of keysOf(storage).filter(isOwn)) storage.removeItem(key)
}
