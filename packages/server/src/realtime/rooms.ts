// Which connections are behind an id, for chats or for people, which versions of a chat were published to them, and that the bus knows which
// ids matter to this node.
import type { Id } from '@parley/protocol'
import type { Bus } from '../core/events.ts'
import type { Log } from '../core/ports.ts'
import type { Connection } from './connection.ts'

export interface Room {
  readonly connections: Set<Connection>
  /** Of a chat; null for a person, of whom nothing is numbered. */
  readonly published: PublishedVersions | null
  /** Until events of the id are known to arrive. */
  interest: Promise<void> | null
}

export class Rooms {
  private readonly kind: 'chat' | 'user'
  private readonly bus: Bus
  private readonly log: Log
  private readonly rooms = new Map<Id, Room>()

  constructor(kind: 'chat' | 'user', ports: { readonly bus: Bus; readonly log: Log }) {
    this.kind = kind
    this.bus = ports.bus
    this.log = ports.log
  }

  get size(): number {
    return this.rooms.size
  }

  ids(): IterableIterator<Id> {
    return this.rooms.keys()
  }

  of(id: Id): ReadonlySet<Connection> {
    return this.rooms.get(id)?.connections ?? nobody
  }

  room(id: Id): Room | undefined {
    return this.rooms.get(id)
  }

  /**
   * Gives a promise while events of the id are not certain to arrive yet, null when they are. Of a room that is made for it, everything
   * up to `version` counts as published.
   */
  add(id: Id, connection: Connection, version = 0): Promise<void> | null {
    const present = this.rooms.get(id)
    if (present !== undefined) {
      present.connections.add(connection)
      return present.interest
    }
    const room: Room = {
      connections: new Set([connection]),
      published: this.kind === 'chat' ? new PublishedVersions(version) : null,
      interest: null,
    }
    this.rooms.set(id, room)
    room.interest = this.bus.setInterest(`${this.kind}.${id}`, true).then(() => {
      room.interest = null
    })
    room.interest.catch((error) => this.log.error({ err: error, kind: this.kind }, 'no events of a subject'))
    return room.interest
  }

  remove(id: Id, connection: Connection): void {
    const room = this.rooms.get(id)
    if (room === undefined || !room.connections.delete(connection) || room.connections.size > 0) return
    this.rooms.delete(id)
    this.bus.setInterest(`${this.kind}.${id}`, false).catch((error) => {
      this.log.warn({ err: error, kind: this.kind }, 'a subject was not given up')
    })
  }
}

const nobody: ReadonlySet<Connection> = new Set()

/** Versions beyond a hole that are remembered. With more, those in the hole count as published: clients ask for what they miss. */
const maxBeyond = 10_000

export class PublishedVersions {
  private through: number
  private beyond: Set<number> | null = null

  /** Everything up to that version is known to all who follow. */
  constructor(through: number) {
    this.through = through
  }

  /** The version up to which nothing is missing. */
  get contiguous(): number {
    return this.through
  }

  /** False if that version was noted before: what it tells was published. */
  note(version: number): boolean {
    if (version === this.through + 1) {
      this.through = version
      if (this.beyond !== null) this.close()
      return true
    }
    if (version <= this.through || this.beyond?.has(version)) return false
    this.beyond ??= new Set()
    this.beyond.add(version)
    if (this.beyond.size > maxBeyond) this.noteAll(Math.max(...this.beyond))
    return true
  }

  /** Everything up to that version was published, or never will be. */
  noteAll(version: number): void {
    if (version <= this.through) return
    this.through = version
    if (this.beyond !== null) this.close()
  }

  private close(): void {
    const { beyond } = this
    if (beyond === null) return
    while (beyond.delete(this.through + 1)) this.through += 1
    for (const version of beyond) if (version <= this.through) beyond.delete(version)
    if (beyond.size === 0) this.beyond = null
  }
}
