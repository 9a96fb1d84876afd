// The living processes of a cluster, found by what they are and where they work, since a pid alone may long belong to
// something else (after a reboot or in a container it usually does).
import { readdirSync, readlinkSync } from 'node:fs'
import { errnoOf } from './errors.ts'
import { poll } from './poll.ts'
import { readPostmasterFile } from './postmaster-file.ts'

/**
 * Every PostgreSQL process whose working directory is the folder; PostgreSQL never leaves it. Outside Linux only the
 * process that postmaster.pid names can be asked for. Zombies do not count.
 */
export function clusterProcesses(folder: string): number[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && isClusterProcess(pid, folder))
  }
  const pid = readPostmasterFile(folder)?.pid
  return pid !== undefined && isClusterProcess(pid, folder) ? [pid] : []
}

/** Whether that process is alive and works on this cluster (outside Linux: whether it is alive). */
export function isClusterProcess(pid: number, folder: string): boolean {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0)
    // The program may have been replaced since ("… (deleted)"), for example by npm ci.
    const program = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
    return program.endsWith('/postgres') && readlinkSync(`/proc/${pid}/cwd`) === folder
  } catch (error) {
    // Gone, or another user's and so not ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return false
    throw error
  }
}

/**
 * Ends what a postmaster that died left behind. Backends in the middle of a computation notice its death late, and
 * until then the shared memory they hold keeps a new postmaster from starting. What they had not committed is undone
 * by the recovery that follows.
 */
export async function endOrphans(folder: string): Promise<number> {
  if (process.platform !== 'linux') return 0
  const orphans = clusterProcesses(folder)
  const gone = () => (clusterProcesses(folder).length === 0 ? true : undefined)
  signalAll(orphans, 'SIGQUIT')
  if (orphans.length > 0 && !(await poll(gone, { every: 10, within: 1000 }))) {
    signalAll(clusterProcesses(folder), 'SIGKILL')
    await poll(gone, { every: 10, within: 5000 })
  }
  return orphans.length
}

/** Sends a signal to each of them that still lives. */
export function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }
}
