// What the bench needs of a system under test. Parley is one; others stand beside it in contestants/.
import type { RunningContestant } from './running-contestant.ts'
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
