// Joins the parts behind all sockets of this node, whatever dialect they speak: hub, presence, heartbeat and the way in.
import type { Bus } from '../core/events.ts'
import type { Actor, Clock, Log } from '../core/ports.ts'
import { createSemaphore } from '../core/semaphore.ts'
import type { Connection } from './connection.ts'
import { FlushScheduler, type WriteBounds } from './flush-scheduler.ts'
import { Heartbeat, type HeartbeatTimes } from './heartbeat.ts'
import { Hub } from './hub.ts'
import { type JoinPorts, join } from './join.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { Presence, type PresencePorts } from './presence.ts'
import { defaultPace, WritePace } from './write-pace.ts'

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
  /** Milliseconds between two writes to a socket of a large, busy room; 0 for none. See write-pace.ts. */
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
  const pace = { ...defaultPace, interval: ports.writeInterval ?? defaultPace.interval }
  const presence = new Presence({ accounts, watchable, clock, log })
  const hub = new Hub({
    bus,
    log,
    listener: presence,
    scheduler: new FlushScheduler(ports.bounds, new WritePace(ports.now, pace)),
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
