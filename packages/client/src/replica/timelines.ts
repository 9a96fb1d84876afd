// The windows of all chats: pages and live messages go in, frozen timelines come out. Keeps the chats looked at last.
import type { Message } from '@parley/protocol'
import type { OutgoingChange, OutgoingMessage, Sendable, Timeline, TimelineItem } from '../types.ts'
import { Tails } from './tails.ts'
import { firstSeq, newer, type Page, putMessage, putPage, type Window } from './window.ts'

/** Chats whose window is kept, by when they were looked at. */
export const windowsMax = 50
/** Messages that may change while a page of their chat is on its way; past that the page is asked for again. */
const stashMax = 1000

interface Slot {
  window: Window | undefined
  /** Pages on their way. While there are any, every message is stashed: the page may be older than it. */
  loads: number
  readonly stash: Map<string, Message>
  /** Moved when the window is dropped: a page asked for before that may miss changes. */
  generation: number
}

/** A page on its way. */
export interface Load {
  readonly chatId: string
  readonly generation: number
}

/** Where a window stood, to load it again. */
export type Place = 'latest' | number

const noEntries: readonly OutgoingMessage[] = Object.freeze([])

export class Timelines {
  readonly tails: Tails
  readonly #onBegun: (window: Window) => void
  /** In the order of being looked at, the latest last. */
  readonly #slots = new Map<string, Slot>()
  readonly #pending = new Map<string, readonly OutgoingMessage[]>()
  /** The last own change of a message that is not acknowledged, by chat and message. */
  readonly #changes = new Map<string, ReadonlyMap<string, OutgoingChange>>()
  /** Entries whose message was acknowledged before an earlier message arrived: they stay on show until it did. */
  readonly #settling = new Map<string, OutgoingMessage>()
  readonly #snapshots = new Map<string, Timeline>()
  readonly #items = new WeakMap<object, TimelineItem>()

  /** `onBegun` hears of a window that begins from a tail. There are tails if `hasTails`. */
  constructor(onBegun: (window: Window) => void = () => undefined, hasTails = false) {
    this.#onBegun = onBegun
    this.tails = new Tails(hasTails)
  }

  /** What to show. The same object until it changes. */
  timeline(chatId: string): Timeline {
    this.#lookAt(chatId)
    const known = this.#snapshots.get(chatId)
    if (known !== undefined) return known
    const timeline = this.#compose(chatId)
    this.#snapshots.set(chatId, timeline)
    return timeline
  }

