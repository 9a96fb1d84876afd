// The bench: starts each contestant, runs the scenarios, prints the report. Exits with 1 when a promise was broken on the way.
import { writeFile } from 'node:fs/promises'
import type { Contestant } from './contestant.ts'
import { createParley, createRunningParley } from './contestants/parley.ts'
import { type BenchOptions, OptionFault, readOptions, usage } from './options.ts'
import { readProfile, renderSelfTimes, selfTimes } from './profile.ts'
import { createProgress, type Progress } from './progress.ts'
import { type ContestantReport, environment, renderReport, type ScenarioReport } from './report.ts'
import { runScenario } from './run-scenario.ts'
import { renderStudies, runStudies, type StudyReport } from './scenarios/run-studies.ts'
import { createTeardown } from './teardown.ts'

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
  const contestants: Contestant[] = [
    options.url === null
      ? createParley(progress, options.profileFolder)
      : createRunningParley(progress, options.url),
  ]
  const where = environment()
  const reports: ContestantReport[] = []
  if (options.scenarios.length > 0) {
    for (const contestant of contestants) reports.push(await benchContestant(contestant, options, progress))
  }
  const studies = await benchStudies(options, progress)
  process.stdout.write(
    `${renderReport(reports, where)}${studies.length > 0 ? '\n' : ''}${renderStudies(studies)}`,
  )
  if (options.json !== null) {
    await writeFile(
      options.json,
      `${JSON.stringify({ environment: where, options: options.run, reports, studies }, null, 2)}\n`,
    )
  }
}

async function benchStudies(options: BenchOptions, progress: Progress): Promise<StudyReport[]> {
  const interruption = interrupted()
  try {
    const ports = { ...options.run, size: options.studySize, progress }
    return await runStudies(options.studies, ports, interruption.happened)
  } finally {
    interruption.ignore()
  }
}

async function benchContestant(
  contestant: Contestant,
  options: BenchOptions,
  progress: Progress,
): Promise<ContestantReport> {
  const teardown = createTeardown(progress)
  const interruption = interrupted()
  let serverPid: number | null = null
  const scenarios: ScenarioReport[] = []

  const work = async (): Promise<number | null> => {
    progress(`starting ${contestant.name}`)
    const running = await contestant.start(teardown)
    serverPid = running.processes.server
    for (const scenario of options.scenarios) {
      const phases = await runScenario(scenario, running, options.run, progress)
      scenarios.push({ scenario: scenario.name, title: scenario.title, phases })
    }
    return running.readySeconds
  }
  try {
    const readySeconds = await Promise.race([work(), interruption.happened])
    return { contestant: contestant.name, readySeconds, scenarios }
  } finally {
    interruption.ignore()
    progress(`stopping ${contestant.name}`)
    await teardown.run()
    if (options.profileFolder !== null && serverPid !== null) {
      printProfile(options.profileFolder, serverPid, scenarios)
    }
  }
}

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

function printProfile(folder: string, pid: number, scenarios: readonly ScenarioReport[]): void {
  const profile = readProfile(folder, pid)
  if (profile === null) throw new Error(`The server left no CPU profile in ${folder}`)
  for (const { title, phases } of scenarios) {
    for (const { phase, runs } of phases) {
      const last = runs.at(-1)
      if (last === undefined) continue
      const times = selfTimes(profile, last.from, last.to, profileLines)
      process.stdout.write(`${renderSelfTimes(`Server, ${title}, ${phase}: self time`, times)}\n`)
    }
  }
}

process.exit(await main(process.argv.slice(2)))
