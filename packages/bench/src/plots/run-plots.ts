// Which plots a run gives: what saturation costs and brings in each scenario, and how costs grow in the studies.
import type { BenchRun, ScenarioReport } from '../bench-run.ts'
import type { Figures } from '../figures.ts'
import type { FindingsTable } from '../scenarios/study.ts'
import { type BarPlot, renderBars } from './bars.ts'
import { type Line, renderLines } from './lines.ts'

export interface Plot {
  /** Without a folder. */
  readonly file: string
  readonly title: string
  /** The scenario or study that it belongs to. */
  readonly of: string
  readonly svg: string
}

export const plotsOf = (run: BenchRun): Plot[] => [
  ...run.scenarios.flatMap(scenarioPlots),
  ...run.studies.flatMap(({ scenario, tables }) =>
    tables.flatMap((table, index) => growthPlots(scenario, table, index)),
  ),
]

function scenarioPlots({ scenario, title, performances }: ScenarioReport): Plot[] {
  const saturated = performances.flatMap(({ contestant, phases }) => {
    const figures = phases.find(({ phase }) => phase === 'saturation')?.figures
    return figures === undefined ? [] : [{ contestant, figures }]
  })
  const plot = (
    name: string,
    says: string,
    parts: readonly string[],
    values: (figures: Figures) => BarPlot['bars'][number]['values'],
  ): Plot[] => {
    const bars = saturated
      .map(({ contestant, figures }) => ({ label: contestant, values: values(figures) }))
      .filter((bar) => bar.values.some((value) => value !== null && value > 0))
    if (bars.length === 0) return []
    const whole = `${title}, saturation: ${says}`
    const svg = renderBars({ title: whole, parts, bars })
    return [{ file: `${scenario}-${name}.svg`, title: whole, of: scenario, svg }]
  }
  // Where hardly anything is delivered, messages are what counts.
  const isDurable = saturated.some(({ figures }) => figures.deliveriesPerSecond === 0)
  return isDurable
    ? [
        ...plot('messages', 'messages per second', ['messages'], (one) => [one.messagesPerSecond]),
        ...plot('database', 'database CPU, µs per message', ['database'], (one) => [
          one.databaseMicrosPerMessage,
        ]),
      ]
    : [
        ...plot('cpu', 'CPU seconds per million deliveries', ['server', 'database'], (one) => [
          one.serverCpuPerMillion,
          one.databaseCpuPerMillion,
        ]),
        ...plot('deliveries', 'deliveries per second', ['deliveries'], (one) => [one.deliveriesPerSecond]),
      ]
}

/** A table whose columns are sizes gives a plot for each unit of its rows. */
function growthPlots(study: string, table: FindingsTable, index: number): Plot[] {
  if (table.columns.length < 3 || !table.columns.every((column) => /^\d/.test(column))) return []
  const byUnit = Map.groupBy(table.rows, ({ label }) => /, ([^,]+)$/.exec(label)?.[1] ?? '')
  return [...byUnit].flatMap(([unit, rows], place) => {
    const lines: Line[] = rows
      .filter(({ values }) => values.filter((value) => value !== null).length > 1)
      .map(({ label, values }) => ({
        label: label.slice(0, label.length - unit.length).replace(/, $/, ''),
        values,
      }))
    if (lines.length === 0) return []
    const title = `${table.title}${unit === '' ? '' : `, ${unit}`}`
    const svg = renderLines({ title, sizes: table.columns, lines })
    return [{ file: `${study}-${index + 1}-${place + 1}.svg`, title, of: study, svg }]
  })
}
