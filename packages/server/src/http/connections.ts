// How many connections there may be, and whose goes when one more comes: those that nobody uses, and those of one address first. What is
// sent over a connection is not looked at here.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ConnectionRules {
  /** In all. */
  readonly max: number
  /** Of one address, of those on which nobody has said yet who it is. */
  readonly perAddress: number
}

export interface ConnectionsPorts extends ConnectionRules {
  /** Speaks for many: not bounded by its own address, and given up last. */
  readonly isProxy: (address: string) => boolean
  /** The address as far as it is counted. */
  readonly countedAs: (address: string) => string
  /** The client's address behind proxies, counted so. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Whether it is known whose WebSocket it is. */
  readonly isSomebodys: (socket: Duplex) => boolean
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** How often it is looked whether requests move on, in milliseconds. */
const sweepMs = 5_000
/** Bytes by which a body must have moved on in that time. */
const leastBytes = 512
/** Looks in a row without that after which a connection is cut, and when connections are short. */
const patience = { calm: 11, short: 1 } as const
/** Connections are short when so much of them is taken. */
const shortAt = 0.75
/** Connections that are looked at to find the one that goes. */
const lookedAt = 64
/** Of an address with many connections, newcomers a second that another connection goes for; whoever comes further is not let in. */
export const changesPerSecond = 64
/** Who is not let in is kept waiting for a sweep or two where there is place, so many at most: whoever is cut at once comes back at once. */
const waitingMax = 512

interface Entry {
  readonly socket: Socket
  readonly since: number
  /** Null for a proxy's. */
  address: string | null
  use: 'http' | 'websocket'
  owner: 'nobody' | 'somebody'
  /** The request in hand is refused already; only its answer waits. */
  isRefused: boolean
  /** The request in hand, the last one if there are several. */
  inHand: { readonly request: IncomingMessage; readonly response: ServerResponse } | null
  bytes: number
  /** Looks in a row at which it had not moved on. */
  stalled: number
}

/** The connections of one address, the oldest first. */
interface Neighbours {
  readonly entries: Set<Entry>
  /** When the second began in which the changes are counted, in milliseconds. */
  since: number
  /** Newcomers of this second that another connection went for. */
  changes: number
}

/** What a connection loses by being cut: the least goes first; `never` is not cut for another. */
const worths = ['unused', 'unused, of somebody', 'stalled', 'of a proxy', 'never'] as const
type Worth = (typeof worths)[number]

export class Connections {
  private readonly ports: ConnectionsPorts
  /** In the order in which they came or were looked at. */
  private readonly entries = new Map<Duplex, Entry>()
  private readonly byAddress = new Map<string, Neighbours>()
  private readonly busy = new Set<Entry>()
  /** Who was not let in and waits to be cut, since the sweep before the last and since the last. */
  private waiting = { long: new Set<Socket>(), lately: new Set<Socket>() }
  private readonly timer: NodeJS.Timeout

  constructor(ports: ConnectionsPorts) {
    this.ports = ports
    this.timer = setInterval(() => this.sweep(), sweepMs).unref()
  }

  get size(): number {
    return this.entries.size
  }

