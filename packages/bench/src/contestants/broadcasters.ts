// The two broadcasters that store nothing: `ws` as it is mostly used, and C as this machine's limit.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Contestant, Unavailable } from '../contestant.ts'
import { relayRoom } from '../load/relay-codec.ts'
import type { RunningContestant } from '../running-contestant.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { Teardown } from '../teardown.ts'
import { type PeerCommand, startPeerProcess } from './peer-process.ts'
import { createRoomNames } from './room-names.ts'

const peers = resolve(import.meta.dirname, '../../peers')
const run = promisify(execFile)

/** Where messages only have to be durable, those who store nothing have nothing to show. */
const delivers = ({ until }: Scenario): boolean => until === 'delivered'

export const createWsBroadcaster = (): Contestant => ({
  name: 'ws',
  about:
    'A bare broadcaster with ws: one send per member and message. Nothing is stored, nobody is asked who he is.',
  isSubject: false,
  takesPartIn: delivers,
  start: (teardown) =>
    startRelay({ program: process.execPath, args: [join(peers, 'ws-broadcaster.ts')] }, teardown),
})

export const createCBroadcaster = (): Contestant => ({
  name: 'c',
  about:
    'A bare broadcaster in C on one thread of epoll, which gathers all that a turn brings for a socket into one write: the limit of ' +
    'this machine. Nothing is stored, nobody is asked who he is.',
  isSubject: false,
  takesPartIn: delivers,
  start: async (teardown) => startRelay({ program: await compile(teardown), args: [] }, teardown),
})

async function startRelay(command: PeerCommand, teardown: Teardown): Promise<RunningContestant> {
  const { pid, port, readySeconds } = await startPeerProcess(command, teardown)
  return {
    codec: 'relay',
    host: '127.0.0.1',
    port,
    readySeconds,
    processes: { server: pid, database: null },
    ...createRoomNames(relayRoom),
  }
}

/** Returns the program. */
async function compile(teardown: Teardown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-peer-'))
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  const program = join(folder, 'broadcaster')
  try {
    await run('cc', ['-O2', '-o', program, join(peers, 'broadcaster.c')])
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new Unavailable(isMissing ? 'there is no C compiler (cc)' : `it does not compile here: ${error}`)
  }
  return program
}
