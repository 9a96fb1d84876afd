// What the bench needs of a system under test. Parley is one; others stand beside it in contestants/.
import type { CodecName } from './load/codecs.ts'
import type { LoadWorker } from './load/load-process.ts'
import type { ProcessRoots } from './process-cpu.ts'
import type { Scenario } from './scenarios/scenario.ts'
import type { Teardown } from './teardown.ts'

export interface Contestant {
  readonly name: string
  /** What it does for a message and what it does not, for the reader of the report. */
  readonly about: string
  /** The bench is about it: a promise that it breaks ends the run. A peer that fails is left out, and the report says why. */
  readonly isSubject: boolean
  /** A contestant without this takes part in everything. */
  takesPartIn?(scenario: Scenario): boolean
  /**
   * Starts the system with an empty store; resolves when it serves. What undoes it is added to `teardown` at once, so that a start
   * that fails or is interrupted leaves nothing behind either. Throws Unavailable where this machine does not have the system.
   */
  start(teardown: Teardown): Promise<RunningContestant>
}

/** The system is not on this machine; the message says what is missing. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

export interface RunningContestant {
  readonly codec: CodecName
  readonly host: string
  readonly port: number
  /** From the start to the first good answer, in seconds; null if it ran before. */
  readonly readySeconds: number | null
  readonly processes: ProcessRoots
  /** A load of its own in place of the generator's, for what does not speak WebSocket. It runs the closed phase alone. */
  readonly ownLoad?: LoadWorker
  /** This many people, whose tokens are good for a while. The same ones come again in the same order, their tokens renewed. */
  people(count: number): Promise<readonly Person[]>
  /** Makes a group of exactly these people, the first its owner. Returns the chat's id. */
  createGroup(people: readonly Person[]): Promise<string>
  /** Makes the direct chat of two people. Returns its id. */
  createDirect(one: Person, other: Person): Promise<string>
}

/** Someone with a login. */
export interface Person {
  readonly id: string
  readonly token: string
}
