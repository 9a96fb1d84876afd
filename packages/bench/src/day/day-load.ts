// Plays the day: people who write, read, type, look back, and lose their connection, each at its rate. Afterwards every message
// that was acknowledged must have come to every member, in order, and none may be stored twice.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, ApiFault, createApi } from '../api.ts'
import { createMicrosClock, type MicrosClock } from '../load/clock.ts'
import { createLatencyHistogram, type LatencyHistogram } from '../load/latency-histogram.ts'
import { stampedText } from '../load/stamped-text.ts'
import { sampleProcesses } from '../process-cpu.ts'
import { createDayPerson, type DayPerson, Refusal } from './person.ts'
import type { DayPlan, DayResult, DayTimes, KindOfCall } from './plan.ts'
import { startSchedule } from './schedule.ts'

export interface DayLoad {
  /** Rejects with the first promise that the server broke. */
  run(times: DayTimes): Promise<DayResult>
}

/** A person in one of the own chats. */
interface Part {
  readonly person: DayPerson
  readonly token: string
  readonly chatId: string
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
const pageLimit = 50
const retryMs = 250

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
  const people = plan.tokens.map((token) =>
    createDayPerson({
      host: plan.host,
      port: plan.port,
      token,
      clock,
      readBuffer,
      onDelivery,
      onFault: (words) => failure.reject(new Error(words)),
    }),
  )
  const parts: Parts = {
    plan,
    clock,
    api: createApi(`http://${plan.host}:${plan.port}`),
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
  const { watch, clock } = parts
  let turn = Math.floor(Math.random() * parts.parts.length)
  return (due) => {
    const part = nextLive(parts.parts, turn)
    if (part === null) return parts.fail(new Error('Nobody is connected any more'))
    turn = part.turn + 1
    const counts = due >= watch.from && due < watch.to
    if (counts) watch.lag.record(clock() - due)
    watch.open += 1
    make(kind, part, due, parts)
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

async function make(kind: KindOfCall, part: Part, due: number, parts: Parts): Promise<void> {
  const { plan, api, expected } = parts
  const { person, token, chatId } = part
  switch (kind) {
    case 'send':
      await person.send(chatId, dueText(due, plan.textBytes))
      expected.set(chatId, (expected.get(chatId) ?? 0) + 1)
      return
    case 'read':
      return person.read(chatId)
    case 'typing':
      return person.typing(chatId)
    case 'history': {
      const before = 1 + Math.floor(Math.random() * (person.lastSeq(chatId) + 1))
      const query = { before, limit: pageLimit }
      await api.call('listMessages', { token, params: { chat_id: chatId }, query })
      return
    }
    case 'chats':
      await api.call('listChats', { token })
      return
    case 'reconnect':
      return comeBack(person, parts)
  }
}

/** Tries again for as long as the server fails. */
async function comeBack(person: DayPerson, { watch }: Parts): Promise<void> {
  while (true) {
    try {
      return await person.reconnect()
    } catch (error) {
      if (!isFailure(error)) throw error
      watch.failures += 1
      await sleep(retryMs)
    }
  }
}

/** With the time at which it was due where the generator's texts have theirs. */
function dueText(due: number, length: number): string {
  const text = stampedText(0, length)
  const stamp = String(due).padStart(14, '0')
  return `${text[0]}${stamp}${text.slice(1 + stamp.length)}`
}

const isFailure = (error: unknown): boolean =>
  (error instanceof ApiFault && error.status >= 500) ||
  (error instanceof Refusal && (error.code === 'internal' || error.code === 'unavailable')) ||
  (error instanceof Error && /HTTP\/1\.1 5\d\d/.test(error.message))

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
