// Finds sockets whose peer is gone: pings each regularly and ends those that were not heard for too long. One timer for all.
import { timings } from '@parley/protocol'

/** A socket as the heartbeat sees it. */
export interface Peer {
  /** We do not read from it now, so its silence says nothing. */
  readonly paused: boolean
  ping(): void
  /** Called once, when it is taken for gone. */
  silent(): void
}

export interface Beat {
  /** Something came from the peer. */
  heard(): void
  remove(): void
}

export interface HeartbeatTimes {
  /** All in milliseconds. */
  readonly ping: number
  readonly silence: number
  readonly tick: number
}

const defaultTimes: HeartbeatTimes = { ping: timings.ping, silence: timings.silence, tick: 1_000 }

class TrackedPeer implements Beat {
  readonly peer: Peer
  lastHeard: number
  nextPing: number
  slot: Set<TrackedPeer> | null = null
  private readonly heartbeat: Heartbeat

  constructor(heartbeat: Heartbeat, peer: Peer, now: number, nextPing: number) {
    this.heartbeat = heartbeat
    this.peer = peer
    this.lastHeard = now
    this.nextPing = nextPing
  }

  heard(): void {
    this.lastHeard = this.heartbeat.now()
  }

  remove(): void {
    this.heartbeat.forget(this)
  }
}

/**
 * Each socket waits in the slot of a wheel for the tick in which it is next due, for a ping or for the end of its patience; a tick
 * looks at one slot alone. A dead socket is found within `silence`, at most one tick before.
 */
export class Heartbeat {
  readonly now: () => number
  private readonly times: HeartbeatTimes
  private readonly wheel: Set<TrackedPeer>[]
  private readonly timer: NodeJS.Timeout
  private hand = 0
  private added = 0

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number, times: HeartbeatTimes = defaultTimes) {
    this.now = now
    this.times = times
    const size = Math.ceil(Math.max(times.ping, times.silence) / times.tick) + 1
    this.wheel = Array.from({ length: size }, () => new Set())
    this.timer = setInterval(() => this.tick(), times.tick).unref()
  }

  add(peer: Peer): Beat {
    const now = this.now()
    // The first pings are spread over the interval, so that a thousand sockets opened at once are not pinged at once.
    const spread = (this.added % Math.ceil(this.times.ping / this.times.tick)) * this.times.tick
    this.added += 1
    const tracked = new TrackedPeer(this, peer, now, now + this.times.ping - spread)
    this.place(tracked, now)
    return tracked
  }

  forget(tracked: TrackedPeer): void {
    tracked.slot?.delete(tracked)
    tracked.slot = null
  }

  stop(): void {
    clearInterval(this.timer)
    for (const slot of this.wheel) slot.clear()
  }

  private tick(): void {
    this.hand = (this.hand + 1) % this.wheel.length
    const due = this.wheel[this.hand]
    if (due === undefined) return
    const now = this.now()
    for (const tracked of [...due]) {
      this.forget(tracked)
      this.visit(tracked, now)
    }
  }

  private visit(tracked: TrackedPeer, now: number): void {
    const { peer } = tracked
    if (peer.paused) tracked.lastHeard = now
    if (now - tracked.lastHeard > this.times.silence - this.times.tick) {
      peer.silent()
      return
    }
    if (now >= tracked.nextPing) {
      peer.ping()
      tracked.nextPing = now + this.times.ping
    }
    this.place(tracked, now)
  }

  private place(tracked: TrackedPeer, now: number): void {
    const due = Math.min(tracked.nextPing, tracked.lastHeard + this.times.silence)
    const ticks = Math.min(this.wheel.length - 1, Math.max(1, Math.floor((due - now) / this.times.tick)))
    tracked.slot = this.wheel[(this.hand + ticks) % this.wheel.length] ?? null
    tracked.slot?.add(tracked)
  }
}
