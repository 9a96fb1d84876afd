// The figures as tables for a terminal.
import type { Outcome } from './experiment.ts'
import type { CaseOutcome } from './lost-commits/experiment.ts'
import { percentile, type Recovery } from './recovery.ts'
import { faultNames, type Verdict } from './verdict.ts'

type Row = readonly string[]

/** All experiments of a run: what became of the messages, how long the kills were felt, and examples of what is wrong. */
export function renderReport(outcomes: readonly Outcome[]): string {
  const examples = outcomes.flatMap(({ fault, verdict }) =>
    verdict.examples.map((text) => `${fault}: ${text}`),
  )
  return [
    'Messages',
    table([messageHeads, ...outcomes.map(messageRow)]),
    '',
    'Recovery, milliseconds after the kill',
    table([recoveryHeads, ...outcomes.flatMap(recoveryRows)]),
    ...(examples.length === 0 ? [] : ['', 'What is wrong', ...examples.map((text) => `  ${text}`)]),
    '',
  ].join('\n')
}

/** For each command how long it took until everybody was told, with the commit's answer and without it. */
export function renderLostCommits(outcomes: readonly CaseOutcome[]): string {
  const toldAfter = (what: string, lost: boolean): string => {
    const outcome = outcomes.find((candidate) => candidate.what === what && candidate.lost === lost)
    return outcome === undefined || outcome.faults.length > 0 ? '–' : outcome.told.toFixed(0)
  }
  const names = [...new Set(outcomes.map(({ what }) => what))]
  const good = (lost: boolean): string => {
    const some = outcomes.filter((outcome) => outcome.lost === lost)
    return `${some.filter(({ faults }) => faults.length === 0).length} of ${some.length}`
  }
  return [
    'Commands, milliseconds from the answer until everybody was told',
    table([
      ['command', 'control', "commit's answer lost"],
      ...names.map((what) => [what, toldAfter(what, false), toldAfter(what, true)]),
      ['as it must be', good(false), good(true)],
    ]),
    ...outcomes.flatMap(({ what, faults }) => faults.map((fault) => `  ${what}: ${fault}`)),
    '',
  ].join('\n')
}

const messageHeads: Row = [
  'killed',
  'kills',
  'cut off',
  'sent',
  'acked',
  'lost',
  'duplicated',
  'misordered',
  'phantom',
  'holes',
  'told twice',
  'refused',
  'unresolved',
  'stale clients',
]

const messageRow = ({ fault, verdict }: Outcome): Row => [
  fault,
  ...[verdict.kills, verdict.cutOff, verdict.sent, verdict.acknowledged].map(String),
  ...faultNames.slice(0, -1).map((name) => String(verdict[name])),
  staleOf(verdict),
]

const staleOf = ({ stale, clients }: Verdict): string => `${stale} of ${clients}`

const recoveryHeads: Row = ['killed', 'until', 'p50', 'p95', 'max']

const recoveryRows = ({ fault, recoveries }: Outcome): Row[] => {
  const of = (pick: (recovery: Recovery) => readonly (number | null)[]): number[] =>
    recoveries.flatMap(pick).map((value) => value ?? Number.POSITIVE_INFINITY)
  return [
    [fault, 'it takes connections', ...figures(of(({ up }) => [up]))],
    [fault, 'the first ack', ...figures(of(({ firstAck }) => [firstAck]))],
    [fault, "each sender's ack", ...figures(of(({ perSender }) => perSender))],
  ]
}

const figures = (values: readonly number[]): string[] =>
  [0.5, 0.95, 1].map((share) => String(Math.round(percentile(values, share))))

/** Texts to the left, numbers to the right. */
function table(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const isText = (column: number) => !/^[\d–]/.test(rows[1]?.[column] ?? '')
  const cell = (text: string, column: number) =>
    isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  return rows.map((row) => `  ${row.map(cell).join('  ')}`.trimEnd()).join('\n')
}
