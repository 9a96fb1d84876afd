// The table of contestants, by the names of the command line.
import type { Contestant } from '../contestant.ts'
import type { Progress } from '../progress.ts'
import { createAutocommit } from './autocommit.ts'
import { createCBroadcaster, createWsBroadcaster } from './broadcasters.ts'
import { createEjabberd } from './ejabberd.ts'
import { createParley, createPlainParley, createUnpacedParley } from './parley.ts'
import { createSocketIo } from './socketio.ts'

export interface ContestantPorts {
  readonly progress: Progress
  /** Gets the CPU profile of Parley's server. */
  readonly profileFolder: string | null
}

const table: Readonly<Record<string, (ports: ContestantPorts) => Contestant>> = {
  parley: ({ progress, profileFolder }) => createParley(progress, profileFolder),
  'parley-unpaced': ({ progress }) => createUnpacedParley(progress),
  'parley-plain': ({ progress }) => createPlainParley(progress),
  socketio: createSocketIo,
  ws: createWsBroadcaster,
  c: createCBroadcaster,
  ejabberd: createEjabberd,
  autocommit: createAutocommit,
}

export const contestantNames: readonly string[] = Object.keys(table)

/** In the order of the table, so that Parley comes first. Names that the table does not have are ignored. */
export const createContestants = (names: readonly string[], ports: ContestantPorts): Contestant[] =>
  Object.entries(table)
    .filter(([name]) => names.includes(name))
    .map(([, create]) => create(ports))
