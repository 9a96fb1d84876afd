// When to send: the two ways of loading a server.

import type { MicrosClock } from './clock.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { ClosedPhase, LoadPlan, OpenPhase } from './plan.ts'

/** Decides when messages go out. The generator tells it what arrives. */
export interface Pacer {
  start(): void
  /** The sender's message was acknowledged. */
  acked(sender: number): void
  /** A socket got message `seq` of the sender's chat. */
  delivered(sender: number, seq: number): void
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
  // Messages of a chat that are on their way span at most as many numbers as it has senders: a ring counts their arrivals.
  const span = 2 ** Math.ceil(Math.log2(senders.length + 1))
  const arrivals = new Map(senders.map(({ chat }) => [chat, new Int32Array(span)]))
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
    delivered(sender, seq) {
      if (phase.until === 'acked') return
      const chat = senders[sender]?.chat ?? -1
      const counts = arrivals.get(chat)
      if (counts === undefined) return
      const place = seq & (span - 1)
      const count = (counts[place] ?? 0) + 1
      const complete = count === plan.chats[chat]?.sockets.length
      counts[place] = complete ? 0 : count
      if (complete) mark(sender, isDelivered)
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
