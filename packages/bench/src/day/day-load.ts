// Plays the day: people who write, read, type, look back, and lose their connection, each at its rate. Afterwards every message
// that was acknowledged must have come to every member, in order, and none may be stored twice.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, createApi } from '../api.ts'
import { createMicrosClock, type MicrosClock } from '../load/clock.ts'
import { createLatencyHistogram, type LatencyHistogram } from '../load/latency-histogram.ts'
import { sampleProcesses } from '../process-cpu.ts'
import { type CallPorts, isFailure, makeCall, type Part } from './calls.ts'
import { DayPerson } from './person.ts'
import type { DayPlan, DayResult, DayTimes, KindOfCall } from './plan.ts'
import { startSchedule } from './schedule.ts'

export interface DayLoad {
  /** Rejects with the first promise that the server broke. */
  run(times: DayTimes): Promise<DayResult>
}

interface Parts {
  readonly plan: DayPlan
  readonly clock: MicrosClock
  readonly api: Api
  readonly people: readonly DayPerson[]
  /** Of every chat, how many messages it must have. */
  readonly expected: Map<string, number>
  readonly parts: readonly Part[]
  readonly failure: Promise<never>
  readonly fail: (error: Error) => void
  watch: Watch
}

/** What the running measurement counts. */
interface Watch {
  readonly calls: Readonly<Record<KindOfCall, LatencyHistogram>>
  readonly delivery: LatencyHistogram
  readonly lag: LatencyHistogram
  from: number
  to: number
  failures: number
  /** Calls without an answer. */
  open: number
}

const connectAtOnce = 32

/** Resolves when everybody is live. */
export async function createDayLoad(plan: DayPlan): Promise<DayLoad> {
  const clock = createMicrosClock()
  const readBuffer = Buffer.alloc(256 * 1024)
  const failure = Promise.withResolvers<never>()
  // A run races against it; between runs nobody listens, and the next will hear of it.
  failure.promise.catch(() => {})
  const onDelivery = (stamp: number, now: number): void => {
    if (stamp >= parts.watch.from && stamp < parts.watch.to) parts.watch.delivery.record(now - stamp)
  }
  const { host, port } = plan
  const onFault = (words: string): void => failure.reject(new Error(words))
  const people = plan.tokens.map(
    (token) => new DayPerson({ host, port, token, clock, readBuffer, onDelivery, onFault }),
  )
  const parts: Parts = {
    plan,
    clock,
    api: createApi(`http://${host}:${port}`),
    people,
    expected: new Map(),
    parts: shuffled(partsOf(plan, people)),
    failure: failure.promise,
    fail: failure.reject,
    watch: newWatch(),
  }
  const waiting = [...people]
  const connectSome = async (): Promise<void> => {
    for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) await person.connect()
  }
  await Promise.all(Array.from({ length: connectAtOnce }, connectSome))
  for (const { id, members } of plan.chats) parts.expected.set(id, people[members[0] ?? -1]?.lastSeq(id) ?? 0)
  return { run: (times) => run(times, parts) }
}

const partsOf = ({ chats, tokens }: DayPlan, people: readonly DayPerson[]): Part[] =>
  chats.flatMap(({ id, members }) =>
    members.flatMap((member) => {
      const person = people[member]
      return person === undefined ? [] : [{ person, token: tokens[member] ?? '', chatId: id }]
    }),
  )

