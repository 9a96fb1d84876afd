// What one run of the bench leaves behind: the JSON file, from which the report, the goals and the plots are made.
import { cpus, release, totalmem } from 'node:os'
import type { Performance, RunOptions } from './run-scenario.ts'
import type { StudyReport } from './scenarios/run-studies.ts'

export interface BenchRun {
  readonly environment: Environment
  readonly options: RunOptions
  /** In the order of the columns; the first is what the others are compared with. */
  readonly contestants: readonly ContestantReport[]
  readonly scenarios: readonly ScenarioReport[]
  readonly studies: readonly StudyReport[]
}

export interface Environment {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly kernel: string
  readonly node: string
}

export interface ContestantReport {
  readonly name: string
  readonly about: string
  readonly readySeconds: number | null
  /** Why it took no part. */
  readonly skipped: string | null
}

export interface ScenarioReport {
  readonly scenario: string
  readonly title: string
  readonly performances: readonly Performance[]
}

export const environment = (): Environment => ({
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
})
