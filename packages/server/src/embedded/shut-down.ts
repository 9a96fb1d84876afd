// Ends a postmaster that runs, as gently as it allows.

import type { Cluster } from './cluster.ts'
import { clusterProcesses, isClusterProcess, signalAll } from './cluster-processes.ts'
import type { Log } from './log.ts'
import { poll } from './poll.ts'
import { run } from './run.ts'

/** Fast (rolls back, writes a checkpoint), immediate (recovery at the next start), by force; with milliseconds. */
const steps = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 5_000],
] as const

/** Resolves when the process has ended. Committed data is safe with every step. */
export async function shutDownProcess(pid: number, cluster: Cluster, log: Log): Promise<void> {
  if (process.platform === 'win32') {
    // There are no signals; pg_ctl uses PostgreSQL's own pipe.
    await run(cluster.binaries.pgCtl, ['stop', '-D', cluster.folder, '-m', 'fast', '-w'], {
      identity: undefined,
      cwd: cluster.folder,
    })
    return
  }
  const ended = () => (isClusterProcess(pid, cluster.folder) ? undefined : true)
  for (const [signal, patience] of steps) {
    if (ended()) return
    if (signal !== 'SIGINT') log('warn', `PostgreSQL takes long to stop, and gets ${signal}`, { pid })
    signalAll(signal === 'SIGKILL' ? clusterProcesses(cluster.folder) : [pid], signal)
    if (await poll(ended, { every: 5, within: patience })) return
  }
}
