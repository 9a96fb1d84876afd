// Joins the parts behind all sockets of this node, whatever dialect they speak: hub, presence, heartbeat and the way in.

import type { Actor } from '../core/actor.ts'
import type { Bus } from '../core/events.ts'
import type { Clock, Log } from '../core/ports.ts'
import { createSemaphore } from '../core/semaphore.ts'
import type { Connection } from './connection.ts'
import { defaultPace, GatheredWrites } from './gathered-writes.ts'
import { Heartbeat, type HeartbeatTimes } from './heartbeat.ts'
import { Hub, type RealtimeMetrics } from './hub.ts'
import { type JoinPorts, join } from './join.ts'
import { Presence, type PresencePorts } from './presence.ts'
import { DirectWrites, defaultBounds, type WriteBounds, type Writes } from './writes.ts'

export interface RealtimePorts {
  readonly accounts: PresencePorts['accounts']
  /** Reads the chats of a person. */
  readonly chatsOf: JoinPorts['chatsOf']
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly watchable: PresencePorts['watchable']
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  readonly metrics?: RealtimeMetrics
  readonly bounds?: WriteBounds
  readonly heartbeatTimes?: HeartbeatTimes
  /** `gathered` unless given; what each socket gets is the same. */
  readonly writing?: 'gathered' | 'direct'
  /** Milliseconds between two gathered writes to a socket of a large, busy chat; 0 for none. */
  readonly writeInterval?: number
}

export interface Realtime {
  readonly hub: Hub
  readonly presence: Presence
  readonly heartbeat: Heartbeat
  /** See join.ts. */
  join(connection: Connection, actor: Actor, greet: () => Promise<string | null>): Promise<void>
  /** Call it when all connections are closed and before storage is: stores who was last seen when. */
  stop(): Promise<void>
}

/** Clients that read their first state from the database at once. */
const joinWidth = 16

export function createRealtime(ports: RealtimePorts): Realtime {
  const { bus, log, clock, accounts, chatsOf, watchable, metrics } = ports
  const presence = new Presence({ accounts, watchable, clock, log })
  const hub = new Hub({
    bus,
    log,
    listener: presence,
    writes: createWrites(ports),
    ...(metrics === undefined ? {} : { metrics }),
  })
  const heartbeat = new Heartbeat(ports.now, ports.heartbeatTimes)
  const semaphore = createSemaphore(joinWidth)
  return {
    hub,
    presence,
    heartbeat,
    join: (connection, actor, greet) => join({ hub, semaphore, chatsOf }, connection, actor, greet),
    async stop() {
      heartbeat.stop()
      hub.close()
      await presence.stop()
    },
  }
}

/** The one place that chooses how sockets are written to. */
function createWrites({
  writing = 'gathered',
  bounds = defaultBounds,
  writeInterval,
  now,
}: RealtimePorts): Writes {
  switch (writing) {
    case 'direct':
      return new DirectWrites(bounds)
    case 'gathered':
      return new GatheredWrites({
        bounds,
        pace: { ...defaultPace, interval: writeInterval ?? defaultPace.interval },
        now,
      })
  }
}
