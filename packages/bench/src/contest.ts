// All contestants of one run: started once, kept running side by side, loaded one at a time.
import type { ContestantReport, ScenarioReport } from './bench-run.ts'
import { type Contestant, Unavailable } from './contestant.ts'
import type { Progress } from './progress.ts'
import { type Contender, type RunOptions, runScenario } from './run-scenario.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { createTeardown, type Teardown } from './teardown.ts'

export interface Contest {
  readonly contestants: readonly ContestantReport[]
  readonly scenarios: readonly ScenarioReport[]
  /** Process of the first contestant's server; null where it is not ours. */
  readonly subjectPid: number | null
}

export interface ContestPorts {
  readonly run: RunOptions
  readonly progress: Progress
  /** Rejects when the contest shall end early. */
  readonly interruption: Promise<never>
}

/** Rejects when the bench's subject fails; whatever happens, everything that was started is stopped by then. */
export async function runContest(
  contestants: readonly Contestant[],
  scenarios: readonly Scenario[],
  { run, progress, interruption }: ContestPorts,
): Promise<Contest> {
  const teardown = createTeardown(progress)
  const work = async (): Promise<Contest> => {
    const reports: ContestantReport[] = []
    const contenders: Contender[] = []
    for (const contestant of contestants) {
      const { report, contender } = await enterContest(contestant, scenarios, teardown, progress)
      reports.push(report)
      if (contender !== null) contenders.push(contender)
    }
    const results: ScenarioReport[] = []
    for (const scenario of scenarios) {
      const performances = await runScenario(scenario, contenders, run, progress)
      results.push({ scenario: scenario.name, title: scenario.title, performances })
    }
    const subjectPid = contenders[0]?.running.processes.server ?? null
    return { contestants: reports, scenarios: results, subjectPid }
  }
  try {
    return await Promise.race([work(), interruption])
  } finally {
    progress('stopping everything')
    await teardown.run()
  }
}

interface Entry {
  readonly report: ContestantReport
  readonly contender: Contender | null
}

/** A contestant that cannot be had or started is left out, unless the bench is about it. */
async function enterContest(
  contestant: Contestant,
  scenarios: readonly Scenario[],
  teardown: Teardown,
  progress: Progress,
): Promise<Entry> {
  const { name, about } = contestant
  const skip = (reason: string): Entry => {
    progress(`${name} is left out: ${reason}`)
    return { report: { name, about, readySeconds: null, skipped: reason }, contender: null }
  }
  if (!scenarios.some((scenario) => contestant.takesPartIn?.(scenario) ?? true)) {
    return skip('it takes part in none of these scenarios')
  }
  progress(`starting ${name}`)
  try {
    const running = await contestant.start(teardown)
    const report = { name, about, readySeconds: running.readySeconds, skipped: null }
    return { report, contender: { contestant, running } }
  } catch (error) {
    if (contestant.isSubject) throw error
    if (error instanceof Unavailable) return skip(error.message)
    return skip(`it did not start: ${error instanceof Error ? error.message : error}`)
  }
}
