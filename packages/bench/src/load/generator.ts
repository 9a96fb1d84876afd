// The load generator: connects the plan's sockets, runs phases of load over them and measures each.
import { setTimeout as sleep } from 'node:timers/promises'
import { type ProcessSample, sampleProcesses } from '../process-cpu.ts'
import { createMicrosClock, type MicrosClock } from './clock.ts'
import type { Codec } from './codec.ts'
import { createCodec } from './codecs.ts'
import { connectSockets } from './connect-sockets.ts'
import { createInbox, type Inbox, type Totals } from './inbox.ts'
import { createLatencyHistogram } from './latency-histogram.ts'
import { createOrderCheck, type OrderCheck } from './order-check.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createClosedLoop, createOpenLoop, type PacerPorts } from './pacer.ts'
import type { LoadPlan, Phase, PhaseResult } from './plan.ts'
import { openRequestLine } from './request-line.ts'
import type { LoadSocket } from './socket.ts'

export interface Generator {
  /**
   * Runs one phase and waits until everything that was sent has arrived. Rejects when the server refused, lost, repeated or
   * reordered a message, or closed a socket; where the server promises no order, what came out of it is counted instead.
   */
  run(phase: Phase): Promise<PhaseResult>
  close(): void
}

const mask = Buffer.from([0x9d, 0x31, 0xe4, 0x5a])

interface Parts {
  readonly plan: LoadPlan
  readonly codec: Codec
  readonly clock: MicrosClock
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly order: OrderCheck
  /** Rejects when something went wrong outside the phase's own flow. */
  readonly failure: Promise<never>
  readonly fail: (error: unknown) => void
}

/** Resolves when every socket is logged in and knows where its chats stand. */
export async function createGenerator(plan: LoadPlan): Promise<Generator> {
  const codec = createCodec(plan.codec)
  const clock = createMicrosClock()
  const order = createOrderCheck(plan.sockets.length, plan.chats.length, codec.numbering)
  const sockets: LoadSocket[] = []
  const lines: Pick<LoadSocket, 'send' | 'close'>[] = []
  const outbox = createOutbox(plan, codec, lines, mask)
  const pong = (socket: number): void => sockets[socket]?.sendText(codec.pong ?? '')
  const inbox = createInbox({ plan, codec, clock, outbox, order, pong })
  const failure = Promise.withResolvers<never>()
  // A phase races against it; between phases nobody listens, and the next phase will hear of it.
  failure.promise.catch(() => {})

  const connected = await connectSockets(plan, codec, mask, {
    chunk: inbox.chunk,
    frame: inbox.frame,
    ended: (reason) => failure.reject(new Error(reason)),
  })
  sockets.push(...connected.map((one) => one.socket))
  const lineOf = (socket: LoadSocket): (typeof lines)[number] =>
    codec.sendsBy === 'request'
      ? openRequestLine(plan, (reason) => failure.reject(new Error(reason)))
      : socket
  lines.push(...sockets.map(lineOf))
  followChats(plan, connected, order)

  const parts: Parts = {
    plan,
    codec,
    clock,
    outbox,
    inbox,
    order,
    failure: failure.promise,
    fail: failure.reject,
  }
  return {
    run: (phase) => runPhase(phase, parts),
    close: () => {
      for (const one of [...sockets, ...lines]) one.close()
    },
  }
}

function followChats(
  plan: LoadPlan,
  connected: readonly { readonly positions: readonly { readonly id: string; readonly lastSeq: number }[] }[],
  order: OrderCheck,
): void {
  const lastSeqs = connected.map((one) => new Map(one.positions.map((chat) => [chat.id, chat.lastSeq])))
  for (const [number, chat] of plan.chats.entries()) {
    for (const socket of chat.sockets) {
      const lastSeq = lastSeqs[socket]?.get(chat.id)
      if (lastSeq === undefined) throw new Error(`Socket ${socket} was not told of its chat ${chat.id}`)
      order.follow(socket, number, lastSeq)
    }
  }
}

