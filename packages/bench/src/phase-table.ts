// The table of one phase: a row per figure, a column per contestant, with the peers' figures as multiples of the first one's.
import type { Figures } from './figures.ts'
import type { PhaseReport } from './measurement.ts'
import { ratio } from './statistics.ts'
import { formatted, renderTable } from './table.ts'

export interface PhaseColumn {
  readonly contestant: string
  readonly report: PhaseReport
}

interface Row {
  readonly label: string
  readonly value: (figures: Figures) => number | null
  readonly digits: number
  /** Whether the others are shown as multiples of the first too. */
  readonly isCompared: boolean
}

const compared = (label: string, value: Row['value'], digits: number): Row => ({
  label,
  value,
  digits,
  isCompared: true,
})
const plain = (label: string, value: Row['value'], digits: number): Row => ({
  label,
  value,
  digits,
  isCompared: false,
})
const percent = (share: number | null): number | null => (share === null ? null : share * 100)

const rows: readonly Row[] = [
  compared('deliveries per second', (one) => one.deliveriesPerSecond, 0),
  compared('messages per second', (one) => one.messagesPerSecond, 0),
  compared('send→receive p50, ms', (one) => one.deliveryP50, 1),
  compared('send→receive p99, ms', (one) => one.deliveryP99, 1),
  compared('send→receive p99.9, ms', (one) => one.deliveryP999, 1),
  compared('send→ack p50, ms', (one) => one.ackP50, 1),
  compared('send→ack p99, ms', (one) => one.ackP99, 1),
  plain('of which the generator sent late, p99, ms', (one) => one.lagP99, 1),
  compared('server CPU s per million deliveries', (one) => one.serverCpuPerMillion, 2),
  compared('database CPU s per million deliveries', (one) => one.databaseCpuPerMillion, 2),
  compared('server CPU µs per message', (one) => one.serverMicrosPerMessage, 0),
  compared('database CPU µs per message', (one) => one.databaseMicrosPerMessage, 0),
  plain('server, share of a core, %', (one) => percent(one.serverShare), 0),
  plain('database, share of a core, %', (one) => percent(one.databaseShare), 0),
  plain('generator, share of a core, %', (one) => percent(one.generatorShare), 0),
  plain('everything else on the machine, share of a core, %', (one) => percent(one.othersShare), 0),
  plain('deliveries out of order, %', (one) => percent(one.reorderedShare), 2),
  plain('bytes per delivery, all that arrives', (one) => one.bytesPerDelivery, 0),
  plain('bytes per delivery, its own frame', (one) => one.bytesPerEvent, 0),
  plain('server RSS, MB', (one) => one.serverRssMegabytes, 0),
]

export function renderPhase(columns: readonly PhaseColumn[]): string {
  const [first] = columns
  const cell = (row: Row, column: PhaseColumn): string => {
    const value = row.value(column.report.figures)
    const text = formatted(value, row.digits)
    if (!row.isCompared || first === undefined || column === first) return text
    const times = ratio(value, row.value(first.report.figures))
    return times === null ? text : `${text} (${formatted(times, times < 10 ? 2 : 0)}×)`
  }
  return renderTable([
    ['', ...columns.map(({ contestant }) => contestant)],
    ...rows.map((row) => [row.label, ...columns.map((column) => cell(row, column))]),
  ])
}
