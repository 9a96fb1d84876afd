// What the parent tells the process that plays a day, and what it hears back. All of it is plain JSON.
import type { LatencySummary } from '../load/latency-histogram.ts'
import type { ProcessRoots } from '../process-cpu.ts'

/** Kinds of calls, with the rate of each in calls per second. */
export interface Rates {
  readonly send: number
  readonly read: number
  readonly typing: number
  readonly history: number
  readonly chats: number
  readonly reconnect: number
}

export type KindOfCall = keyof Rates

export interface DayPlan {
  readonly host: string
  readonly port: number
  readonly tokens: readonly string[]
  readonly chats: readonly DayChat[]
  readonly rates: Rates
  readonly textBytes: number
  readonly processes: ProcessRoots
}

export interface DayChat {
  readonly id: string
  /** Numbers of the people. */
  readonly members: readonly number[]
}

export interface DayTimes {
  readonly warmUpMs: number
  readonly measureMs: number
  /** How long what was begun may take once nothing more begins. */
  readonly drainMs: number
}

export interface DayResult {
  /** From the time at which a call was due to its answer. */
  readonly calls: Readonly<Record<KindOfCall, LatencySummary>>
  /** From the time at which a message was due to its arrival at a member's socket. */
  readonly delivery: LatencySummary
  /** How late the calls began: part of the latencies above. */
  readonly lag: LatencySummary
  readonly seconds: number
  /** Answers of 5xx over HTTP, to upgrades, and frames that say the same. */
  readonly failures: number
  /** Seconds; null where it is not measured. */
  readonly serverCpu: number | null
  readonly databaseCpu: number | null
  readonly generatorCpu: number
}

export type DayQuestion =
  | { readonly type: 'connect'; readonly plan: DayPlan }
  | { readonly type: 'run'; readonly times: DayTimes }
