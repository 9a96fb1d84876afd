// When to send: the two ways of loading a server.

import type { MicrosClock } from './clock.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { ClosedPhase, LoadPlan, OpenPhase } from './plan.ts'

/** Decides when messages go out. The generator tells it what arrives. */
export interface Pacer {
  start(): void
  /** The sender's message was acknowledged. */
  acked(sender: number): void
  /** A socket got a message of the sender. */
  delivered(sender: number): void
  /** Nothing is sent any more. */
  stop(): void
}

export interface PacerPorts {
  readonly plan: LoadPlan
  readonly clock: MicrosClock
  readonly send: (sender: number, stamp: number) => void
  /** Gets how late each message went out. */
  readonly lag: LatencyHistogram
}

const isAcked = 1
const isDelivered = 2

/** Every sender has one message on its way. The server's speed sets the rate: this is how saturation is found. */
export function createClosedLoop(phase: ClosedPhase, { plan, clock, send }: PacerPorts): Pacer {
  const wanted = phase.until === 'acked' ? isAcked : isAcked | isDelivered
  const senders = plan.senders.slice(0, phase.senders)
  const progress = new Uint8Array(senders.length)
  // A sender has one message on its way, so whatever arrives from it is that one.
  const arrivals = new Int32Array(senders.length)
  const receivers = senders.map(({ chat }) => plan.chats[chat]?.sockets.length)
  let running = false

  const sendNext = (sender: number): void => {
    progress[sender] = 0
    if (running) send(sender, clock())
  }
  const mark = (sender: number, step: number): void => {
    const now = (progress[sender] ?? 0) | step
    progress[sender] = now
    if ((now & wanted) === wanted) sendNext(sender)
  }

  return {
    start() {
      running = true
      for (const sender of senders.keys()) sendNext(sender)
    },
    acked: (sender) => mark(sender, isAcked),
    delivered(sender) {
      if (phase.until === 'acked' || sender >= senders.length) return
      const count = (arrivals[sender] ?? 0) + 1
      const isComplete = count === receivers[sender]
      arrivals[sender] = isComplete ? 0 : count
      if (isComplete) mark(sender, isDelivered)
    },
    stop() {
      running = false
    },
  }
}

/**
 * Messages are due at fixed times, whatever the answers do, and are stamped with those times: a server that stalls is charged for
 * every message that should have gone out meanwhile. All senders of the plan take turns.
 */
export function createOpenLoop(phase: OpenPhase, { plan, clock, send, lag }: PacerPorts): Pacer {
  const interval = 1_000_000 / phase.messagesPerSecond
  let begin = 0
  let sent = 0
  let timer: NodeJS.Timeout | undefined

  const tick = (): void => {
    const now = clock()
    for (let due = begin + sent * interval; due <= now; due = begin + sent * interval) {
      send(sent % plan.senders.length, Math.floor(due))
      lag.record(clock() - due)
      sent += 1
    }
    timer = setTimeout(tick, 1)
  }

  return {
    start() {
      begin = clock()
      tick()
    },
    acked() {},
    delivered() {},
    stop() {
      clearTimeout(timer)
    },
  }
}
