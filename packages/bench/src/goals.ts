// The goals of the project for its speed, computed from one run: most of them are ratios between contestants that took turns.
import type { BenchRun } from './bench-run.ts'
import type { Figures } from './figures.ts'
import type { PhaseName } from './measurement.ts'
import { ratio } from './statistics.ts'

export interface GoalResult {
  /** The goal in words, with its bound. */
  readonly says: string
  readonly bound: Bound
  /** null where the run did not measure it. */
  readonly measured: number | null
}

export type Bound =
  | { readonly kind: 'at most'; readonly value: number }
  | { readonly kind: 'at least'; readonly value: number }

interface Goal {
  readonly says: string
  readonly bound: Bound
  measure(run: BenchRun): number | null
}

const atMost = (value: number): Bound => ({ kind: 'at most', value })
const atLeast = (value: number): Bound => ({ kind: 'at least', value })

function figuresIn(run: BenchRun, scenario: string, contestant: string, phase: PhaseName): Figures | null {
  const performance = run.scenarios
    .find((one) => one.scenario === scenario)
    ?.performances.find((one) => one.contestant === contestant)
  return performance?.phases.find((one) => one.phase === phase)?.figures ?? null
}

const shapes: Readonly<Record<string, string>> = { '1x1000': '1 room × 1,000', '100x10': '100 rooms × 10' }

/** Parley's server CPU per delivery at saturation, as a share of the peer's. */
const cpuGoal = (scenario: string, peer: string, bound: number, words: string): Goal => ({
  says: `${shapes[scenario]}, saturation: server CPU per delivery ${words}`,
  bound: atMost(bound),
  measure(run) {
    const cpu = (name: string): number | null =>
      figuresIn(run, scenario, name, 'saturation')?.serverCpuPerMillion ?? null
    return ratio(cpu('parley'), cpu(peer))
  },
})

/** Parley's p99 as a share of the peer's, both at half of the peer's saturation. */
const sameRateGoal = (scenario: string, peer: string): Goal => ({
  says: `${shapes[scenario]}, at half of ${peer}'s saturation: p99 no more than ${peer}'s`,
  bound: atMost(1),
  measure: (run) =>
    ratio(
      figuresIn(run, scenario, 'parley', `half of ${peer}`)?.deliveryP99 ?? null,
      figuresIn(run, scenario, peer, 'half')?.deliveryP99 ?? null,
    ),
})

const totalShare = (figures: Figures | null): number | null =>
  figures?.serverShare == null ? null : figures.serverShare + (figures.databaseShare ?? 0)

const fixedRateGoals: readonly Goal[] = [
  {
    says: "100 rooms × 10 at 500 messages/s: p99 no more than socketio's",
    bound: atMost(1),
    measure: (run) =>
      ratio(
        figuresIn(run, '100x10', 'parley', 'fixed')?.deliveryP99 ?? null,
        figuresIn(run, '100x10', 'socketio', 'fixed')?.deliveryP99 ?? null,
      ),
  },
  {
    says: "100 rooms × 10 at 500 messages/s: CPU of server and database at most 0.8 of socketio's",
    bound: atMost(0.8),
    measure: (run) =>
      ratio(
        totalShare(figuresIn(run, '100x10', 'parley', 'fixed')),
        totalShare(figuresIn(run, '100x10', 'socketio', 'fixed')),
      ),
  },
  {
    says: '1 room × 1,000 at 100,000 deliveries/s: server CPU with the write interval at most half of that without',
    bound: atMost(0.5),
    measure: (run) =>
      ratio(
        figuresIn(run, '1x1000', 'parley', 'fixed')?.serverCpuPerMillion ?? null,
        figuresIn(run, '1x1000', 'parley-unpaced', 'fixed')?.serverCpuPerMillion ?? null,
      ),
  },
  {
    says: '1 room × 1,000 at 100,000 deliveries/s: p99 with the write interval at most 100 ms',
    bound: atMost(100),
    measure: (run) => figuresIn(run, '1x1000', 'parley', 'fixed')?.deliveryP99 ?? null,
  },
]

const durableGoals: readonly Goal[] = [
  {
    says: "100 rooms × 10, saturation: database CPU per message at most 1/8 of socketio's one INSERT and commit per message",
    bound: atMost(1 / 8),
    measure: (run) =>
      ratio(
        figuresIn(run, '100x10', 'parley', 'saturation')?.databaseMicrosPerMessage ?? null,
        figuresIn(run, '100x10', 'socketio', 'saturation')?.databaseMicrosPerMessage ?? null,
      ),
  },
  {
    says: '128 senders: durable messages per second at least 8 × those of 32 connections that commit row by row',
    bound: atLeast(8),
    measure: (run) =>
      ratio(
        figuresIn(run, 'durable', 'parley', 'saturation')?.messagesPerSecond ?? null,
        figuresIn(run, 'durable', 'autocommit', 'saturation')?.messagesPerSecond ?? null,
      ),
  },
]

const goals: readonly Goal[] = [
  cpuGoal('1x1000', 'c', 1.5, 'at most 1.5 × that of the C broadcaster'),
  cpuGoal('1x1000', 'socketio', 1 / 5, "at most 1/5 of socketio's"),
  cpuGoal('1x1000', 'ejabberd', 1 / 15, "at most 1/15 of ejabberd's"),
  cpuGoal('100x10', 'c', 1.5, 'at most 1.5 × that of the C broadcaster'),
  cpuGoal('100x10', 'socketio', 1 / 3, "at most 1/3 of socketio's"),
  cpuGoal('100x10', 'ejabberd', 1 / 8, "at most 1/8 of ejabberd's"),
  ...['1x1000', '100x10'].flatMap((scenario) => [
    sameRateGoal(scenario, 'socketio'),
    sameRateGoal(scenario, 'ejabberd'),
  ]),
  ...fixedRateGoals,
  ...durableGoals,
]

/** Those of the table, then those that the run's studies set themselves. */
export const goalsOf = (run: BenchRun): GoalResult[] => [
  ...goals.map((goal) => ({ says: goal.says, bound: goal.bound, measured: goal.measure(run) })),
  ...run.studies
    .flatMap((study) => study.tables)
    .flatMap((table) => table.rows)
    .flatMap(({ goal, values }) =>
      goal === undefined
        ? []
        : [{ says: goal.says, bound: atMost(goal.atMost), measured: values[goal.column] ?? null }],
    ),
]

/** In words: `yes`, or by how much not. */
export function verdictOf({ bound, measured }: GoalResult): string {
  if (measured === null) return 'not measured'
  // How many times too much, or too little.
  const excess = bound.kind === 'at most' ? measured / bound.value : bound.value / measured
  if (excess <= 1 || measured === bound.value) return 'yes'
  return bound.value === 0
    ? `no, ${measured} too many`
    : `no, ${excess.toFixed(2)} × too ${bound.kind === 'at most' ? 'much' : 'little'}`
}
