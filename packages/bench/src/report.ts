// The report of a run in Markdown that reads as plain text. Its parts can be had one by one, for a document with words between them.
import type { BenchRun, ScenarioReport } from './bench-run.ts'
import type { Figures } from './figures.ts'
import { goalsOf, verdictOf } from './goals.ts'
import { fixedRateLength, type PhaseName } from './measurement.ts'
import { type PhaseColumn, renderPhase } from './phase-table.ts'
import { renderStudies } from './scenarios/run-studies.ts'
import { formatted, renderTable } from './table.ts'

/** The parts, by the names of their places in a document. */
export interface ReportParts {
  readonly machine: string
  readonly goals: string
  readonly contestants: string
  readonly scenarios: string
  readonly studies: string
}

/** `plots` gives what stands above the tables of a scenario or below those of a study. */
export const reportParts = (run: BenchRun, plots: (scenario: string) => string = () => ''): ReportParts => ({
  machine: renderMachine(run),
  goals: renderGoals(run),
  contestants: renderContestants(run),
  scenarios: [
    ...run.scenarios.map((scenario) => renderScenario(scenario, plots(scenario.scenario))),
    ...warnings(run),
  ].join('\n\n'),
  studies: run.studies
    .flatMap((study) => [renderStudies([study]).trimEnd(), plots(study.scenario)])
    .filter((part) => part !== '')
    .join('\n\n'),
})

/** Everything, for a terminal. */
export function renderReport(run: BenchRun): string {
  const { machine, goals, contestants, scenarios, studies } = reportParts(run)
  const parts = [machine, contestants, scenarios, studies, `## Goals\n\n${goals}`]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function renderMachine({ environment: where, options }: BenchRun): string {
  const { seconds, warmUpSeconds, repeat, textBytes } = options
  return (
    `${where.cores} × ${where.cpu}, ${where.memoryGigabytes} GB, Linux ${where.kernel}, Node ${where.node}, ${where.date}\n\n` +
    `${repeat} round${repeat === 1 ? '' : 's'} of ${seconds} s (${seconds * fixedRateLength} s at the fixed rates of a scenario) after ${warmUpSeconds} s of warming up, ` +
    `texts of ${textBytes} bytes. ` +
    'All contestants run side by side and are loaded one at a time; every round loads each of them once. The figures are medians ' +
    'of the rounds.'
  )
}

function renderGoals(run: BenchRun): string {
  const rows = goalsOf(run).map((goal) => [
    goal.says,
    formatted(goal.bound.value, digitsFor(goal.bound.value)),
    goal.measured === null ? '–' : formatted(goal.measured, digitsFor(goal.measured)),
    verdictOf(goal),
  ])
  return renderTable([['goal', 'bound', 'measured', 'reached'], ...rows])
}

const digitsFor = (value: number): number =>
  value >= 100 || Number.isInteger(value) ? 0 : value >= 1 ? 2 : 3

const renderContestants = ({ contestants }: BenchRun): string =>
  contestants
    .map(({ name, about, readySeconds, skipped }) => {
      const ready = readySeconds === null ? '' : ` Ready ${readySeconds.toFixed(1)} s after its first start.`
      return `- **${name}**: ${about}${skipped === null ? ready : ` Left out: ${skipped}.`}`
    })
    .join('\n')

function renderScenario({ title, performances }: ScenarioReport, plots: string): string {
  const names = new Set(performances.flatMap(({ phases }) => phases.map(({ phase }) => phase)))
  const sections = [...names].flatMap((name) => {
    const columns = columnsOf(performances, name)
    return columns.length === 0 ? [] : [`### ${phaseTitle(name, columns)}\n\n${renderPhase(columns)}`]
  })
  const failures = performances
    .filter(({ failure }) => failure !== null)
    .map(({ contestant, failure }) => `${contestant} was out from there on: ${failure}`)
  return [`## ${title}`, ...(plots === '' ? [] : [plots]), ...sections, ...failures].join('\n\n')
}

/** A rate that belongs to a peer is shown beside the peer's own figures at it. */
function columnsOf(performances: ScenarioReport['performances'], name: PhaseName): PhaseColumn[] {
  const owner = /^half of (.*)$/.exec(name)?.[1]
  return performances.flatMap(({ contestant, phases }) => {
    const wanted = contestant === owner ? 'half' : name
    const report = phases.find(({ phase }) => phase === wanted)
    return report === undefined ? [] : [{ contestant, report }]
  })
}

function phaseTitle(name: PhaseName, columns: readonly PhaseColumn[]): string {
  const { rate, senders } = columns[0]?.report ?? { rate: null, senders: null }
  if (rate === null) return `Saturation, ${senders} senders with one message on its way each`
  const due = `${Math.round(rate).toLocaleString('en')} messages per second`
  if (name === 'half') return 'At half of their own saturation'
  return name === 'fixed' ? `At ${due}` : `At ${name}'s saturation, ${due}`
}

const generatorLimit = 0.9
const othersLimit = 0.2

/** What makes a figure say less of the system than it seems to. */
function warnings(run: BenchRun): string[] {
  const phases = run.scenarios.flatMap(({ scenario, performances }) =>
    performances.flatMap(({ contestant, phases }) =>
      phases.map(({ phase, figures }) => ({ where: `${scenario}, ${contestant}, ${phase}`, figures })),
    ),
  )
  const where = (isLimited: (figures: Figures) => boolean): string =>
    phases
      .filter(({ figures }) => isLimited(figures))
      .map((one) => one.where)
      .join('; ')
  const generator = where((figures) => figures.generatorShare > generatorLimit)
  const others = where((figures) => (figures.othersShare ?? 0) > othersLimit)
  return [
    ...(generator === ''
      ? []
      : [`Warning: the generator was busy all the time, the limit may be its own, in: ${generator}.`]),
    ...(others === '' ? [] : [`Warning: the machine was busy with something else in: ${others}.`]),
  ]
}