/** Fisher–Yates, so that one after another everybody has a turn in every chat, and neighbours are strangers. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T]
  }
  return mixed
}

const newWatch = (): Watch => ({
  calls: {
    send: createLatencyHistogram(),
    read: createLatencyHistogram(),
    typing: createLatencyHistogram(),
    history: createLatencyHistogram(),
    chats: createLatencyHistogram(),
    reconnect: createLatencyHistogram(),
  },
  delivery: createLatencyHistogram(),
  lag: createLatencyHistogram(),
  from: Infinity,
  to: Infinity,
  failures: 0,
  open: 0,
})

async function run({ warmUpMs, measureMs, drainMs }: DayTimes, parts: Parts): Promise<DayResult> {
  const { plan, clock, failure } = parts
  const watch = newWatch()
  parts.watch = watch
  const kinds = Object.keys(plan.rates) as KindOfCall[]
  const schedules = kinds.map((kind) => startSchedule(plan.rates[kind], clock, createTurn(kind, parts)))
  try {
    await Promise.race([sleep(warmUpMs), failure])
    const [before, own] = [sampleProcesses(plan.processes), process.cpuUsage()]
    watch.from = clock()
    await Promise.race([sleep(measureMs), failure])
    watch.to = clock()
    const [after, spent] = [sampleProcesses(plan.processes), process.cpuUsage(own)]
    for (const schedule of schedules) schedule.stop()
    await Promise.race([settled(parts, clock() + drainMs * 1000), failure])
    return {
      calls: summaries(watch.calls),
      delivery: watch.delivery.summary(),
      lag: watch.lag.summary(),
      seconds: (watch.to - watch.from) / 1_000_000,
      failures: watch.failures,
      serverCpu: minus(after.serverCpu, before.serverCpu),
      databaseCpu: minus(after.databaseCpu, before.databaseCpu),
      generatorCpu: (spent.user + spent.system) / 1_000_000,
    }
  } finally {
    for (const schedule of schedules) schedule.stop()
  }
}

const summaries = (calls: Watch['calls']): DayResult['calls'] => ({
  send: calls.send.summary(),
  read: calls.read.summary(),
  typing: calls.typing.summary(),
  history: calls.history.summary(),
  chats: calls.chats.summary(),
  reconnect: calls.reconnect.summary(),
})

const minus = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before

/** What happens when a call of the kind is due: the next person who is connected makes it. */
function createTurn(kind: KindOfCall, parts: Parts): (due: number) => void {
  const { watch, clock, api, expected, plan } = parts
  const ports: CallPorts = {
    api,
    expected,
    textBytes: plan.textBytes,
    onFailure() {
      watch.failures += 1
    },
  }
  let turn = Math.floor(Math.random() * parts.parts.length)
  return (due) => {
    const part = nextLive(parts.parts, turn)
    if (part === null) return parts.fail(new Error('Nobody is connected any more'))
    turn = part.turn + 1
    const counts = due >= watch.from && due < watch.to
    if (counts) watch.lag.record(clock() - due)
    watch.open += 1
    makeCall(kind, part, due, ports)
      .then(() => {
        if (counts) watch.calls[kind].record(clock() - due)
      })
      .catch((error: unknown) => {
        if (isFailure(error)) watch.failures += 1
        else parts.fail(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        watch.open -= 1
      })
  }
}

function nextLive(parts: readonly Part[], turn: number): (Part & { readonly turn: number }) | null {
  for (let step = 0; step < parts.length; step++) {
    const part = parts[(turn + step) % parts.length]
    if (part?.person.isLive()) return { ...part, turn: turn + step }
  }
  return null
}

/** Waits until every call has its answer and every message has come to every member. Rejects when some do not. */
async function settled({ plan, people, expected, watch, clock }: Parts, deadline: number): Promise<void> {
  const wrong = (): string[] =>
    plan.chats.flatMap(({ id, members }) =>
      members
        .map((member) => people[member]?.lastSeq(id) ?? 0)
        .filter((lastSeq) => lastSeq !== expected.get(id))
        .map((lastSeq) => `${id} ends at ${lastSeq} for a member, not at ${expected.get(id)}`),
    )
  while (watch.open > 0 || wrong().length > 0) {
    if (clock() > deadline) {
      throw new Error(`Lost: ${watch.open} calls without an answer; ${wrong().slice(0, 5).join('; ')}`)
    }
    await sleep(10)
  }
}
