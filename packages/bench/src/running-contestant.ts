// What the bench needs of a system under test while it runs: where it serves, its processes, its people and their groups.
import type { CodecName } from './load/codecs.ts'
import type { LoadWorker } from './load/load-process.ts'
import type { ProcessRoots } from './process-cpu.ts'

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
