// The report: one table per scenario, a column per contestant and phase; and the same as JSON with every run.
import { cpus, release, totalmem } from 'node:os'
import type { Figures } from './figures.ts'
import type { PhaseReport } from './run-scenario.ts'
import { formatted, renderTable } from './table.ts'

export interface Environment {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly kernel: string
  readonly node: string
}

export interface ContestantReport {
  readonly contestant: string
  readonly readySeconds: number | null
  readonly scenarios: readonly ScenarioReport[]
}

export interface ScenarioReport {
  readonly scenario: string
  readonly title: string
  readonly phases: readonly PhaseReport[]
}

export const environment = (): Environment => ({
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
})

type Row = readonly [label: string, value: (figures: Figures) => number | null, digits: number]

const rows: readonly Row[] = [
  ['deliveries per second', (one) => one.deliveriesPerSecond, 0],
  ['durable messages per second', (one) => one.messagesPerSecond, 0],
  ['send→receive p50, ms', (one) => one.deliveryP50, 1],
  ['send→receive p99, ms', (one) => one.deliveryP99, 1],
  ['send→receive p99.9, ms', (one) => one.deliveryP999, 1],
  ['send→ack p50, ms', (one) => one.ackP50, 1],
  ['send→ack p99, ms', (one) => one.ackP99, 1],
  ['of which the generator sent late, p99, ms', (one) => one.lagP99, 1],
  ['server CPU s per million deliveries', (one) => one.serverCpuPerMillion, 2],
  ['database CPU s per million deliveries', (one) => one.databaseCpuPerMillion, 2],
  ['server CPU µs per message', (one) => one.serverMicrosPerMessage, 0],
  ['database CPU µs per message', (one) => one.databaseMicrosPerMessage, 0],
  ['server, share of a core, %', (one) => percent(one.serverShare), 0],
  ['database, share of a core, %', (one) => percent(one.databaseShare), 0],
  ['generator, share of a core, %', (one) => percent(one.generatorShare), 0],
  ['everything else on the machine, share of a core, %', (one) => percent(one.othersShare), 0],
  ['bytes per delivery, all that arrives', (one) => one.bytesPerDelivery, 0],
  ['bytes per delivery, its own frame', (one) => one.bytesPerEvent, 0],
  ['server RSS, MB', (one) => one.serverRssMegabytes, 0],
]

const percent = (share: number | null): number | null => (share === null ? null : share * 100)

/** Markdown that reads as plain text. */
export function renderReport(reports: readonly ContestantReport[], where: Environment): string {
  const titles = new Map(
    reports.flatMap((report) => report.scenarios.map((one) => [one.scenario, one.title] as const)),
  )
  const head = `${where.cores} × ${where.cpu}, ${where.memoryGigabytes} GB, Linux ${where.kernel}, Node ${where.node}, ${where.date}`
  const ready = reports
    .filter((report) => report.readySeconds !== null)
    .map((report) => `${report.contestant}: ready ${report.readySeconds?.toFixed(1)} s after its first start`)
  const tables = [...titles].map(([scenario, title]) => `## ${title}\n\n${renderScenario(reports, scenario)}`)
  return `${[head, ...ready, ...tables, ...warnings(reports)].join('\n\n')}\n`
}

function renderScenario(reports: readonly ContestantReport[], scenario: string): string {
  const columns = reports.flatMap((report) =>
    report.scenarios
      .filter((one) => one.scenario === scenario)
      .flatMap((one) => one.phases.map((phase) => ({ title: columnTitle(report, phase), phase }))),
  )
  const cells = [
    ['', ...columns.map((column) => column.title)],
    ...rows.map(([label, value, digits]) => [
      label,
      ...columns.map(({ phase }) => formatted(value(phase.figures), digits)),
    ]),
  ]
  return renderTable(cells)
}

function columnTitle(report: ContestantReport, { phase, rate, senders }: PhaseReport): string {
  if (rate === null) return `${report.contestant}, saturation (${senders} senders)`
  const due = `${Math.round(rate).toLocaleString('en')} msg/s`
  return `${report.contestant}, ${phase === 'half' ? `half (${due})` : due}`
}

const generatorLimit = 0.9
const othersLimit = 0.2

/** What makes a figure say less of the system than it seems to. */
function warnings(reports: readonly ContestantReport[]): string[] {
  return reports.flatMap((report) =>
    report.scenarios.flatMap(({ scenario, phases }) =>
      phases.flatMap(({ phase, figures }) => [
        ...(figures.generatorShare > generatorLimit
          ? [
              `Warning: the generator was busy all the time in ${scenario}, ${phase}: the limit may be its own.`,
            ]
          : []),
        ...((figures.othersShare ?? 0) > othersLimit
          ? [`Warning: the machine was busy with something else in ${scenario}, ${phase}.`]
          : []),
      ]),
    ),
  )
}