  window(chatId: string): Window | undefined {
    return (this.#slots.get(chatId) ?? this.#begin(chatId))?.window
  }

  /** Whether anything would be missed if changes of this chat were not heard of. */
  isInUse(chatId: string): boolean {
    return this.#slots.has(chatId) || this.tails.get(chatId) !== undefined
  }

  /** A message as an event, an answer or a resume brought it. */
  put(message: Message): void {
    this.tails.put(message)
    const slot = this.#slots.get(message.chat_id)
    if (slot === undefined) return
    if (slot.loads > 0) this.#stash(slot, message)
    if (slot.window === undefined) return
    const next = putMessage(slot.window, message)
    if (next === slot.window) return
    slot.window = next
    this.#snapshots.delete(message.chat_id)
  }

  beginLoad(chatId: string): Load {
    const slot = this.#lookAt(chatId) ?? this.#add(chatId)
    slot.loads += 1
    return { chatId, generation: slot.generation }
  }

  /** Joins the page. False if it cannot be trusted, because the window was dropped meanwhile: ask again. */
  endLoad(load: Load, page: Page): boolean {
    const slot = this.#slots.get(load.chatId)
    const isTrusted = slot !== undefined && slot.generation === load.generation
    if (isTrusted) {
      const joined = putPage(slot.window, page)
      slot.window =
        joined && [...slot.stash.values()].sort((a, b) => a.seq - b.seq).reduce(putMessage, joined)
      if (slot.window !== undefined) this.tails.take(load.chatId, slot.window)
      this.#snapshots.delete(load.chatId)
    }
    this.abandonLoad(load)
    return isTrusted
  }

  /** The page will not come. */
  abandonLoad({ chatId }: Load): void {
    const slot = this.#slots.get(chatId)
    if (slot === undefined) return
    slot.loads = Math.max(0, slot.loads - 1)
    if (slot.loads > 0) return
    slot.stash.clear()
    if (slot.window === undefined) this.#slots.delete(chatId)
    this.#evict()
  }

  /** Forgets a window whose changes were missed. Tells where it stood if it is the one looked at last. */
  reset(chatId: string): Place | undefined {
    this.tails.forget(chatId)
    const slot = this.#slots.get(chatId)
    if (slot === undefined) return undefined
    const { window } = slot
    for (const { id } of window?.ahead ?? []) this.#settling.delete(id)
    const wasLast = [...this.#slots.keys()].at(-1) === chatId
    slot.window = undefined
    slot.generation += 1
    slot.stash.clear()
    if (slot.loads === 0) this.#slots.delete(chatId)
    this.#snapshots.delete(chatId)
    if (!wasLast || window === undefined) return undefined
    return window.hasAfter ? firstSeq(window) + Math.floor(window.messages.length / 2) : 'latest'
  }

  /** The own sends and changes of a chat that are on their way, in order. */
  putPending(chatId: string, unsent: readonly Sendable[]): void {
    const entries = unsent.filter((entry) => entry.kind === 'message')
    const changes = unsent.filter((entry) => entry.kind !== 'message')
    if (changes.length === 0) this.#changes.delete(chatId)
    else this.#changes.set(chatId, new Map(changes.map((change) => [change.messageId, change])))
    for (const { id } of this.#slots.get(chatId)?.window?.ahead ?? []) {
      const entry = this.#pending.get(chatId)?.find((known) => known.id === id)
      if (entry !== undefined) this.#settling.set(id, entry)
    }
    if (entries.length === 0) this.#pending.delete(chatId)
    else this.#pending.set(chatId, entries)
    this.#snapshots.delete(chatId)
  }

  #compose(chatId: string): Timeline {
    const window = this.#slots.get(chatId)?.window
    const messages = window?.messages ?? []
    const ahead = window?.ahead ?? []
    const settling = ahead.flatMap(({ id }) => this.#settling.get(id) ?? [])
    const pending = this.#pending.get(chatId) ?? noEntries
    const changes = this.#changes.get(chatId)
    const shown = new Set(pending.length === 0 ? [] : messages.map(({ id }) => id))
    for (const { id } of messages) this.#settling.delete(id)
    for (const { id } of settling) shown.add(id)
    const items = [
      ...messages.map((message) => this.#sent(message, changes?.get(message.id))),
      ...settling.map((entry) => this.#unsent(entry)),
      ...pending.filter(({ id }) => !shown.has(id)).map((entry) => this.#unsent(entry)),
    ]
    return Object.freeze({
      items: Object.freeze(items),
      hasBefore: window?.hasBefore ?? false,
      hasAfter: window !== undefined && (window.hasAfter || ahead.length > 0),
      empty: window === undefined,
    })
  }

  /** One item per message, or per change of it, so that a list of items only renders what changed. */
  #sent(message: Message, change: OutgoingChange | undefined): TimelineItem {
    const known = this.#items.get(change ?? message)
    if (known?.state === 'sent' && known.message === message) return known
    return this.#remember(change ?? message, {
      ...{ state: 'sent', message },
      ...(change === undefined ? {} : { change }),
    })
  }

  #unsent(entry: OutgoingMessage): TimelineItem {
    const state = entry.failed === null ? 'pending' : 'failed'
    return this.#items.get(entry) ?? this.#remember(entry, { state, entry })
  }

  #remember(of: object, item: TimelineItem): TimelineItem {
    this.#items.set(of, Object.freeze(item))
    return item
  }

  #stash(slot: Slot, message: Message): void {
    const held = slot.stash.get(message.id)
    slot.stash.set(message.id, held === undefined ? message : newer(held, message))
    if (slot.stash.size <= stashMax) return
    slot.stash.clear()
    slot.generation += 1
  }

  #lookAt(chatId: string): Slot | undefined {
    const slot = this.#slots.get(chatId)
    if (slot === undefined) return this.#begin(chatId)
    this.#slots.delete(chatId)
    this.#slots.set(chatId, slot)
    return slot
  }

  #add(chatId: string): Slot {
    const slot: Slot = { window: undefined, loads: 0, stash: new Map(), generation: 0 }
    this.#slots.set(chatId, slot)
    return slot
  }

  /** A timeline without a window begins from the tail, if there is one. */
  #begin(chatId: string): Slot | undefined {
    const tail = this.tails.get(chatId)
    if (tail === undefined) return undefined
    const slot = this.#add(chatId)
    slot.window = tail
    this.#snapshots.delete(chatId)
    this.#onBegun(tail)
    this.#evict()
    return slot
  }

  #evict(): void {
    for (const [chatId, slot] of this.#slots) {
      if (this.#slots.size <= windowsMax) return
      if (slot.loads > 0) continue
      this.#slots.delete(chatId)
      this.#snapshots.delete(chatId)
    }
  }
}
