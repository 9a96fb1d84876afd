// Which plots a run gives: what saturation costs and brings in each scenario, and how costs grow in the studies.
import type { BenchRun, ScenarioReport } from '../bench-run.ts'
import type { Figures } from '../figures.ts'
import type { StudyReport } from '../scenarios/run-studies.ts'
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
  ...run.studies.flatMap(growthPlots),
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

const fewestSizes = 3

/**
 * A table with columns of sizes gives a plot for each kind of figure that several of its rows have: `history: p95, ms` and
 * `send: p95, ms` stand in one. Columns that are no sizes are left out.
 */
function growthPlots({ scenario, title, tables }: StudyReport): Plot[] {
  const plots = tables.flatMap((table) => {
    const places = [...table.columns.keys()].filter((place) => /^\d/.test(table.columns[place] ?? ''))
    if (places.length < fewestSizes) return []
    const sizes = places.map((place) => table.columns[place] ?? '')
    return [...linesByKind(table, places)]
      .filter(([, lines]) => lines.length > 1)
      .map(([kind, lines]) => ({ title: `${title}: ${kind}`, sizes, lines }))
  })
  return plots.map((plot, index) => ({
    file: `${scenario}-${index + 1}.svg`,
    title: plot.title,
    of: scenario,
    svg: renderLines(plot),
  }))
}

function linesByKind({ rows }: FindingsTable, places: readonly number[]): Map<string, Line[]> {
  const byKind = new Map<string, Line[]>()
  // Where slow answers are known, the middle ones say less.
  const hasSlow = rows.some(({ label }) => /: p9\d,/.test(label))
  for (const row of rows) {
    const [, name, kind] = /^(.*?)(?:: |, )(.*)$/.exec(row.label) ?? []
    const values = places.map((place) => row.values[place] ?? null)
    const known = values.filter((value) => value !== null)
    if (name === undefined || kind === undefined || known.length < 2) continue
    if (hasSlow && kind.startsWith('p50,')) continue
    byKind.set(kind, [...(byKind.get(kind) ?? []), { label: name, values }])
  }
  return byKind
}