async function runPhase(phase: Phase, parts: Parts): Promise<PhaseResult> {
  const { plan, clock, outbox, inbox } = parts
  const [delivery, ack, lag] = [createLatencyHistogram(), createLatencyHistogram(), createLatencyHistogram()]
  const ports: PacerPorts = { plan, clock, lag, send: guarded(outbox.send, parts.fail) }
  const pacer = phase.mode === 'closed' ? createClosedLoop(phase, ports) : createOpenLoop(phase, ports)
  const observation = { pacer, delivery, ack, from: Infinity, to: Infinity }
  inbox.observe(observation)
  try {
    pacer.start()
    await Promise.race([sleep(phase.warmUpMs), parts.failure])
    const before = mark(parts)
    observation.from = before.at
    await Promise.race([sleep(phase.measureMs), parts.failure])
    observation.to = clock()
    const after = mark(parts)
    pacer.stop()
    await Promise.race([drained(parts, phase.drainMs), parts.failure])
    return {
      ...difference(before, after),
      delivery: delivery.summary(),
      ack: ack.summary(),
      lag: lag.summary(),
    }
  } finally {
    pacer.stop()
    inbox.observe(null)
  }
}

/** The send of a timer's turn: what it throws must end the phase, not the process. */
const guarded =
  (send: Outbox['send'], fail: (error: unknown) => void): Outbox['send'] =>
  (sender, stamp) => {
    try {
      send(sender, stamp)
    } catch (error) {
      fail(error)
    }
  }

interface Mark {
  readonly at: number
  readonly totals: Totals
  readonly sample: ProcessSample
  readonly ownCpuMicros: number
  readonly reordered: number
}

/** All counters at one moment. Reading them takes a few milliseconds, which lie between `sample` and `at`. */
function mark({ plan, clock, inbox, order }: Parts): Mark {
  const sample = sampleProcesses(plan.processes)
  const own = process.cpuUsage()
  const ownCpuMicros = own.user + own.system
  return { sample, totals: { ...inbox.totals }, ownCpuMicros, reordered: order.violationCount(), at: clock() }
}

const minus = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before

function difference(before: Mark, after: Mark): Omit<PhaseResult, 'delivery' | 'ack' | 'lag'> {
  return {
    seconds: (after.at - before.at) / 1_000_000,
    messages: after.totals.acks - before.totals.acks,
    deliveries: after.totals.deliveries - before.totals.deliveries,
    bytes: after.totals.bytes - before.totals.bytes,
    deliveryBytes: after.totals.deliveryBytes - before.totals.deliveryBytes,
    serverCpu: minus(after.sample.serverCpu, before.sample.serverCpu),
    databaseCpu: minus(after.sample.databaseCpu, before.sample.databaseCpu),
    reordered: after.reordered - before.reordered,
    generatorCpu: (after.ownCpuMicros - before.ownCpuMicros) / 1_000_000,
    machineCpu: after.sample.machineCpu - before.sample.machineCpu,
    serverRssBytes: after.sample.serverRssBytes,
    from: before.at,
    to: after.at,
  }
}

/** Waits until all that was sent is acknowledged and delivered, then holds the order to account. */
async function drained({ codec, outbox, inbox, order, clock }: Parts, drainMs: number): Promise<void> {
  const deadline = clock() + drainMs * 1000
  const { totals } = inbox
  while (outbox.waiting() > 0 || totals.deliveries < totals.expected) {
    if (codec.promisesOrder) holdOrder(order)
    if (clock() > deadline) {
      const missing = totals.expected - totals.deliveries
      throw new Error(`Lost: ${outbox.waiting()} acknowledgements and ${missing} deliveries never came`)
    }
    await sleep(5)
  }
  if (codec.promisesOrder) holdOrder(order)
  if (totals.deliveries > totals.expected) {
    throw new Error(`${totals.deliveries - totals.expected} deliveries more than were due`)
  }
}

function holdOrder(order: OrderCheck): void {
  if (order.violationCount() === 0) return
  const first = order.violations().map((violation) => JSON.stringify(violation))
  throw new Error(`${order.violationCount()} deliveries out of order:\n${first.join('\n')}`)
}
