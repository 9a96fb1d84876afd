// Runs one scenario against one running contestant: saturation, then half of it, then the fixed rate if one is asked for.
import type { RunningContestant } from './contestant.ts'
import { type Figures, figuresOf, medianOf } from './figures.ts'
import { type LoadProcess, startLoadProcess } from './load/load-process.ts'
import type { Phase, PhaseResult } from './load/plan.ts'
import type { Progress } from './progress.ts'
import type { Scenario } from './scenarios/scenario.ts'

export interface RunOptions {
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly repeat: number
  /** Overrides the scenario's number of senders at saturation. */
  readonly senders: number | null
  /** Messages per second of the additional phase. */
  readonly rate: number | null
  readonly textBytes: number
}

export type PhaseName = 'saturation' | 'half' | 'fixed'

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

const drainMs = 20_000

export async function runScenario(
  scenario: Scenario,
  contestant: RunningContestant,
  options: RunOptions,
  progress: Progress,
): Promise<PhaseReport[]> {
  progress(`${scenario.title}: making the chats`)
  const layout = await scenario.layOut(contestant)
  progress(`connecting ${layout.people.length} sockets`)
  const load = await startLoadProcess({
    codec: contestant.codec,
    host: contestant.host,
    port: contestant.port,
    sockets: layout.people.map(({ token }) => ({ token })),
    chats: layout.chats,
    senders: layout.senders,
    textBytes: options.textBytes,
    processes: contestant.processes,
  })
  try {
    return await runPhases(
      load,
      scenario,
      Math.min(layout.senders.length, options.senders ?? scenario.senders),
      {
        ...options,
        progress,
      },
    )
  } finally {
    await load.stop()
  }
}

async function runPhases(
  load: LoadProcess,
  scenario: Scenario,
  senders: number,
  options: RunOptions & { readonly progress: Progress },
): Promise<PhaseReport[]> {
  const timing = {
    warmUpMs: options.warmUpSeconds * 1000,
    measureMs: options.seconds * 1000,
    drainMs,
  }
  const run = (phase: PhaseName, rate: number | null): Promise<PhaseReport> =>
    repeat(load, phase, rate, options, {
      ...timing,
      ...(rate === null
        ? { mode: 'closed', senders, until: scenario.until }
        : { mode: 'open', messagesPerSecond: rate }),
    })
  options.progress(`saturation with ${senders} senders`)
  const saturation = await run('saturation', null)
  const half = await run('half', saturation.figures.messagesPerSecond / 2)
  return [saturation, half, ...(options.rate === null ? [] : [await run('fixed', options.rate)])]
}

async function repeat(
  load: LoadProcess,
  name: PhaseName,
  rate: number | null,
  options: RunOptions & { readonly progress: Progress },
  phase: Phase,
): Promise<PhaseReport> {
  const runs: PhaseResult[] = []
  for (let turn = 0; turn < options.repeat; turn++) {
    const result = await load.run(phase)
    runs.push(result)
    const { deliveriesPerSecond, messagesPerSecond, deliveryP50, deliveryP99 } = figuresOf(result)
    options.progress(
      `${name}: ${Math.round(deliveriesPerSecond)} deliveries/s, ${Math.round(messagesPerSecond)} messages/s, ` +
        `p50 ${deliveryP50.toFixed(1)} ms, p99 ${deliveryP99.toFixed(1)} ms`,
    )
  }
  const senders = phase.mode === 'closed' ? phase.senders : null
  return { phase: name, rate, senders, figures: medianOf(runs.map(figuresOf)), runs }
}