  /**
   * Counts the server's connections, and hands it those that have a place. To be called when it has its listeners for connections and
   * upgrades, if it is to have them.
   */
  watch(server: Server): void {
    // What costs most of a connection that is not let in is what the server prepares for its first request.
    const listeners = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      if (this.add(socket)) for (const listener of listeners) listener.call(server, socket)
    })
    server.prependListener('request', (request, response) => this.begin(request, response))
    if (server.listenerCount('upgrade') > 0) {
      server.prependListener('upgrade', (request, socket) => this.upgrade(request, socket))
    }
  }

  /** Somebody known has used the connection. */
  belongsToSomebody(socket: Duplex): void {
    const entry = this.entries.get(socket)
    if (entry !== undefined) entry.owner = 'somebody'
  }

  /** The request in hand will be refused, later: its connection is worth nothing any more. False if that was said before. */
  refuse(socket: Duplex): boolean {
    const entry = this.entries.get(socket)
    if (entry === undefined) return true
    const { isRefused } = entry
    entry.isRefused = true
    return !isRefused
  }

  /** Cuts whose request does not move on, and who waited long enough in vain. Called by itself every few seconds. */
  sweep(): void {
    const { long, lately } = this.waiting
    for (const socket of long) socket.destroy()
    this.waiting = { long: lately, lately: new Set() }
    const limit = this.areShort() ? patience.short : patience.calm
    for (const entry of this.busy) {
      const moved = entry.socket.bytesRead + entry.socket.bytesWritten
      entry.stalled = moved - entry.bytes < leastBytes && waitsForPeer(entry) ? entry.stalled + 1 : 0
      entry.bytes = moved
      if (entry.stalled > limit) entry.socket.destroy()
    }
  }

  close(): void {
    clearInterval(this.timer)
    for (const sockets of Object.values(this.waiting)) for (const socket of sockets) socket.destroy()
  }

  private areShort(): boolean {
    return this.entries.size > shortAt * this.ports.max
  }

  /** False if it was not let in. */
  private add(socket: Socket): boolean {
    const { remoteAddress: peer = '' } = socket
    const { isProxy, countedAs, now } = this.ports
    const address = isProxy(peer) ? null : countedAs(peer)
    if (!this.makeRoom(address)) {
      this.keepWaiting(socket)
      return false
    }
    if (this.isFull()) this.cutWaiting()
    const entry: Entry = {
      socket,
      since: now(),
      address: null,
      use: 'http',
      owner: 'nobody',
      isRefused: false,
      inHand: null,
      bytes: 0,
      stalled: 0,
    }
    this.entries.set(socket, entry)
    this.countFor(entry, address)
    socket.once('close', () => this.remove(entry))
    return true
  }

  /** False when no other connection can go in place of a new one. */
  private makeRoom(address: string | null): boolean {
    const { max, perAddress } = this.ports
    const own = address === null ? undefined : this.byAddress.get(address)
    if (own === undefined || own.entries.size < perAddress) {
      return this.entries.size < max || this.cut(this.someEntries())
    }
    // Whoever is cut comes back at once, if hostile: that must not go on as fast as it can.
    if (!this.mayChange(own)) return false
    const nobodys = [...own.entries].filter((entry) => !this.isSomebodys(entry))
    const isCrowd = nobodys.length >= perAddress
    if (!isCrowd && this.entries.size < max) return true
    own.changes += 1
    return this.cut(isCrowd ? nobodys : this.someEntries())
  }

  private mayChange(own: Neighbours): boolean {
    if (own.changes < changesPerSecond) return true
    const now = this.ports.now()
    if (now - own.since < 1_000) return false
    own.since = now
    own.changes = 0
    return true
  }

  private isFull(): boolean {
    return this.entries.size + this.waitingCount() >= this.ports.max
  }

  private waitingCount(): number {
    return this.waiting.long.size + this.waiting.lately.size
  }

  /** Nothing is prepared for it. What it sends nobody reads, so that the stream takes no more than it may hold. */
  private keepWaiting(socket: Socket): void {
    if (this.isFull() || this.waitingCount() >= waitingMax) {
      socket.destroy()
      return
    }
    this.waiting.lately.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      this.waiting.long.delete(socket)
      this.waiting.lately.delete(socket)
    })
  }

  /** One of those who wait goes, if there is one. */
  private cutWaiting(): void {
    const { long, lately } = this.waiting
    const socket = first(long) ?? first(lately)
    if (socket === undefined) return
    long.delete(socket)
    lately.delete(socket)
    socket.destroy()
  }

  /** A few, each in its turn. */
  private someEntries(): Entry[] {
    const some: Entry[] = []
    for (const [socket, entry] of this.entries) {
      if (some.length === lookedAt) break
      some.push(entry)
      this.entries.delete(socket)
      this.entries.set(socket, entry)
    }
    return some
  }

  /** Cuts the one that loses least, of those the one whose address has most, of those the oldest. False when there is none. */
  private cut(entries: readonly Entry[]): boolean {
    const ranked = entries
      .map((entry) => ({ entry, worth: worths.indexOf(this.worthOf(entry)) }))
      .filter(({ worth }) => worths[worth] !== 'never')
    const [first, ...rest] = ranked
    if (first === undefined) return false
    const { entry } = rest.reduce((least, other) => {
      const difference =
        other.worth - least.worth ||
        this.neighbours(least.entry) - this.neighbours(other.entry) ||
        other.entry.since - least.entry.since
      return difference < 0 ? other : least
    }, first)
    this.remove(entry)
    entry.socket.destroy()
    return true
  }

  private worthOf(entry: Entry): Worth {
    if (entry.use === 'websocket') return this.isSomebodys(entry) ? 'never' : 'unused'
    if (entry.isRefused) return 'unused'
    if (entry.inHand !== null) return entry.stalled > 0 ? 'stalled' : 'never'
    if (entry.address === null) return 'of a proxy'
    return entry.owner === 'nobody' ? 'unused' : 'unused, of somebody'
  }

  private isSomebodys(entry: Entry): boolean {
    return entry.use === 'websocket' ? this.ports.isSomebodys(entry.socket) : entry.owner === 'somebody'
  }

  private neighbours({ address }: Entry): number {
    return address === null ? 0 : (this.byAddress.get(address)?.entries.size ?? 0)
  }

  private begin(request: IncomingMessage, response: ServerResponse): void {
    const entry = this.entries.get(request.socket)
    if (entry === undefined) return
    const inHand = { request, response }
    entry.inHand = inHand
    entry.stalled = 0
    this.busy.add(entry)
    response.once('close', () => {
      if (entry.inHand !== inHand) return
      entry.inHand = null
      this.busy.delete(entry)
    })
  }

  private upgrade(request: IncomingMessage, socket: Duplex): void {
    const entry = this.entries.get(socket)
    if (entry === undefined) return
    entry.use = 'websocket'
    // A proxy's connection is one client's from now on.
    if (entry.address === null) this.countFor(entry, this.ports.addressOf(request))
  }

  private countFor(entry: Entry, address: string | null): void {
    entry.address = address
    if (address === null) return
    const own = this.byAddress.get(address)
    if (own !== undefined) own.entries.add(entry)
    else this.byAddress.set(address, { entries: new Set([entry]), since: this.ports.now(), changes: 0 })
  }

  private remove(entry: Entry): void {
    this.entries.delete(entry.socket)
    this.busy.delete(entry)
    if (entry.address === null) return
    const own = this.byAddress.get(entry.address)
    if (own?.entries.delete(entry) && own.entries.size === 0) this.byAddress.delete(entry.address)
  }
}

const first = <T>(values: Iterable<T>): T | undefined => values[Symbol.iterator]().next().value

/** Whether the next step is the peer's: to send more of the body, or to take more of the answer. */
function waitsForPeer({ inHand }: Entry): boolean {
  if (inHand === null) return false
  const { request, response } = inHand
  return response.headersSent ? response.writableNeedDrain : !request.complete
}
