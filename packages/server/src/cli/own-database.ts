// The database of this installation, for commands that work beside a running server or without one.
import { findRunningPostgres } from '../embedded/postgres.ts'
import { createLogs } from '../observability/logs.ts'
import type { Config } from './config.ts'
import { leaveRoot, settle } from './leave-root.ts'
import { type Database, openDatabase } from './serve.ts'

type Log = ReturnType<typeof createLogs>['db']

/** On the database of a server that runs, or else on one that is opened for as long as the work takes. */
export async function withOwnDatabase(
  config: Config,
  work: (connection: Database['connection'], log: Log) => Promise<void>,
): Promise<void> {
  // What is worth a line of a server's log is not worth one here.
  const db = config.logLevels.db === 'silent' ? 'silent' : 'error'
  const quiet: Config = { ...config, logLevels: { http: 'silent', ws: 'silent', core: 'silent', db } }
  const running = config.databaseUrl === undefined ? findRunningPostgres(config.dataDir) : undefined
  if (running === undefined) leaveRoot(await settle(quiet))
  const database =
    running === undefined ? await openDatabase(quiet) : { connection: running, stop: async () => undefined }
  try {
    await work(database.connection, createLogs(quiet.logLevels).db)
  } finally {
    await database.stop()
  }
}
