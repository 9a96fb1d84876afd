// One experiment: people who send without pause, and kills in the midst of it. What happened is in the history file.
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom, type Random } from '../../packages/server/src/demo/random.ts'
import { until } from '../model/until.ts'
import { check } from './checker.ts'
import { strikes } from './faults.ts'
import { noteFinalState } from './final-state.ts'
import { createHistoryWriter, type Note, readHistory } from './history-file.ts'
import { gather, listen, type Person } from './people.ts'
import type { FaultKind } from './records.ts'
import { type Recovery, recoveries } from './recovery.ts'
import { habitOf, keepSending } from './sender.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Verdict } from './verdict.ts'

export interface ExperimentOptions {
  readonly fault: FaultKind
  readonly kills: number
  readonly senders: number
  readonly seed: number
  /**
   * Seconds for which everyone is served before the next kill may come. Below 10 the pauses of clients (and of the
   * supervision of PostgreSQL) that have not forgotten the last kill add up.
   */
  readonly calm: number
  /** Seconds that the replicas have to catch up in the end. */
  readonly catchUp?: number
  /** Where the JSON lines are kept; undefined: nowhere. */
  readonly keep?: string
  readonly progress?: (line: string) => void
  readonly signal?: AbortSignal
  /** Called before the load, with the running server. */
  readonly prepare?: (server: ServerProcess) => Promise<void>
}

export interface Outcome {
  readonly fault: FaultKind
  readonly verdict: Verdict
  readonly recoveries: readonly Recovery[]
}

/** After the calm a kill comes within this time, in milliseconds, at random. */
const momentWithin = 2_500
/** Clients wait up to 30 s between attempts. */
const servedWithin = 120_000
const drainWithin = 120_000
const catchUpSeconds = 20

/** Rejects when the experiment could not be carried out; what it found wrong is in the verdict. */
export async function runExperiment(options: ExperimentOptions): Promise<Outcome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'parley-faults-')))
  try {
    const path = await historyPath(folder, options)
    await recordExperiment(folder, path, options)
    return {
      fault: options.fault,
      verdict: check(readHistory(path)),
      recoveries: recoveries(readHistory(path)),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function historyPath(folder: string, { fault, keep }: ExperimentOptions): Promise<string> {
  if (keep !== undefined) await mkdir(keep, { recursive: true })
  return join(keep ?? folder, `${fault}.jsonl`)
}

async function recordExperiment(folder: string, path: string, options: ExperimentOptions): Promise<void> {
  const progress = options.progress ?? (() => undefined)
  const writer = createHistoryWriter(path)
  progress(`${options.fault}: starting the server`)
  const server = await startServer(folder)
  try {
    await options.prepare?.(server)
    const random = createRandom(options.seed)
    progress(`${options.fault}: ${options.senders} people arrive`)
    const people = await gather(server.url, options.senders, random.next)
    try {
      await loadAndKill({ server, people, random, progress, options, note: writer.note })
      progress(`${options.fault}: comparing`)
      const patience = (options.catchUp ?? catchUpSeconds) * 1000
      await noteFinalState(people, { url: server.url, note: writer.note, patience })
    } finally {
      await Promise.all(people.map(({ client }) => client.close()))
    }
  } finally {
    writer.close()
    await server.stop()
  }
}

interface Stage {
  readonly server: ServerProcess
  readonly people: readonly Person[]
  readonly random: Random
  readonly note: Note
  readonly progress: (line: string) => void
  readonly options: ExperimentOptions
}

async function loadAndKill(stage: Stage): Promise<void> {
  const { people } = stage
  const served = new Set<string>()
  const note: Note = (happening) => {
    stage.note(happening)
    if (happening.op === 'ok') served.add(happening.by)
  }
  const listening = people.map((person) => listen(person, note))
  const [stop, abandon] = [new AbortController(), new AbortController()]
  const ports = { note, stop: stop.signal, abandon: abandon.signal }
  const sending = Promise.all(people.map((person, index) => keepSending(person, habitOf(index), ports)))
  try {
    const failure = Promise.race([
      ...listening.map(endless),
      endless(sending),
      interruption(stage.options.signal),
    ])
    await Promise.race([killRepeatedly(stage, note, served), failure])
    stop.abort()
    stage.progress(`${stage.options.fault}: waiting for the last answers`)
    await Promise.race([sending, failure, pause(drainWithin, undefined, { ref: false })])
  } finally {
    stop.abort()
    abandon.abort()
  }
}

async function killRepeatedly(stage: Stage, note: Note, served: Set<string>): Promise<void> {
  const { options, people, random, server } = stage
  const { fault, kills, calm } = options
  const everyoneServed = () => until('everyone served', () => served.size === people.length, servedWithin)
  await everyoneServed()
  for (let count = 1; count <= kills; count += 1) {
    await pause(calm * 1000 + random.next() * momentWithin)
    note({ op: 'kill', fault })
    const killedAt = performance.now()
    await strikes[fault](server)
    note({ op: 'up', fault })
    served.clear()
    await everyoneServed()
    const seconds = (performance.now() - killedAt) / 1000
    stage.progress(`${fault}: kill ${count} of ${kills}, everyone served again after ${seconds.toFixed(1)} s`)
  }
}

/** Never resolves: what ends well is no failure. */
const endless = async (work: Promise<unknown>): Promise<never> => {
  await work
  return new Promise<never>(() => undefined)
}

const interruption = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
