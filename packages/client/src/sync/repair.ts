// Fetches what the replica finds missing: views of chats, changes that did not arrive, profiles, dropped histories.
import type { ReadyFrame, RouteAnswer } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { isExpected, isRetryable, ParleyError } from '../errors.ts'
import { applySync } from '../replica/apply-sync.ts'
import type { Needs, ReplicaState } from '../replica/state.ts'
import type { Place } from '../replica/timelines.ts'
import type { Report } from '../report.ts'
import type { Call, Clock } from '../types.ts'
import type { History } from './history.ts'

/** A hole that is still there after this, in milliseconds, is filled by a sync: its changes were not merely late. */
export const holePatience = 2_000
/** Profiles are gathered this long, in milliseconds, to be asked for together. */
const gatherUsers = 50
const retryMax = 30_000

export interface RepairPorts {
  readonly clock: Clock
  readonly call: Call
  /** Late, because replica and repair need each other. */
  readonly state: () => ReplicaState
  readonly history: () => History
  readonly isReady: () => boolean
  /** Told of what failed otherwise than by the server or the network. */
  readonly report: Report
  /** What a sync brought that no event had told of. */
  readonly onMissed: (events: ReturnType<typeof applySync>) => void
}

export class Repair implements Needs {
  readonly #ports: RepairPorts
  /** Chats whose view is being fetched; true: asked for again meanwhile. */
  readonly #chats = new Map<string, boolean>()
  /** Chats with a hole and the timers that run for them. */
  readonly #holes = new Map<string, unknown>()
  readonly #histories = new Map<string, Place>()
  readonly #rosters = new Set<string>()
  #users: string[] = []
  #usersTimer: unknown
  #failures = 0
  #isStopped = false

  constructor(ports: RepairPorts) {
    this.#ports = ports
  }

