// What the bench needs of a system under test. Parley is one; others stand beside it in contestants/.
import type { CodecName } from './load/codecs.ts'
import type { ProcessRoots } from './process-cpu.ts'
import type { Teardown } from './teardown.ts'

export interface Contestant {
  readonly name: string
  /**
   * Starts the system with an empty store; resolves when it serves. What undoes it is added to `teardown` at once, so that a start
   * that fails or is interrupted leaves nothing behind either.
   */
  start(teardown: Teardown): Promise<RunningContestant>
}

export interface RunningContestant {
  readonly codec: CodecName
  readonly host: string
  readonly port: number
  /** From the start to the first good answer, in seconds; null if it ran before. */
  readonly readySeconds: number | null
  readonly processes: ProcessRoots
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
