// One measurement of one contestant in a scenario, and taking turns: every round measures everything once before anything is
// measured again, so that a machine that grows slower or faster does so for all.
import type { Contestant } from './contestant.ts'
import { type Figures, figuresOf, medianOf } from './figures.ts'
import type { LoadProcess } from './load/load-process.ts'
import type { Phase, PhaseResult } from './load/plan.ts'
import type { Progress } from './progress.ts'
import type { RunningContestant } from './running-contestant.ts'
import type { Layout } from './scenarios/scenario.ts'

/** `half of <contestant>`: the rate that is half of that contestant's saturation. */
export type PhaseName = 'saturation' | 'half' | 'fixed' | `half of ${string}`

/** Times as long as saturation. A stall or two a second decide what a p99 is, so that it needs a longer look than what a message costs. */
export const fixedRateLength = 3

/** A contestant that is connected and waits for load. An idle one costs next to nothing, so that all of them keep running. */
export interface Entrant {
  readonly contestant: Contestant
  readonly running: RunningContestant
  readonly layout: Layout
  readonly load: LoadProcess
  /** Why it is out. */
  failure: string | null
}

export interface Measurement {
  readonly entrant: Entrant
  readonly name: PhaseName
  readonly phase: Phase
  readonly runs: PhaseResult[]
}

export interface PhaseReport {
  readonly phase: PhaseName
  /** Messages per second that were due; null where the server set the rate. */
  readonly rate: number | null
  /** Senders with one message on its way; null where the rate was fixed. Figures of different numbers do not compare. */
  readonly senders: number | null
  /** The median of the runs. */
  readonly figures: Figures
  readonly runs: readonly PhaseResult[]
}

/** Who begins changes from round to round. Rejects when the bench's subject breaks a promise; a peer that does is out. */
export async function measureInTurns(
  measurements: readonly Measurement[],
  rounds: number,
  progress: Progress,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < measurements.length; turn++) {
      const measurement = measurements[(round + turn) % measurements.length]
      if (measurement !== undefined) await measure(measurement, progress)
    }
  }
}

async function measure({ entrant, name, phase, runs }: Measurement, progress: Progress): Promise<void> {
  if (entrant.failure !== null) return
  try {
    const result = await entrant.load.run(phase)
    runs.push(result)
    progress(`${entrant.contestant.name}, ${name}: ${summary(figuresOf(result))}`)
  } catch (error) {
    if (entrant.contestant.isSubject) throw error
    entrant.failure = error instanceof Error ? error.message : String(error)
    progress(`${entrant.contestant.name} is out: ${entrant.failure}`)
  }
}

const summary = (one: Figures): string =>
  `${Math.round(one.deliveriesPerSecond)} deliveries/s, ${Math.round(one.messagesPerSecond)} messages/s, ` +
  `p50 ${one.deliveryP50?.toFixed(1) ?? '–'} ms, p99 ${one.deliveryP99?.toFixed(1) ?? '–'} ms`

/** null if there was no run. */
export const reportOf = ({ name, phase, runs }: Measurement): PhaseReport | null =>
  runs.length === 0
    ? null
    : {
        phase: name,
        rate: phase.mode === 'open' ? phase.messagesPerSecond : null,
        senders: phase.mode === 'closed' ? phase.senders : null,
        figures: medianOf(runs.map(figuresOf)),
        runs,
      }
