// The command line of the bench.
import { parseArgs } from 'node:util'
import { contestantNames } from './contestants/index.ts'
import { shortestStampedText } from './load/stamped-text.ts'
import type { RunOptions } from './run-scenario.ts'
import { defaultScenarios, defaultStudies, scenarioOf, studyOf } from './scenarios/index.ts'
import type { Scenario } from './scenarios/scenario.ts'
import type { Study, StudySize } from './scenarios/study.ts'

export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  readonly studies: readonly Study[]
  readonly studySize: StudySize
  readonly run: RunOptions
  /** Names of the table of contestants. */
  readonly contestants: readonly string[]
  /** Whether the report goes into the documentation too. */
  readonly report: boolean
  /** A file of an earlier run to report on, instead of running anything. */
  readonly from: string | null
  readonly json: string | null
  readonly profileFolder: string | null
  /** A running server to use instead of an own one. */
  readonly url: URL | null
}

/** A fault in the command line; the message is for the person who typed it. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault'
}

export const usage = `npm run bench -- [options]

  --scenarios a,b    ${defaultScenarios.join(', ')} (or any <rooms>x<members>),
                     ${defaultStudies.join(', ')}; the default is all
  --contestants a,b  ${contestantNames.join(', ')}, or all of them: all
                     (parley; with --report all)
  --small            the scenarios of the second line in sizes that take seconds and say nothing
  --seconds n        length of a measurement (5); at a fixed rate three times as long
  --warm-up n        seconds of load before it (1)
  --repeat n         rounds, each of which measures every contestant; the report shows the medians (1; with --report 3)
  --senders n        senders at saturation, each with one message on its way
  --rate n           messages per second of the measurement at a fixed rate
  --text-bytes n     length of a text (100)
  --json file        write the report with every run as JSON
  --report           write tables and plots into docs/performance.md too
  --from file        run nothing, and report on what --json wrote
  --profile folder   write a CPU profile of the server there, and print where its time went
  --url http://…     use a running server, whose rate limits must be off; its CPU is not measured
`

const texts = {
  scenarios: { type: 'string' },
  contestants: { type: 'string' },
  report: { type: 'boolean', default: false },
  from: { type: 'string' },
  small: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '5' },
  'warm-up': { type: 'string', default: '1' },
  repeat: { type: 'string' },
  senders: { type: 'string' },
  rate: { type: 'string' },
  'text-bytes': { type: 'string', default: '100' },
  json: { type: 'string' },
  profile: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** null: the person asked for help. Throws OptionFault. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const values = parse(args)
  if (values.help) return null
  const url = values.url === undefined ? null : urlOf(values.url)
  return {
    ...chosen(
      values.scenarios ?? [...defaultScenarios, ...(url === null ? defaultStudies : [])].join(','),
      url,
    ),
    studySize: values.small ? 'small' : 'real',
    run: {
      seconds: numberOf('seconds', values.seconds, 0.1),
      warmUpSeconds: numberOf('warm-up', values['warm-up'], 0),
      repeat: wholeOf('repeat', values.repeat ?? (values.report ? '3' : '1'), 1),
      senders: values.senders === undefined ? null : wholeOf('senders', values.senders, 1),
      rate: values.rate === undefined ? null : numberOf('rate', values.rate, 0.1),
      textBytes: wholeOf('text-bytes', values['text-bytes'], shortestStampedText),
    },
    contestants: contestantsOf(values.contestants ?? (values.report ? 'all' : 'parley')),
    report: values.report,
    from: values.from ?? null,
    json: values.json ?? null,
    profileFolder: values.profile ?? null,
    url,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: texts, strict: true }).values
  } catch (error) {
    throw new OptionFault(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function chosen(names: string, url: URL | null): Pick<BenchOptions, 'scenarios' | 'studies'> {
  const scenarios: Scenario[] = []
  const studies: Study[] = []
  for (const name of names.split(',')) {
    const [scenario, study] = [scenarioOf(name), studyOf(name)]
    if (scenario !== null) scenarios.push(scenario)
    else if (study === null) throw new OptionFault(`There is no scenario ${JSON.stringify(name)}`)
    else if (url !== null) throw new OptionFault(`${name} starts servers of its own: it cannot use --url`)
    else studies.push(study)
  }
  return { scenarios, studies }
}

function contestantsOf(text: string): readonly string[] {
  if (text === 'all') return contestantNames
  const names = text.split(',')
  const unknown = names.find((name) => !contestantNames.includes(name))
  if (unknown !== undefined) throw new OptionFault(`There is no contestant ${JSON.stringify(unknown)}`)
  return names
}

function numberOf(name: string, text: string, min: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < min) {
    throw new OptionFault(`--${name} must be a number of at least ${min}`)
  }
  return value
}

function wholeOf(name: string, text: string, min: number): number {
  const value = numberOf(name, text, min)
  if (!Number.isInteger(value)) throw new OptionFault(`--${name} must be a whole number`)
  return value
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.protocol !== 'http:') throw new OptionFault('--url must begin with http://')
  return url
}
