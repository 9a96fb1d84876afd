// `parley migrate`: the database brought to the version of the code, without serving.

import { createLogs } from '../observability/logs.ts'
import { migrate } from '../storage/migrate.ts'
import { loadConfig } from './config.ts'
import { leaveRoot, settle } from './leave-root.ts'
import { openDatabase } from './serve.ts'

export async function runMigrate(): Promise<void> {
  const config = loadConfig(process.env)
  const log = createLogs(config.logLevels).db
  leaveRoot(await settle(config))
  const database = await openDatabase(config)
  try {
    const applied = await migrate(database.connection, { log })
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  } finally {
    await database.stop()
  }
}
