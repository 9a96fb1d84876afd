// The database for a command that works beside a running server, or without one.
import type { Pool } from 'pg'
import type { Log } from '../core/ports.ts'
import { migrate } from '../storage/migrate.ts'
import { type Connection, checkServer, createPool } from '../storage/postgres.ts'
import { AnotherServerError, type ServerLock, takeServerLock } from '../storage/server-lock.ts'

export interface BesideServer {
  readonly pool: Pool
  /** Held while no server serves the database; null beside one. */
  readonly lock: ServerLock | null
  close(): Promise<void>
}

/** Without a server the database is brought to this version, and no server can start on it until `close`. */
export async function openBesideServer(
  connection: Connection,
  { log, max }: { readonly log: Log; readonly max: number },
): Promise<BesideServer> {
  const lock = await lockUnlessServed(connection, log)
  try {
    const pool = createPool(connection, { log, max })
    try {
      if (lock !== null) {
        await checkServer(pool, log)
        await migrate(connection, { log })
      }
    } catch (error) {
      await pool.end()
      throw error
    }
    return {
      pool,
      lock,
      async close() {
        await pool.end()
        await lock?.release()
      },
    }
  } catch (error) {
    await lock?.release()
    throw error
  }
}

async function lockUnlessServed(connection: Connection, log: Log): Promise<ServerLock | null> {
  try {
    return await takeServerLock(connection, { log, patience: 0 })
  } catch (error) {
    if (error instanceof AnotherServerError) return null
    throw error
  }
}
