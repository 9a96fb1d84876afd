// Takes over the PostgreSQL of a server that died without stopping it, with its warm memory and no recovery to wait for.

import { type Cluster, readPassword } from './cluster.ts'
import { isClusterProcess } from './cluster-processes.ts'
import { type Endpoint, endpointOf, isListening } from './endpoint.ts'
import type { Log } from './log.ts'
import { launchMark, type Postmaster } from './postmaster.ts'
import { readLaunchMark, readPostmasterFile } from './postmaster-file.ts'
import { idsOfProcess } from './reserved-account.ts'
import type { Settings } from './settings.ts'
import { shutDownProcess } from './shut-down.ts'

/** It is not our child, so no event tells of its end. */
const livenessEvery = 250

export type Adoption = { postmaster: Postmaster; endpoint: Endpoint; password: string }

/**
 * Takes over a PostgreSQL that runs on the folder if it was started as we would start it, and stops any other.
 * Undefined if none runs afterwards. The caller holds the folder's lock.
 */
export async function adoptPostmaster(
  cluster: Cluster,
  settings: Settings,
  log: Log,
): Promise<Adoption | undefined> {
  const file = readPostmasterFile(cluster.folder)
  if (file === undefined || !isClusterProcess(file.pid, cluster.folder)) return undefined
  const { pid, ready } = file
  const endpoint = endpointOf(cluster.folder, file)
  const password = readPassword(cluster.passwordFile)
  const listening = await isListening(endpoint)
  const alike = readLaunchMark(cluster.folder) === launchMark(cluster, settings) && runsAsOurs(pid, cluster)
  if (ready && listening && alike && password !== undefined) {
    log('info', 'The PostgreSQL that a server left behind is taken over', { pid })
    return { postmaster: adoptedPostmaster(pid, cluster, log), endpoint, password }
  }
  // Outside Linux a pid that nobody answers for may be anybody's; PostgreSQL judges when it is started.
  if (process.platform === 'linux' || listening) {
    log('info', 'The PostgreSQL that a server left behind is stopped', { pid })
    await shutDownProcess(pid, cluster, log)
  }
  return undefined
}

/** One that an older version left as `nobody` must stop before its cluster gets an owner that nobody shares. */
const runsAsOurs = (pid: number, { identity }: Cluster): boolean =>
  process.platform !== 'linux' || identity === undefined || idsOfProcess(pid)[0] === identity.uid

function adoptedPostmaster(pid: number, cluster: Cluster, log: Log): Postmaster {
  const exited = new Promise<string>((resolve) => {
    const watch = setInterval(() => {
      if (isClusterProcess(pid, cluster.folder)) return
      clearInterval(watch)
      resolve('it was not our child, so nobody knows how')
    }, livenessEvery)
    watch.unref()
  })
  return { pid, adopted: true, exited, shutDown: () => shutDownProcess(pid, cluster, log) }
}
