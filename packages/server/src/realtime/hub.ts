// Who follows what on this node, and the way of an event from the bus to the sockets. What a joining connection reads from the
// database is in join.ts; who is told about presence in presence.ts.
import type { ClientFrameType, DurableEvent, Id, ServerEvent } from '@parley/protocol'
import type { Actor } from '../core/actor.ts'
import type { Bus, Envelope } from '../core/events.ts'
import type { Log } from '../core/ports.ts'
import type { Followed, LiveSession } from '../core/reconcile/followed.ts'
import {
  Connection,
  type ConnectionOwner,
  type ConnectionParts,
  type Departure,
  type LossCause,
} from './connection.ts'
import { EncodedEvent } from './frame-codec.ts'
import { Rooms } from './rooms.ts'
import type { Writes } from './writes.ts'

/** Who is told when people come and go. Every call is made after the hub's own books are in order. */
export interface HubListener {
  /** The connection has become live; nothing was written to it yet. */
  arrived(connection: Connection, actor: Actor): void
  /** A connection that had become live is closed. */
  departed(connection: Connection, actor: Actor, cause: LossCause): void
  /** The person, whose connections are given, was taken out of a chat, or the chat was deleted. */
  parted(userId: Id, connections: Iterable<Connection>): void
}

/** What is counted. Every part is called often; none may throw. */
export interface RealtimeMetrics {
  socketOpened(): void
  /** With the close code that ended it; 1006 when there was none. */
  socketClosed(code: number): void
  /** `invalid` for what is no frame of the protocol. */
  frameReceived(type: ClientFrameType | 'invalid'): void
  /** Sockets that one event was queued for. */
  delivered(count: number): void
  /** A socket was ended because it did not take its bytes. */
  slowConsumer(): void
}

export interface HubPorts {
  readonly bus: Bus
  readonly log: Log
  readonly listener: HubListener
  readonly writes: Writes
  readonly metrics?: RealtimeMetrics
}

/** Stands in for the version of an event without one: a removal then counts always, an arrival only for those never removed. */
const newest = Number.MAX_SAFE_INTEGER

/** Versions in `early`. Beyond them they are forgotten: at worst one is published twice to somebody who has just come. */
const maxEarly = 10_000

export class Hub implements Followed {
  readonly users: Rooms
  readonly chats: Rooms
  private readonly ports: HubPorts
  private readonly owner: ConnectionOwner
  private readonly unsubscribe: () => void
  /** Joins that are under way. */
  private joining = 0
  /** While there are some: versions that were published of chats which nobody follows here. */
  private readonly early = new Map<Id, number[]>()
  private earlyCount = 0

  constructor(ports: HubPorts) {
    this.ports = ports
    this.owner = {
      writes: ports.writes,
      onLive: (connection, actor) => ports.listener.arrived(connection, actor),
      onDeparted: (connection, actor, departure) => this.forget(connection, actor, departure),
      onSlow: () => ports.metrics?.slowConsumer(),
    }
    this.users = new Rooms('user', ports)
    this.chats = new Rooms('chat', ports)
    this.unsubscribe = ports.bus.subscribe((envelopes) => {
      for (const envelope of envelopes) this.handle(envelope)
    })
  }

  /** A connection that has not said yet who it is. */
  open(socket: ConnectionParts): Connection {
    return new Connection(socket, this.owner)
  }

  /**
   * Has the connection follow the chat as of that version of it (0: as storage said). Events of a membership that are older than
   * what the connection knows change nothing, so two nodes' events of joining and leaving may come in any order. Where nobody follows
   * the chat here yet, all up to `published` is known to those who come. Gives a promise while the chat's events are not certain to
   * arrive yet.
   */
  follow(connection: Connection, chatId: Id, version: number, published = version): Promise<void> | null {
    if (connection.actor === null || connection.leftAt(chatId) >= version) return null
    connection.noteReturned(chatId)
    connection.following.set(chatId, Math.max(version, connection.following.get(chatId) ?? 0))
    const interest = this.chats.add(chatId, connection, published)
    const early = this.early.get(chatId)
    if (early !== undefined) {
      for (const passed of early) this.chats.room(chatId)?.published?.note(passed)
      this.early.delete(chatId)
    }
    return interest
  }

  /**
   * Runs the work, during which the chats of a person are read and then followed. What is published of them in between reaches the one
   * who comes by other ways, and must count as published when they are followed.
   */
  async whileJoining<T>(work: () => Promise<T>): Promise<T> {
    this.joining += 1
    try {
      return await work()
    } finally {
      this.joining -= 1
      if (this.joining === 0) this.forgetEarly()
    }
  }

  people(): Iterable<Id> {
    return this.users.ids()
  }

  *sessions(): Iterable<LiveSession> {
    for (const userId of this.users.ids()) {
      for (const { actor } of this.users.of(userId)) if (actor !== null) yield actor
    }
  }

  *chatsOf(userId: Id): Iterable<Id> {
    for (const connection of this.users.of(userId)) {
      if (connection.state.kind === 'live') yield* connection.following.keys()
    }
  }

  follows(userId: Id, chatId: Id): boolean {
    for (const connection of this.users.of(userId)) {
      if (connection.state.kind === 'live' && !connection.following.has(chatId)) return false
    }
    return true
  }

  publishedThrough(chatId: Id): number | null {
    return this.chats.room(chatId)?.published?.contiguous ?? null
  }

  noteAllPublished(chatId: Id, version: number): void {
    this.chats.room(chatId)?.published?.noteAll(version)
  }

  /** Ends the subscription of the bus. Connections are ended by whoever opened them. */
  close(): void {
    this.unsubscribe()
  }

