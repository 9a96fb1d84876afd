// Who is online: whoever has a live connection. Tells those who watch, and notes when someone was last seen.
//
// It knows this node alone. With several nodes each publishes the 0↔1 changes of its own count under a subject of the person,
// nodes with watchers take interest in that subject, and a person is online while any node says so (a node that vanishes
// takes its people with it); only `online` and `tell` below would change.
import type { Id, PassingEvent } from '@parley/protocol'
import type { AccountStore } from '../core/accounts/store.ts'
import type { Actor } from '../core/actor.ts'
import { type Clock, type Log, toTime } from '../core/ports.ts'
import { createSemaphore, type Semaphore } from '../core/semaphore.ts'
import type { Connection, LossCause } from './connection.ts'
import { EncodedEvent } from './frame-codec.ts'
import type { HubListener } from './hub.ts'

export type PresenceEvent = Extract<PassingEvent, { type: 'presence' }>

export interface PresencePorts {
  readonly accounts: Pick<AccountStore, 'noteSeen' | 'lastSeen'>
  /** Those of the people whom the actor may watch. The relation is the same from both sides. */
  readonly watchable: (actor: Pick<Actor, 'userId'>, userIds: readonly Id[]) => Promise<readonly Id[]>
  readonly clock: Clock
  readonly log: Log
}

/** The people whom a connection has come to watch, and did not before. */
export interface Watched {
  /** Their presence at the time of the call; later changes are told as events. */
  now(): PresenceEvent[]
}

const nothingNew: Watched = { now: () => [] }

/** A connection whose list is being looked up, and the newest list that came meanwhile. */
interface Watching {
  next: ((turn: Turn) => void) | null
}
/** `passed over`: a newer list is there. */
type Turn = 'own' | 'passed over'

/**
 * Someone without a connection counts as online this much longer, so that nobody hears of a reload. Not for a peer that fell silent:
 * it has had its time.
 */
export const reloadGraceMs = 2_000

/** Writes of "last seen" and repeated checks of who may watch that run at once. */
const storageWidth = 4

interface Online {
  connections: number
  /** Set while nothing but the grace keeps the person online. */
  leaving: { readonly timer: NodeJS.Timeout; readonly at: Date } | null
}

export class Presence implements HubListener {
  private readonly ports: PresencePorts
  private readonly watchers = new Watchers()
  private readonly online = new Map<Id, Online>()
  /** Last seen, until storage knows it. */
  private readonly unsaved = new Map<Id, Date>()
  /** One list of a connection is looked up at a time, and one waits: the newest. */
  private readonly watching = new Map<Connection, Watching>()
  /** Who is being looked at again for whom, as `parted` asks: what the one is told of the other waits for the outcome. */
  private readonly doubtful = new WeakMap<Connection, Map<Id, Promise<void>>>()
  private readonly semaphore: Semaphore = createSemaphore(storageWidth)
  private partings = 0

  constructor(ports: PresencePorts) {
    this.ports = ports
  }

  isOnline(userId: Id): boolean {
    return this.online.has(userId)
  }

  arrived(_connection: Connection, { userId }: Actor): void {
    const present = this.online.get(userId)
    if (present === undefined) {
      this.online.set(userId, { connections: 1, leaving: null })
      this.publish(userId, null)
      return
    }
    present.connections += 1
    if (present.leaving !== null) clearTimeout(present.leaving.timer)
    present.leaving = null
  }

  departed(connection: Connection, { userId }: Actor, cause: LossCause): void {
    this.watchers.clear(connection)
    const present = this.online.get(userId)
    if (present === undefined) return
    present.connections -= 1
    if (present.connections > 0) return
    const at = this.ports.clock.now()
    switch (cause) {
      case 'closed':
        present.leaving = { at, timer: setTimeout(() => this.leave(userId, at), reloadGraceMs).unref() }
        return
      case 'silent':
        this.leave(userId, at)
        return
    }
  }

  /**
   * Those whom the person shared a chat with may be strangers now: checks again, in both directions. Until the outcome is known
   * they are told nothing of each other.
   */
  parted(userId: Id, connections: Iterable<Connection>): void {
    this.partings += 1
    const own = [...connections]
    const watching = [...this.watchers.of(userId)].filter(
      ({ actor }) => actor !== null && actor.userId !== userId,
    )
    const people = new Set(watching.flatMap(({ actor }) => actor?.userId ?? []))
    for (const connection of own) for (const id of this.watchers.watchedBy(connection)) people.add(id)
    people.delete(userId)
    if (people.size === 0) return
    const checked = this.acquainted({ userId }, [...people]).then((known) => {
      for (const connection of watching) {
        if (!known.has(connection.actor?.userId ?? '')) this.watchers.drop(connection, userId)
      }
      for (const connection of own) {
        for (const id of people) if (!known.has(id)) this.watchers.drop(connection, id)
      }
    })
    for (const connection of watching) this.doubt(connection, userId, checked)
    for (const connection of own) for (const id of people) this.doubt(connection, id, checked)
  }

  /**
   * Replaces the people that the connection watches, leaving out without a word whom it may not. Only those are asked about who were
   * not in the former list. While a list is looked up the next one waits; one that comes then takes its place, and nothing comes of the
   * one passed over. Throws what storage throws; the former list stays then.
   */
  async watch(connection: Connection, actor: Actor, userIds: readonly Id[]): Promise<Watched> {
    if ((await this.turnOf(connection)) === 'passed over') return nothingNew
    try {
      return await this.replace(connection, actor, new Set(userIds))
    } finally {
      this.passOn(connection)
    }
  }

