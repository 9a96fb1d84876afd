// One server per data folder. The lock is the kernel's (taken through SQLite, the only file locking in Node), so it
// dies with the process however it dies, cannot be left stale, is not fooled by a reused pid, holds between
// containers that share the folder, and two starts cannot both get it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedPostgresError, errnoOf } from './errors.ts'

const SQLITE_BUSY = 5

export type DataFolderLock = { release(): void }

/**
 * Takes the folder for this process. Nothing else may open `server.lock` in this process: closing any descriptor of
 * a file drops the POSIX locks on it. That is why the holder's pid, which is only information, has its own file.
 *
 * @throws EmbeddedPostgresError `data_folder_in_use` at once if another server has it, in this process or another
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  const pidFile = join(dataDir, 'server.pid')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(dataDir, 'server.lock'), { timeout: 0 })
    // Nothing is ever written, so no journal is needed on disk.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    throw lockError(error, dataDir, pidFile)
  }
  const held = database
  writeFileSync(pidFile, `${process.pid}\n`)
  let isHeld = true
  return {
    release() {
      if (!isHeld) return
      isHeld = false
      rmSync(pidFile, { force: true })
      held.close()
    },
  }
}

function lockError(error: unknown, dataDir: string, pidFile: string): Error {
  const busy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
  if (!busy) {
    const why = error instanceof Error ? error.message : String(error)
    return new EmbeddedPostgresError(
      'data_folder_unusable',
      `The data folder ${dataDir} (PARLEY_DATA_DIR) cannot be locked (${why}): give it to the user that runs the server, or name another.`,
      { cause: error },
    )
  }
  return new EmbeddedPostgresError(
    'data_folder_in_use',
    `Another Parley server${holder(pidFile)} already uses the data folder ${dataDir}. ` +
      'Stop it first, or give this one its own folder with PARLEY_DATA_DIR.',
  )
}

function holder(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, 'utf8').trim()})`
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ''
    throw error
  }
}
