// Loads pages of messages and of members into the replica. The same page is asked for once at a time.
import type { RouteQuery } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { ConnectionError } from '../errors.ts'
import type { ReplicaState } from '../replica/state.ts'
import type { Place } from '../replica/timelines.ts'
import { firstSeq, lastSeq, type Side } from '../replica/window.ts'
import type { Call } from '../types.ts'

/** How often a page is asked for again because its window was dropped while it was on its way. */
const triesMax = 5

interface Plan {
  readonly side: Side
  readonly query: RouteQuery<'listMessages'>
}

const byPlace: Side = { side: 'place' }

export class History {
  readonly #state: ReplicaState
  readonly #call: Call
  readonly #underway = new Map<string, Promise<void>>()

  constructor(state: ReplicaState, call: Call) {
    this.#state = state
    this.#call = call
  }

  loadLatest(chatId: string): Promise<void> {
    return this.#load(chatId, () => ({ side: byPlace, query: {} }))
  }

  loadBefore(chatId: string): Promise<void> {
    return this.#load(chatId, () => {
      const window = this.#state.timelines.window(chatId)
      if (window === undefined) return { side: byPlace, query: {} }
      const anchor = firstSeq(window)
      return window.hasBefore ? { side: { side: 'before', anchor }, query: { before: anchor } } : undefined
    })
  }

  loadAfter(chatId: string): Promise<void> {
    return this.#load(chatId, () => {
      const window = this.#state.timelines.window(chatId)
      if (window === undefined) return { side: byPlace, query: {} }
      const hasAfter = window.hasAfter || window.ahead.length > 0
      const anchor = lastSeq(window)
      return hasAfter ? { side: { side: 'after', anchor }, query: { after: anchor } } : undefined
    })
  }

  loadAround(chatId: string, seq: number): Promise<void> {
    return this.#load(chatId, () => {
      const window = this.#state.timelines.window(chatId)
      if (window !== undefined && seq >= firstSeq(window) && seq <= lastSeq(window)) return undefined
      return { side: byPlace, query: { around: seq } }
    })
  }

  loadPlace(chatId: string, place: Place): Promise<void> {
    return place === 'latest' ? this.loadLatest(chatId) : this.loadAround(chatId, place)
  }

  /** All pages of members. */
  loadMembers(chatId: string): Promise<void> {
    return this.#once(`${chatId} members`, () => this.#loadMembers(chatId))
  }

  /** `plan` says what to ask for as things stand; undefined if there is nothing to load. */
  #load(chatId: string, plan: () => Plan | undefined): Promise<void> {
    const first = plan()
    if (first === undefined) return Promise.resolve()
    return this.#once(`${chatId} ${JSON.stringify(first.query)}`, () => this.#loadPage(chatId, plan))
  }

  #once(key: string, work: () => Promise<void>): Promise<void> {
    const known = this.#underway.get(key)
    if (known !== undefined) return known
    const promise = work().finally(() => this.#underway.delete(key))
    this.#underway.set(key, promise)
    return promise
  }

  async #loadPage(chatId: string, plan: () => Plan | undefined): Promise<void> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const next = plan()
      if (next === undefined) return
      if (await this.#loadOnce(chatId, next)) return
    }
    throw new ConnectionError('The chat changed faster than it could be read')
  }

  async #loadOnce(chatId: string, { side, query }: Plan): Promise<boolean> {
    const { timelines } = this.#state
    const load = timelines.beginLoad(chatId)
    try {
      const page = await this.#call('listMessages', { params: { chat_id: chatId }, query })
      if (!timelines.endLoad(load, { ...side, ...page })) return false
      this.#state.sawPage(page.items)
      return true
    } catch (error) {
      timelines.abandonLoad(load)
      throw error
    }
  }

  async #loadMembers(chatId: string): Promise<void> {
    const params = { chat_id: chatId }
    let cursor: string | null = null
    do {
      const query: RouteQuery<'listMembers'> = {
        limit: limits.pageMax,
        ...(cursor === null ? {} : { cursor }),
      }
      const page = await this.#call('listMembers', { params, query })
      cursor = page.next_cursor
    } while (cursor !== null)
    this.#state.members.completed(chatId)
    this.#state.changes.note()
  }
}
