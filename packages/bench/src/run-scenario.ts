// Runs one scenario with all contestants that run: saturation, then half of it, then rates at which they can be compared.
import type { Contestant } from './contestant.ts'
import { startLoadProcess } from './load/load-process.ts'
import type { Phase } from './load/plan.ts'
import {
  type Entrant,
  fixedRateLength,
  type Measurement,
  measureInTurns,
  type PhaseReport,
  reportOf,
} from './measurement.ts'
import type { Progress } from './progress.ts'
import type { RunningContestant } from './running-contestant.ts'
import type { Scenario } from './scenarios/scenario.ts'

export interface RunOptions {
  /** At saturation; at a fixed rate `fixedRateLength` times as long. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Rounds. */
  readonly repeat: number
  /** Overrides the scenario's number of senders at saturation. */
  readonly senders: number | null
  /** Overrides the scenario's fixed rate, in messages per second. */
  readonly rate: number | null
  readonly textBytes: number
}

/** A contestant that was started. */
export interface Contender {
  readonly contestant: Contestant
  readonly running: RunningContestant
}

/** What one contestant did in a scenario. */
export interface Performance {
  readonly contestant: string
  readonly phases: readonly PhaseReport[]
  /** Why a peer was left out, from there on. */
  readonly failure: string | null
}

const drainMs = 20_000

/** Messages per second at which every contestant that can is measured: 100,000 deliveries, and what is easy in small rooms. */
const fixedRates: Readonly<Record<string, number>> = { '1x1000': 100, '100x10': 500 }

/** Rejects when the bench's subject breaks a promise. The contestants run on afterwards, without sockets. */
export async function runScenario(
  scenario: Scenario,
  contenders: readonly Contender[],
  options: RunOptions,
  progress: Progress,
): Promise<Performance[]> {
  const entrants: Entrant[] = []
  const faults: Performance[] = []
  try {
    for (const contender of contenders) {
      const { contestant } = contender
      if (contestant.takesPartIn?.(scenario) === false) continue
      try {
        entrants.push(await enter(scenario, contender, options.textBytes, progress))
      } catch (error) {
        if (contestant.isSubject) throw error
        const failure = error instanceof Error ? error.message : String(error)
        progress(`${contestant.name} is out: ${failure}`)
        faults.push({ contestant: contestant.name, phases: [], failure })
      }
    }
    const measurements = await measureAll(scenario, entrants, options, progress)
    return [...entrants.map((entrant) => performanceOf(entrant, measurements)), ...faults]
  } finally {
    for (const { load } of entrants) await load.stop()
  }
}

async function enter(
  scenario: Scenario,
  { contestant, running }: Contender,
  textBytes: number,
  progress: Progress,
): Promise<Entrant> {
  progress(`${scenario.title}: making the chats of ${contestant.name}`)
  const layout = await scenario.layOut(running)
  progress(`connecting ${layout.people.length} sockets to ${contestant.name}`)
  const plan = {
    codec: running.codec,
    host: running.host,
    port: running.port,
    sockets: layout.people.map(({ token }) => ({ token })),
    chats: layout.chats,
    senders: layout.senders,
    textBytes,
    processes: running.processes,
  }
  return {
    contestant,
    running,
    layout,
    load: await startLoadProcess(plan, running.ownLoad),
    failure: null,
  }
}

async function measureAll(
  scenario: Scenario,
  entrants: readonly Entrant[],
  options: RunOptions,
  progress: Progress,
): Promise<Measurement[]> {
  const timing = { warmUpMs: options.warmUpSeconds * 1000, measureMs: options.seconds * 1000, drainMs }
  const atRate = (entrant: Entrant, name: Measurement['name'], rate: number): Measurement => {
    const measureMs = timing.measureMs * fixedRateLength
    const phase: Phase = { mode: 'open', messagesPerSecond: rate, ...timing, measureMs }
    return { entrant, name, phase, runs: [] }
  }
  const saturation = entrants.map((entrant): Measurement => {
    const senders = Math.min(entrant.layout.senders.length, options.senders ?? scenario.senders)
    const phase: Phase = { mode: 'closed', senders, until: scenario.until, ...timing }
    return { entrant, name: 'saturation', phase, runs: [] }
  })
  await measureInTurns(saturation, options.repeat, progress)

  const halves = saturation
    .filter(({ entrant }) => entrant.failure === null && entrant.running.ownLoad === undefined)
    .map((measurement) => ({
      entrant: measurement.entrant,
      rate: (reportOf(measurement)?.figures.messagesPerSecond ?? 0) / 2,
    }))
  const fixedRate = options.rate ?? fixedRates[scenario.name] ?? null
  const rates = [
    ...halves.map(({ entrant, rate }) => atRate(entrant, 'half', rate)),
    ...halvesOfPeers(halves).map(([entrant, name, rate]) => atRate(entrant, name, rate)),
    ...(fixedRate === null
      ? []
      : able(halves, fixedRate).map((entrant) => atRate(entrant, 'fixed', fixedRate))),
  ]
  await measureInTurns(rates, options.repeat, progress)
  return [...saturation, ...rates]
}

/** Of saturation. */
const bearable = 0.9

interface Half {
  readonly entrant: Entrant
  readonly rate: number
}

/** The first entrant at the rate of each peer that stores messages as it does: latencies of different rates do not compare. */
function halvesOfPeers([subject, ...others]: readonly Half[]): [Entrant, Measurement['name'], number][] {
  if (subject === undefined) return []
  return others
    .filter(({ entrant }) => !entrant.contestant.isSubject && entrant.running.processes.database !== null)
    .map(({ entrant, rate }) => [subject.entrant, `half of ${entrant.contestant.name}`, rate])
}

/** Peers that the rate would overrun would only show how long their queues grow. */
const able = (halves: readonly Half[], messagesPerSecond: number): Entrant[] =>
  halves
    .filter(({ entrant, rate }) => entrant.contestant.isSubject || messagesPerSecond < rate * 2 * bearable)
    .map(({ entrant }) => entrant)

const performanceOf = (entrant: Entrant, measurements: readonly Measurement[]): Performance => ({
  contestant: entrant.contestant.name,
  phases: measurements
    .filter((measurement) => measurement.entrant === entrant)
    .map(reportOf)
    .filter((report) => report !== null),
  failure: entrant.failure,
})
