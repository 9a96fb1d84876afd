// What the generator's sockets receive: counted, timed, and held against the order that the server promises.

import { startsWith } from './byte-search.ts'
import type { MicrosClock } from './clock.ts'
import type { Codec, Decoded } from './codec.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { OrderCheck } from './order-check.ts'
import type { Outbox } from './outbox.ts'
import type { Pacer } from './pacer.ts'
import type { LoadPlan } from './plan.ts'
import { readSender, readStamp, shortestStampedText } from './stamped-text.ts'

/** Grows for as long as the generator lives; a phase takes differences. */
export interface Totals {
  acks: number
  deliveries: number
  deliveryBytes: number
  bytes: number
  /** Deliveries that the acknowledged messages must lead to. */
  expected: number
}

/** What the running phase wants to know. Latencies count for messages stamped between `from` and `to`. */
interface Observation {
  readonly pacer: Pacer
  readonly delivery: LatencyHistogram
  readonly ack: LatencyHistogram
  from: number
  to: number
}

export interface Inbox {
  /** A chunk of `length` bytes arrived; its frames follow. */
  chunk(length: number): void
  /** A text frame: an acknowledgement, a delivery, a ping or an error. Throws on what may not happen. */
  frame(socket: number, bytes: Buffer, start: number, end: number): void
  observe(observation: Observation | null): void
  readonly totals: Readonly<Totals>
}

export interface InboxPorts {
  readonly plan: LoadPlan
  readonly codec: Codec
  readonly clock: MicrosClock
  readonly outbox: Outbox
  readonly order: OrderCheck
  /** Answers a server that asks whether the socket lives. */
  readonly pong: (socket: number) => void
}

const headerBytes = (payload: number): number => (payload < 126 ? 2 : payload < 65_536 ? 4 : 10)

export function createInbox({ plan, codec, clock, outbox, order, pong }: InboxPorts): Inbox {
  const chatIds = plan.chats.map((chat) => Buffer.from(chat.id, 'latin1'))
  const chatOf = plan.senders.map((sender) => sender.chat)
  const receivers = plan.chats.map((chat) => chat.sockets.length)
  const totals: Totals = { acks: 0, deliveries: 0, deliveryBytes: 0, bytes: 0, expected: 0 }
  const found: Decoded = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  let observed: Observation | null = null
  let now = 0

  const delivered = (socket: number, bytes: Buffer, start: number, end: number): void => {
    const sender = found.textAt + shortestStampedText <= end ? readSender(bytes, found.textAt) : -1
    const chat = chatOf[sender]
    const id = chat === undefined ? undefined : chatIds[chat]
    if (chat === undefined || id === undefined || !startsWith(bytes, found.chatAt, id)) {
      throw new Error(
        `A socket got a message that was not sent to that chat: ${bytes.toString('utf8', start, end)}`,
      )
    }
    if (codec.isAckedByDelivery && socket === plan.senders[sender]?.socket) acknowledged()
    order.see(socket, chat, found.seq)
    totals.deliveries += 1
    totals.deliveryBytes += end - start + headerBytes(end - start)
    if (observed === null) return
    const stamp = readStamp(bytes, found.textAt)
    if (stamp >= observed.from && stamp < observed.to) observed.delivery.record(now - stamp)
    observed.pacer.delivered(sender)
  }

  const acknowledged = (): void => {
    const { sender, stamp } = outbox.acknowledge(found.ref)
    totals.acks += 1
    totals.expected += receivers[chatOf[sender] ?? -1] ?? 0
    if (observed === null) return
    if (stamp >= observed.from && stamp < observed.to) observed.ack.record(now - stamp)
    observed.pacer.acked(sender)
  }

  return {
    chunk(length) {
      now = clock()
      totals.bytes += length
    },
    frame(socket, bytes, start, end) {
      const kind = codec.decode(bytes, start, end, found)
      if (kind === 'delivery') delivered(socket, bytes, start, end)
      else if (kind === 'ack') acknowledged()
      else if (kind === 'ping') pong(socket)
      else if (kind === 'error') throw new Error(`The server answered ${bytes.toString('utf8', start, end)}`)
    },
    observe(observation) {
      observed = observation
    },
    totals,
  }
}
