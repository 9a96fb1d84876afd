// The log of a database that has been in use for a while.
import { connectDatabase } from '../embedded-database.ts'

/**
 * Writes that many files of the log, of 16 MB each, and makes a checkpoint, after which PostgreSQL writes over them instead of making
 * new ones. The server must be running.
 */
export async function writeLogThrough(dataFolder: string, files: number): Promise<void> {
  const database = await connectDatabase(dataFolder)
  try {
    for (let file = 0; file < files; file++) {
      // A file in which nothing was written since the last one is not ended.
      await database.query("SELECT pg_logical_emit_message(false, 'bench', '')")
      await database.query('SELECT pg_switch_wal()')
    }
    await database.query('CHECKPOINT')
  } finally {
    await database.end()
  }
}
