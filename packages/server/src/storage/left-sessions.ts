// The sessions of a server that died. PostgreSQL goes on with what they had been asked to do, and may commit it after the next server
// has begun to serve: nobody would be told of it.
import pg from 'pg'
import { type Connection, clientConfig } from './postgres.ts'
import { UnfitDatabaseError } from './unfit-database.ts'

/** Milliseconds for a session to end: it may be in the middle of a commit that waits for the disk. */
const patience = 30_000

/**
 * Ends them and waits until they are gone: from then on everything is either committed or undone. The database must be the caller's
 * alone. Gives how many there were; throws when one does not end.
 */
export async function endLeftSessions(connection: Connection): Promise<number> {
  const client = new pg.Client(clientConfig(connection))
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number; ended: boolean }>(
      // All sessions of a server are named as this one is.
      `SELECT pid, pg_terminate_backend(pid, $1) AS ended FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`,
      [patience],
    )
    const stuck = rows.filter(({ ended }) => !ended).map(({ pid }) => pid)
    if (stuck.length > 0)
      throw new UnfitDatabaseError(`Sessions of a server that died do not end: processes ${stuck.join(', ')}`)
    return rows.length
  } finally {
    await client.end()
  }
}
