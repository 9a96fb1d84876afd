// The database as the core sees it: all stores over a pool, and transactions.
import type pg from 'pg'
import type { Storage, Stores } from '../core/ports.ts'
import { createAccountStore } from './accounts.ts'
import { createChatStore } from './chats.ts'
import { asAppError, isConflict } from './database-errors.ts'
import { createMemberStore } from './members.ts'
import { createMessageStore } from './messages.ts'
import { type Database, databaseOver } from './postgres.ts'
import { createReadStore } from './reads.ts'
import { createSessionStore } from './sessions.ts'
import { createSyncStore } from './sync.ts'

/** Times that a transaction which lost a deadlock is run in all. */
const attempts = 4

export function createStorage(pool: pg.Pool): Storage {
  const database = databaseOver(pool)
  return {
    stores: storesOver(database),
    transaction: (work) => transaction(pool, (inner) => work(storesOver(inner))),
    async ping() {
      await database.query('SELECT 1')
    },
  }
}

const storesOver = (database: Database): Stores => ({
  accounts: createAccountStore(database),
  sessions: createSessionStore(database),
  chats: createChatStore(database),
  members: createMemberStore(database),
  messages: createMessageStore(database),
  reads: createReadStore(database),
  sync: createSyncStore(database),
})

/**
 * Runs the work in a transaction and commits it. A lost deadlock is run again; a connection that breaks, also during the
 * commit, rejects with `unavailable`: success is reported only for what is known to be durable.
 */
export async function transaction<T>(pool: pg.Pool, work: (database: Database) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptTransaction(pool, work)
    } catch (error) {
      if (attempt < attempts && isConflict(causeOf(error))) continue
      throw asAppError(error)
    }
  }
}

/** The driver's error beneath the core's. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause ? error.cause : error)

async function attemptTransaction<T>(pool: pg.Pool, work: (database: Database) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  try {
    await client.query('BEGIN')
    const result = await work(databaseOver(client))
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    // A connection that cannot roll back is in no known state; it is closed instead of being used again.
    const rolledBack = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    )
    client.release(!rolledBack)
    throw error
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw asAppError(error)
  }
}
