// `parley migrate`: the database brought to the version of the code, without serving.
import { loadConfig } from './config.ts'
import { createLogs } from './observability/logs.ts'
import { openDatabase } from './run-serve.ts'
import { migrate } from './storage/migrate.ts'

export async function runMigrate(): Promise<void> {
  const config = loadConfig(process.env)
  const log = createLogs(config.logLevels).db
  const database = await openDatabase(config)
  try {
    const applied = await migrate(database.connection, { log })
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
  } finally {
    await database.stop()
  }
}
