// The bench: starts each contestant, runs the scenarios, prints the report. Exits with 1 when a promise was broken on the way.
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type BenchRun, environment, type ScenarioReport } from './bench-run.ts'
import { runContest } from './contest.ts'
import type { Contestant } from './contestant.ts'
import { createContestants } from './contestants/index.ts'
import { createRunningParley } from './contestants/parley.ts'
import { writeDocument } from './document.ts'
import { type BenchOptions, OptionFault, readOptions, usage } from './options.ts'
import { readProfile, renderSelfTimes, selfTimes } from './profile.ts'
import { createProgress, type Progress } from './progress.ts'
import { renderReport } from './report.ts'
import { runStudies } from './scenarios/run-studies.ts'

const documentFolder = resolve(import.meta.dirname, '../../../docs')
const profileLines = 30

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const progress = createProgress()
  try {
    const options = readOptions(args)
    if (options === null) {
      process.stdout.write(usage)
      return 0
    }
    await bench(options, progress)
    return 0
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      error instanceof OptionFault ? `${message}\n\n${usage}` : `bench failed: ${message}\n`,
    )
    return error instanceof OptionFault ? 2 : 1
  }
}

async function bench(options: BenchOptions, progress: Progress): Promise<void> {
  const run = options.from === null ? await measure(options, progress) : await readRun(options.from)
  process.stdout.write(renderReport(run))
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(run, null, 2)}\n`)
  if (options.report) await writeDocument(run, documentFolder, progress)
}

async function measure(options: BenchOptions, progress: Progress): Promise<BenchRun> {
  const interruption = interrupted()
  const where = environment()
  try {
    const ports = { progress, interruption: interruption.happened }
    const contest =
      options.scenarios.length === 0
        ? { contestants: [], scenarios: [], subjectPid: null }
        : await runContest(chooseContestants(options, progress), options.scenarios, {
            run: options.run,
            ...ports,
          })
    const { contestants, scenarios, subjectPid } = contest
    if (options.profileFolder !== null && subjectPid !== null) {
      printProfile(options.profileFolder, subjectPid, scenarios)
    }
    const sizes = { ...options.run, size: options.studySize, progress }
    const studies = await runStudies(options.studies, sizes, interruption.happened)
    return { environment: where, options: options.run, contestants, scenarios, studies }
  } finally {
    interruption.ignore()
  }
}

function chooseContestants(options: BenchOptions, progress: Progress): Contestant[] {
  const { profileFolder } = options
  if (options.url === null) return createContestants(options.contestants, { progress, profileFolder })
  const peers = options.contestants.filter((name) => !name.startsWith('parley'))
  return [
    createRunningParley(progress, options.url),
    ...createContestants(peers, { progress, profileFolder }),
  ]
}

/** The file that --json wrote. */
const readRun = async (path: string): Promise<BenchRun> =>
  JSON.parse(await readFile(path, 'utf8')) as BenchRun

/** Rejects on Ctrl-C or a request to end, so that what was started is stopped on the way out. */
function interrupted(): { readonly happened: Promise<never>; ignore(): void } {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (signal: NodeJS.Signals): void => reject(new Error(`interrupted by ${signal}`))
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    happened: promise,
    ignore() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}

/** Of the first contestant. */
function printProfile(folder: string, pid: number, scenarios: readonly ScenarioReport[]): void {
  const profile = readProfile(folder, pid)
  if (profile === null) throw new Error(`The server left no CPU profile in ${folder}`)
  for (const { title, performances } of scenarios) {
    for (const { phase, runs } of performances[0]?.phases ?? []) {
      const last = runs.at(-1)
      if (last === undefined) continue
      const times = selfTimes(profile, last.from, last.to, profileLines)
      process.stdout.write(`${renderSelfTimes(`Server, ${title}, ${phase}: self time`, times)}\n`)
    }
  }
}

process.exit(await main(process.argv.slice(2)))
