// One life of PostgreSQL's main process that we start ourselves.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { endOrphans } from './cluster-processes.ts'
import { type Endpoint, socketName } from './endpoint.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { folderAsSeenBy } from './identity.ts'
import type { Log } from './log.ts'
import { poll } from './poll.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { postgresEnvironment } from './run.ts'
import { serverLogSince, serverLogSize, shortenServerLog } from './server-log.ts'
import type { Settings } from './settings.ts'
import { shutDownProcess } from './shut-down.ts'

export type Postmaster = {
  pid: number
  adopted: boolean
  /** Resolves, never rejects, when the process has ended, with words for the log. */
  exited: Promise<string>
  /** Stops it as cleanly as it allows, and resolves when it has ended. */
  shutDown(): Promise<void>
}

const recoveryNoticeEvery = 10_000

/**
 * Starts PostgreSQL and resolves when it accepts connections, however long a recovery takes.
 *
 * @throws EmbeddedPostgresError `start_failed`, with the last lines of PostgreSQL's log; the signal's reason if aborted
 */
export async function launchPostmaster(
  cluster: Cluster,
  endpoint: Endpoint,
  settings: Settings,
  log: Log,
  signal: AbortSignal,
): Promise<Postmaster> {
  await clearRemains(cluster.folder, log)
  signal.throwIfAborted()
  shortenServerLog(cluster.logFile)
  const logStart = serverLogSize(cluster.logFile)
  const child = spawnServer(cluster, endpoint, settings)
  const exited = endOf(child)
  const ended = await readiness(child, exited, cluster, log, signal)
  if (ended !== undefined) {
    const words = serverLogSince(cluster.logFile, logStart) || 'it wrote nothing'
    throw new EmbeddedPostgresError('start_failed', `PostgreSQL did not start (${ended}): ${words}`)
  }
  // The server decides when the process ends; a database that is left over is adopted by the next start.
  child.unref()
  return {
    pid: child.pid ?? 0,
    adopted: false,
    exited,
    async shutDown() {
      // Whoever stops it also sees its end.
      child.ref()
      await shutDownProcess(child.pid ?? 0, cluster, log)
      await exited
    },
  }
}

/**
 * PostgreSQL refuses to start while the pid in one of its lock files lives, whatever runs under it by now: a stranger,
 * or a zombie in a container whose first process reaps nothing. We know better: nothing of this cluster runs.
 */
async function clearRemains(folder: string, log: Log): Promise<void> {
  if (process.platform !== 'linux') return
  const orphans = await endOrphans(folder)
  if (orphans > 0) log('warn', `${orphans} processes of a PostgreSQL that died were ended`)
  for (const name of ['postmaster.pid', socketName, `${socketName}.lock`])
    rmSync(join(folder, name), { force: true })
}

function spawnServer(cluster: Cluster, endpoint: Endpoint, settings: Settings): ChildProcess {
  const all: Settings = {
    ...settings,
    ...endpoint.settings,
    'parley.launch': launchMark(cluster, settings),
  }
  const folder = folderAsSeenBy(cluster.identity, cluster.folder)
  const args = ['-D', folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const output = openSync(cluster.logFile, 'a', 0o600)
  try {
    return spawn(cluster.binaries.postgres, args, {
      cwd: cluster.folder,
      env: postgresEnvironment(),
      stdio: ['ignore', output, output],
      // Its own process group: Ctrl-C in a terminal reaches only the server, which drains first.
      detached: true,
      windowsHide: true,
      ...cluster.identity,
    })
  } catch (error) {
    throw new EmbeddedPostgresError('start_failed', `PostgreSQL cannot be started: ${error}`, {
      cause: error,
    })
  } finally {
    closeSync(output)
  }
}

/** Names a version with its settings, so that a server that was started otherwise is not adopted. */
export function launchMark({ binaries }: Cluster, settings: Settings): string {
  const launch = JSON.stringify([binaries.postgres, binaries.version, settings])
  return createHash('sha256').update(launch).digest('hex').slice(0, 16)
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(String(error)))
    child.once('exit', (code, signal) => resolve(code === null ? `killed by ${signal}` : `exit code ${code}`))
  })
}

/** Resolves with undefined when connections are accepted, or with how the process ended before. */
async function readiness(
  child: ChildProcess,
  exited: Promise<string>,
  cluster: Cluster,
  log: Log,
  signal: AbortSignal,
): Promise<string | undefined> {
  let ended: string | undefined
  exited.then((how) => {
    ended = how
  })
  const settled = () => {
    const file = readPostmasterFile(cluster.folder)
    return ended !== undefined || (file?.pid === child.pid && file?.ready) || undefined
  }
  try {
    while (!(await poll(settled, { every: 5, within: recoveryNoticeEvery, signal }))) {
      log('info', 'PostgreSQL is still recovering from its last end', { pid: child.pid })
    }
  } catch (error) {
    if (child.pid !== undefined) await shutDownProcess(child.pid, cluster, log)
    throw error
  }
  return ended
}
