// A study: a scenario that is no table of phases. It starts servers of its own, and its findings are tables of their own.
import type { Progress } from '../progress.ts'
import type { Teardown } from '../teardown.ts'

export interface Study {
  /** As the command line names it. */
  readonly name: string
  readonly title: string
  /** Throws when a promise was broken on the way: a message lost, an answer of 5xx. */
  run(ports: StudyPorts): Promise<Findings>
}

/** `small` shows in seconds that everything works; its figures say nothing. */
export type StudySize = 'real' | 'small'

export interface StudyPorts {
  readonly size: StudySize
  /** Of one measurement. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Rounds of measurements; what is compared takes turns in each, and the medians are shown. */
  readonly repeat: number
  /** Length of a text in bytes. */
  readonly textBytes: number
  readonly progress: Progress
  readonly teardown: Teardown
}

export interface Findings {
  readonly tables: readonly FindingsTable[]
  /** What the reader of the tables has to know, a sentence or two each. */
  readonly notes: readonly string[]
}

export interface FindingsTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly FindingsRow[]
}

export interface FindingsRow {
  /** With the unit. */
  readonly label: string
  /** One for each column; null where there is none. */
  readonly values: readonly (number | null)[]
  readonly digits: number
  /** What a value of the row has to reach, for the table of goals. */
  readonly goal?: RowGoal
}

export interface RowGoal {
  /** The whole goal in words, with its bound: "all clients back within 5 s". */
  readonly says: string
  /** Which of the values. */
  readonly column: number
  readonly atMost: number
}
