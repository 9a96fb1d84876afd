// The embedded PostgreSQL as the server has it: started or adopted, watched and restarted, stopped. One per data folder.
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { adoptPostmaster } from './adopt.ts'
import { locateCluster, passwordFile, prepareCluster, readPassword } from './cluster.ts'
import { isClusterProcess } from './cluster-processes.ts'
import { type DataFolderLock, lockDataFolder } from './data-folder-lock.ts'
import {
  chooseEndpoint,
  connectionTo,
  connectionUrl,
  endpointOf,
  type PostgresConnection,
} from './endpoint.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { giveTree } from './file-tree.ts'
import type { Log } from './log.ts'
import { launchPostmaster } from './postmaster.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { type Account, ownerOf } from './reserved-account.ts'
import { baseSettings, type Settings } from './settings.ts'
import { supervise } from './supervise.ts'

export type { PostgresConnection } from './endpoint.ts'
export { EmbeddedPostgresError } from './errors.ts'
export { type Account, isReserved, keptAccount, ownerOf, reserveAccount } from './reserved-account.ts'

export type EmbeddedPostgresOptions = {
  /** Made with mode 0700 if missing; relative to the working directory. */
  dataDir: string
  log: Log
  /** Overrides of single settings; meant for tests, which may trade durability for speed. */
  settings?: Settings
}

export type EmbeddedPostgres = {
  /** For `pg.Pool`. It stays valid when PostgreSQL is restarted. */
  readonly connection: PostgresConnection
  /** The same as one string, for `pg`, psql and libpq. It holds the password. */
  readonly url: string
  /** Of the current PostgreSQL main process; it changes with a restart. */
  readonly pid: number
  /** Whether it was left running by a server that died. */
  readonly adopted: boolean
  /**
   * Stops PostgreSQL cleanly and frees the data folder; the same promise for every call. Close the pool first:
   * sessions that are still open are cut, with their transactions rolled back.
   */
  stop(): Promise<void>
}

/**
 * Resolves when connections are accepted: within a second or two the first time, much faster later. A PostgreSQL that
 * dies by itself is started again on the same connection until `stop`.
 *
 * @throws EmbeddedPostgresError with a message for the terminal; nothing is left running
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = openDataFolder(options.dataDir)
  const lock = lockDataFolder(dataDir)
  try {
    return await startLocked(dataDir, lock, options)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startLocked(
  dataDir: string,
  lock: DataFolderLock,
  { log, settings: overrides }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const settings = { ...baseSettings, ...overrides }
  const stopping = new AbortController()
  const cluster = await locateCluster(dataDir, log)
  const adoption = await adoptPostmaster(cluster, settings, log)
  const password = adoption?.password ?? (await prepareCluster(cluster, log))
  const endpoint = adoption?.endpoint ?? (await chooseEndpoint(cluster.folder))
  const launch = () => launchPostmaster(cluster, endpoint, settings, log, stopping.signal)
  const first = adoption?.postmaster ?? (await launch())
  const supervision = supervise(first, launch, cluster.logFile, log, stopping.signal)
  const connection = connectionTo(endpoint, password)
  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping.abort(new Error('PostgreSQL is being stopped'))
    await supervision.finished
    lock.release()
  }
  return {
    connection,
    url: connectionUrl(connection),
    get pid() {
      return supervision.pid()
    },
    adopted: first.adopted,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

/**
 * The connection to the PostgreSQL that another process, usually the server, runs on the folder now; for commands
 * beside it. Undefined if none runs or the folder cannot be read.
 */
export function findRunningPostgres(dataDir: string): PostgresConnection | undefined {
  try {
    const folder = realpathSync(resolve(dataDir, 'postgres'))
    const file = readPostmasterFile(folder)
    const password = readPassword(passwordFile(realpathSync(dataDir)))
    if (!file?.ready || password === undefined || !isClusterProcess(file.pid, folder)) return undefined
    return connectionTo(endpointOf(folder, file), password)
  } catch {
    return undefined
  }
}

/**
 * What only root can do about a data folder that `account` shall serve without root: make the cluster, which takes somebody with a name,
 * or take it over from whoever had it. The folder belongs to the account afterwards, with all that is in it.
 *
 * @throws EmbeddedPostgresError as {@link startEmbeddedPostgres}
 */
export async function giveDataFolder(
  path: string,
  account: Account,
  { withCluster, log }: { withCluster: boolean; log: Log },
): Promise<void> {
  const dataDir = openDataFolder(path)
  const lock = lockDataFolder(dataDir)
  try {
    if (withCluster) {
      const cluster = await locateCluster(dataDir, log, account)
      const adoption = await adoptPostmaster(cluster, baseSettings, log)
      if (adoption === undefined) await prepareCluster(cluster, log)
    }
    await giveTree(dataDir, account.uid, account.gid)
  } finally {
    lock.release()
  }
}

/** Whether {@link giveDataFolder} has nothing to do. */
export function isGivenDataFolder(dataDir: string, { uid }: Account, withCluster: boolean): boolean {
  if (ownerOf(dataDir)?.uid !== uid) return false
  if (!withCluster) return true
  return ownerOf(join(dataDir, 'postgres'))?.uid === uid && existsSync(passwordFile(dataDir))
}

/** Absolute and free of links, so that it compares with what the kernel says about processes. */
function openDataFolder(path: string): string {
  const absolute = resolve(path)
  try {
    mkdirSync(absolute, { recursive: true, mode: 0o700 })
    return realpathSync(absolute)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new EmbeddedPostgresError(
      'data_folder_unusable',
      `The data folder ${absolute} (PARLEY_DATA_DIR) cannot be used (${why}): make it a folder of the user that runs the server, or name another`,
      { cause: error },
    )
  }
}