  private turnOf(connection: Connection): Promise<Turn> | Turn {
    const watching = this.watching.get(connection)
    if (watching === undefined) {
      this.watching.set(connection, { next: null })
      return 'own'
    }
    watching.next?.('passed over')
    return new Promise((begin) => {
      watching.next = begin
    })
  }

  private passOn(connection: Connection): void {
    const watching = this.watching.get(connection)
    const next = watching?.next ?? null
    if (watching === undefined || next === null) {
      this.watching.delete(connection)
      return
    }
    watching.next = null
    next('own')
  }

  private async replace(connection: Connection, actor: Actor, wanted: ReadonlySet<Id>): Promise<Watched> {
    const former = this.watchers.watchedBy(connection)
    const added = [...wanted].filter((id) => !former.has(id))
    const { partings } = this
    const allowed = added.length === 0 ? [] : await this.ports.watchable(actor, added)
    const lastSeen = allowed.length === 0 ? new Map<Id, Date>() : await this.ports.accounts.lastSeen(allowed)
    if (connection.state.kind !== 'live') return nothingNew
    for (const id of [...this.watchers.watchedBy(connection)]) {
      if (!wanted.has(id)) this.watchers.drop(connection, id)
    }
    this.watchers.add(connection, allowed)
    // Someone was taken out of a chat while the core was asked: its answer may be from before.
    if (this.partings !== partings) this.parted(actor.userId, [connection])
    return { now: () => allowed.map((userId) => this.presenceOf(userId, lastSeen.get(userId) ?? null)) }
  }

  /** Ends the grace of everyone who is leaving, and resolves when storage knows when they were last seen. */
  async stop(): Promise<void> {
    const saving: Promise<void>[] = []
    for (const [userId, { leaving }] of this.online) {
      if (leaving === null) continue
      clearTimeout(leaving.timer)
      this.online.delete(userId)
      saving.push(this.save(userId, leaving.at))
    }
    await Promise.all(saving)
  }

  private leave(userId: Id, at: Date): void {
    this.online.delete(userId)
    void this.save(userId, at)
    this.publish(userId, at)
  }

  private publish(userId: Id, lastSeen: Date | null): void {
    const watching = this.watchers.of(userId)
    if (watching.size === 0) return
    const encoded = new EncodedEvent(this.presenceOf(userId, lastSeen), this.ports.log)
    for (const connection of watching) {
      const outcome = this.doubtful.get(connection)?.get(userId)
      if (outcome === undefined) connection.deliver(encoded, null)
      else {
        void outcome.then(() => {
          if (this.watchers.of(userId).has(connection)) connection.deliver(encoded, null)
        })
      }
    }
  }

  /** `checked` has dropped who may not watch by the time it resolves, and does not reject. */
  private doubt(connection: Connection, userId: Id, checked: Promise<void>): void {
    const doubts = this.doubtful.get(connection) ?? new Map<Id, Promise<void>>()
    this.doubtful.set(connection, doubts)
    const outcome = Promise.all([doubts.get(userId), checked]).then(() => {
      if (doubts.get(userId) === outcome) doubts.delete(userId)
    })
    doubts.set(userId, outcome)
  }

  /** Of someone who is online it says nothing about the past. */
  private presenceOf(userId: Id, lastSeen: Date | null): PresenceEvent {
    const online = this.online.has(userId)
    const seen = this.unsaved.get(userId) ?? lastSeen
    return {
      type: 'presence',
      user_id: userId,
      online,
      last_seen_at: online || seen === null ? null : toTime(seen),
    }
  }

  private async save(userId: Id, at: Date): Promise<void> {
    this.unsaved.set(userId, at)
    try {
      await this.semaphore.run(() => this.ports.accounts.noteSeen(userId, at))
    } catch (error) {
      this.ports.log.warn({ err: error, layer: 'presence' }, 'when someone was last seen was not stored')
    }
    if (this.unsaved.get(userId) === at) this.unsaved.delete(userId)
  }

  /** Nobody when storage does not answer: rather silence than an event for a stranger. */
  private async acquainted(actor: Pick<Actor, 'userId'>, people: readonly Id[]): Promise<Set<Id>> {
    try {
      return new Set(await this.semaphore.run(() => this.ports.watchable(actor, people)))
    } catch (error) {
      this.ports.log.error({ err: error, layer: 'presence' }, 'who may watch whom was not checked')
      return new Set()
    }
  }
}

/** Which connections want to know about whose presence. Books only: who may watch whom is decided by the core. */
class Watchers {
  private readonly byPerson = new Map<Id, Set<Connection>>()
  private readonly byConnection = new Map<Connection, Set<Id>>()

  of(userId: Id): ReadonlySet<Connection> {
    return this.byPerson.get(userId) ?? nobody
  }

  watchedBy(connection: Connection): ReadonlySet<Id> {
    return this.byConnection.get(connection) ?? noOne
  }

  add(connection: Connection, userIds: readonly Id[]): void {
    if (userIds.length === 0) return
    const watched = this.byConnection.get(connection) ?? new Set()
    this.byConnection.set(connection, watched)
    for (const userId of userIds) {
      watched.add(userId)
      const watching = this.byPerson.get(userId)
      if (watching === undefined) this.byPerson.set(userId, new Set([connection]))
      else watching.add(connection)
    }
  }

  drop(connection: Connection, userId: Id): void {
    const watched = this.byConnection.get(connection)
    if (watched?.delete(userId) && watched.size === 0) this.byConnection.delete(connection)
    const watching = this.byPerson.get(userId)
    if (watching?.delete(connection) && watching.size === 0) this.byPerson.delete(userId)
  }

  clear(connection: Connection): void {
    for (const userId of [...this.watchedBy(connection)]) this.drop(connection, userId)
  }
}

const nobody: ReadonlySet<Connection> = new Set()
const noOne: ReadonlySet<Id> = new Set()