  chat(chatId: string): void {
    if (this.#isStopped) return
    if (this.#chats.has(chatId)) this.#chats.set(chatId, true)
    else void this.#fetchChat(chatId)
  }

  hole(chatId: string, exists: boolean): void {
    if (exists === this.#holes.has(chatId) || this.#isStopped) return
    if (exists) {
      this.#armHole(chatId)
      return
    }
    this.#ports.clock.clearTimeout(this.#holes.get(chatId))
    this.#holes.delete(chatId)
  }

  users(userIds: readonly string[]): void {
    if (this.#isStopped) return
    this.#users.push(...userIds)
    this.#gatherUsers()
  }

  #gatherUsers(): void {
    this.#usersTimer ??= this.#ports.clock.setTimeout(() => void this.#fetchUsers(), gatherUsers)
  }

  history(chatId: string, place: Place): void {
    this.#histories.set(chatId, place)
    // The replica is in the middle of a change.
    queueMicrotask(() => this.#loadHistories())
  }

  members(chatId: string): void {
    this.#rosters.add(chatId)
    queueMicrotask(() => this.#loadHistories())
  }

  /** A new connection: what could not be fetched is tried again, and chats beyond the list of `ready` are asked for. */
  onReady(ready: ReadyFrame, named: ReadonlyMap<string, number>): void {
    this.#failures = 0
    for (const chatId of [...this.#holes.keys()]) this.#armHole(chatId)
    this.#loadHistories()
    if (this.#users.length > 0) this.#gatherUsers()
    if (ready.next_cursor === null) return
    const listed = new Set(ready.chats.map(({ id }) => id))
    const unlisted = [...named.keys()].filter((chatId) => !listed.has(chatId) && this.#isInUse(chatId))
    if (unlisted.length > 0) void this.#sync(unlisted)
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#holes.values()) this.#ports.clock.clearTimeout(timer)
    this.#ports.clock.clearTimeout(this.#usersTimer)
  }

  #isInUse(chatId: string): boolean {
    const { timelines, members, records } = this.#ports.state()
    return records.has(chatId) && (timelines.isInUse(chatId) || members.knowsAny(chatId))
  }

  async #fetchChat(chatId: string): Promise<void> {
    this.#chats.set(chatId, false)
    try {
      // The answer reaches the replica by way of the call.
      await this.#ports.call('getChat', { params: { chat_id: chatId } })
      // A public chat that one may see without being in it is no chat of the replica.
      if (!this.#ports.state().records.has(chatId)) this.#ports.state().takeEarlyEvents(chatId)
    } catch (error) {
      if (isRetryable(error)) this.#later(() => this.chat(chatId))
      else if (!(error instanceof ParleyError)) this.#ports.report(error)
      else if (error.code === 'not_found') this.#ports.state().dropChat(chatId)
    }
    const again = this.#chats.get(chatId)
    this.#chats.delete(chatId)
    if (again) this.chat(chatId)
  }

  /** Not while disconnected: the next `ready` brings every view. */
  #later(work: () => void): void {
    this.#failures += 1
    const delay = Math.min(retryMax, 1000 * 2 ** this.#failures)
    this.#ports.clock.setTimeout(() => {
      if (!this.#isStopped && this.#ports.isReady()) work()
    }, delay)
  }

  #armHole(chatId: string): void {
    const delay = Math.min(retryMax, holePatience * 2 ** this.#failures)
    this.#ports.clock.clearTimeout(this.#holes.get(chatId))
    this.#holes.set(
      chatId,
      this.#ports.clock.setTimeout(() => {
        if (this.#ports.isReady()) void this.#sync([chatId])
      }, delay),
    )
  }

  async #sync(chatIds: readonly string[]): Promise<void> {
    const state = this.#ports.state()
    const named = new Map<string, number>()
    for (const chatId of chatIds.slice(0, limits.resumeChats)) {
      const record = state.records.get(chatId)
      if (record !== undefined) named.set(chatId, record.held.contiguous)
    }
    const { moment } = state
    try {
      const answer = await this.#ports.call('sync', { body: { chats: Object.fromEntries(named) } })
      this.#succeeded()
      this.#ports.onMissed(applySync(state, answer, { named, moment, isReady: false }))
      for (const chatId of this.#unanswered(answer, named)) await this.#restart(chatId)
    } catch (error) {
      if (!isExpected(error)) this.#ports.report(error)
      if (!isRetryable(error)) return
      this.#failures += 1
      const unknown = chatIds.filter((chatId) => !this.#holes.has(chatId))
      if (unknown.length > 0) this.#later(() => void this.#sync(unknown))
    }
    for (const chatId of chatIds) if (state.records.get(chatId)?.held.hasHole) this.#armHole(chatId)
  }

  #unanswered(answer: RouteAnswer<'sync'>, named: ReadonlyMap<string, number>): string[] {
    const answered = new Set([...answer.chats.map(({ id }) => id), ...answer.removed])
    return [...named.keys()].filter((chatId) => !answered.has(chatId))
  }

  /** The last resort for a chat of which a sync says nothing: if it went on, its history is dropped. */
  async #restart(chatId: string): Promise<void> {
    const { chat } = await this.#ports.call('getChat', { params: { chat_id: chatId } })
    const record = this.#ports.state().records.get(chatId)
    if (record === undefined || record.held.contiguous >= chat.version) return
    this.#ports.state().forgetHistory(chatId)
    record.held.advance(chat.version)
    this.#ports.state().touched(chatId)
  }

  async #fetchUsers(): Promise<void> {
    this.#usersTimer = undefined
    // The next `ready` brings many of them, and then the others are asked for.
    if (!this.#ports.isReady()) return
    const wanted = this.#users.filter((id) => this.#ports.state().people.isAsked(id))
    this.#users = []
    for (let at = 0; at < wanted.length; at += limits.pageMax) {
      const ids = wanted.slice(at, at + limits.pageMax)
      try {
        await this.#ports.call('listUsers', { query: { ids: ids.join(','), limit: limits.pageMax } })
      } catch (error) {
        if (isRetryable(error)) this.#ports.state().people.unclaim(ids)
        else if (!isExpected(error)) this.#ports.report(error)
      }
    }
  }

  #loadHistories(): void {
    if (this.#isStopped) return
    for (const [chatId, place] of [...this.#histories]) {
      this.#histories.delete(chatId)
      this.#ports
        .history()
        .loadPlace(chatId, place)
        .then(() => this.#succeeded())
        .catch((error) => {
          if (isRetryable(error)) this.#missed(() => this.#histories.set(chatId, place))
          else if (!isExpected(error)) this.#ports.report(error)
        })
    }
    for (const chatId of [...this.#rosters]) {
      this.#rosters.delete(chatId)
      this.#ports
        .history()
        .loadMembers(chatId)
        .then(() => this.#succeeded())
        .catch((error) => {
          if (isRetryable(error)) this.#missed(() => this.#rosters.add(chatId))
          else if (!isExpected(error)) this.#ports.report(error)
        })
    }
  }

  #succeeded(): void {
    this.#failures = 0
  }

  /** Keeps in mind what to load once more: after a pause, or with the next connection. */
  #missed(keep: () => void): void {
    keep()
    this.#later(() => this.#loadHistories())
  }
}