  private handle(envelope: Envelope): void {
    const { audience, event } = envelope
    const encoded = new EncodedEvent(event, this.ports.log)
    switch (audience.kind) {
      case 'users':
        this.deliverToUsers(audience.user_ids, encoded)
        break
      case 'member':
        this.deliverToMember(audience.chat_id, audience.user_id, encoded)
        break
      case 'chat':
        this.deliverToChat(audience.chat_id, audience.except_user_id, envelope, encoded)
        break
    }
    if (event.type === 'session_revoked') this.endSession(audience, event.session_id)
  }

  private deliverToUsers(userIds: readonly Id[], encoded: EncodedEvent): void {
    let deliveries = 0
    for (const userId of userIds) {
      for (const connection of this.users.of(userId)) if (connection.deliver(encoded, null)) deliveries += 1
    }
    this.ports.metrics?.delivered(deliveries)
  }

  /** The person's connections, as far as they follow the chat. */
  private deliverToMember(chatId: Id, userId: Id, encoded: EncodedEvent): void {
    let deliveries = 0
    for (const connection of this.users.of(userId)) {
      if (connection.following.has(chatId) && connection.deliver(encoded, chatId)) deliveries += 1
    }
    this.ports.metrics?.delivered(deliveries)
  }

  private deliverToChat(
    chatId: Id,
    exceptUserId: Id | undefined,
    { attach, detach }: Envelope,
    encoded: EncodedEvent,
  ): void {
    const { event } = encoded
    const version = isDurable(event) ? event.version : null
    const attached = attach === undefined ? [] : this.attach(attach, chatId, version ?? 0)
    if (detach !== undefined) this.forgetHeld(detach, chatId, version ?? newest)
    const isRepeat = version !== null && !this.notePublished(chatId, version)
    const everybody = this.chats.of(chatId)
    // Whoever has to leave is told, and has everything from before, when the removal is acknowledged.
    const isEnd = detach !== undefined || event.type === 'chat_deleted'
    const timing = isEnd || isRepeat ? 'at_once' : this.owner.writes.timingFor(everybody)
    let deliveries = 0
    for (const connection of isRepeat ? attached : everybody) {
      if (exceptUserId !== undefined && connection.actor?.userId === exceptUserId) continue
      if (connection.deliver(encoded, chatId, timing)) deliveries += 1
    }
    this.ports.metrics?.delivered(deliveries)
    if (detach !== undefined) this.detach(detach, chatId, version ?? newest)
    if (event.type === 'chat_deleted') this.dissolve(chatId, version ?? newest)
  }

  /** Gives the connections that did not follow the chat before. */
  private attach(userIds: readonly Id[], chatId: Id, version: number): Connection[] {
    return this.connectionsOf(userIds).filter((connection) => {
      const isNew = !connection.following.has(chatId)
      void this.follow(connection, chatId, version, version - 1)
      return isNew && connection.following.has(chatId)
    })
  }

  private forgetHeld(userIds: readonly Id[], chatId: Id, version: number): void {
    for (const connection of this.connectionsOf(userIds)) {
      if (isLater(connection, chatId, version)) connection.forgetHeld(chatId)
    }
  }

  private detach(userIds: readonly Id[], chatId: Id, version: number): void {
    for (const connection of this.connectionsOf(userIds)) this.unfollow(connection, chatId, version)
    for (const userId of userIds) this.ports.listener.parted(userId, this.users.of(userId))
  }

  /** False for a version that was published here before. */
  private notePublished(chatId: Id, version: number): boolean {
    const published = this.chats.room(chatId)?.published
    if (published != null) return published.note(version)
    if (this.joining > 0) this.noteEarly(chatId, version)
    return true
  }

  private noteEarly(chatId: Id, version: number): void {
    this.earlyCount += 1
    if (this.earlyCount > maxEarly) this.forgetEarly()
    const versions = this.early.get(chatId)
    if (versions === undefined) this.early.set(chatId, [version])
    else versions.push(version)
  }

  private forgetEarly(): void {
    this.early.clear()
    this.earlyCount = 0
  }

  /** As it is now: what is done with them may end some. */
  private connectionsOf(userIds: readonly Id[]): Connection[] {
    return userIds.flatMap((userId) => [...this.users.of(userId)])
  }

  private unfollow(connection: Connection, chatId: Id, version: number): void {
    if (!isLater(connection, chatId, version)) return
    connection.following.delete(chatId)
    connection.noteLeft(chatId, version)
    this.chats.remove(chatId, connection)
  }

  private dissolve(chatId: Id, version: number): void {
    const people = new Set<Id>()
    for (const connection of this.chats.of(chatId)) {
      if (connection.actor !== null) people.add(connection.actor.userId)
      this.unfollow(connection, chatId, version)
    }
    for (const userId of people) this.ports.listener.parted(userId, this.users.of(userId))
  }

  private endSession(audience: Envelope['audience'], sessionId: Id): void {
    if (audience.kind !== 'users') return
    for (const connection of this.connectionsOf(audience.user_ids)) {
      if (connection.actor?.sessionId === sessionId) connection.end('session_revoked')
    }
  }

  private forget(connection: Connection, actor: Actor, { from, cause }: Departure): void {
    this.users.remove(actor.userId, connection)
    for (const chatId of connection.following.keys()) this.chats.remove(chatId, connection)
    connection.following.clear()
    if (from === 'live') this.ports.listener.departed(connection, actor, cause)
  }
}

/** Takes a version of its chat, and is the one event of it. */
const isDurable = (event: ServerEvent): event is DurableEvent => 'version' in event && event.type !== 'read'

/** Whether a removal at that version is later than what the connection knows of the membership. */
function isLater(connection: Connection, chatId: Id, version: number): boolean {
  return (connection.following.get(chatId) ?? -1) < version && connection.leftAt(chatId) < version
}
