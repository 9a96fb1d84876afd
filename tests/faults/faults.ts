// The faults: what is killed, and when it counts as being there again.
import {
  clusterProcesses,
  isClusterProcess,
  signalAll,
} from '../../packages/server/src/embedded/cluster-processes.ts'
import { readPostmasterFile } from '../../packages/server/src/embedded/postmaster-file.ts'
import { until } from '../model/until.ts'
import type { FaultKind } from './records.ts'
import type { ServerProcess } from './server-process.ts'

const upWithin = 60_000

/** Kills at once, and resolves when what was killed takes connections again. */
export type Strike = (server: ServerProcess) => Promise<void>

export const strikes: Readonly<Record<FaultKind, Strike>> = {
  /** kill -9 of the server; whoever runs it starts it again at once, and it finds its PostgreSQL running. */
  async server(server) {
    await server.kill()
    await server.restart()
  },

  /** kill -9 of PostgreSQL's main process and of all its children; the server must notice and start it again. */
  async postgres({ clusterFolder }) {
    const killed = readPostmasterFile(clusterFolder)?.pid
    if (killed === undefined) throw new Error('There is no PostgreSQL to kill')
    // Held first, so that it forks nothing between the look and the kill.
    process.kill(killed, 'SIGSTOP')
    const family = clusterProcesses(clusterFolder)
    signalAll(family, 'SIGKILL')
    await until('a dead PostgreSQL', () => family.every((pid) => !isClusterProcess(pid, clusterFolder)))
    const isBack = () => {
      const file = readPostmasterFile(clusterFolder)
      return file?.ready === true && file.pid !== killed
    }
    await until('PostgreSQL started again', isBack, upWithin)
  },
}
