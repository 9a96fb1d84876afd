// Connections to PostgreSQL and the one way in which statements are run.
import pg from 'pg'
import { AppError } from '../core/errors.ts'
import type { Log } from '../core/ports.ts'
import { asAppError } from './database-errors.ts'

export interface DatabaseConnection {
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database?: string
  /** Instead of the parts. */
  readonly connectionString?: string
}

export type Row = Readonly<Record<string, unknown>>

/** Runs statements, alone or within a transaction. A `name` makes it a prepared statement of its connection. */
export interface Database {
  query<R extends Row = Row>(text: string, values?: readonly unknown[], name?: string): Promise<R[]>
}

export interface PoolOptions {
  readonly max?: number
  readonly log: Log
}

/** Milliseconds. A statement of the messenger takes a few; what takes this long is stuck. */
const statementTimeout = 15_000
const lockTimeout = 10_000
const idleInTransactionTimeout = 20_000
const connectTimeout = 5_000

const int8 = 20
const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    // Numbers, seqs and versions stay far below 2^53.
    id === int8 ? Number : pg.types.getTypeParser(id, format as 'text'),
}

export function createPool(connection: DatabaseConnection, { max = 16, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max,
    types,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeout,
    idleTimeoutMillis: 60_000,
    application_name: 'parley',
    statement_timeout: statementTimeout,
    lock_timeout: lockTimeout,
    idle_in_transaction_session_timeout: idleInTransactionTimeout,
    // A server that hangs without closing the connection does not answer `statement_timeout` either.
    query_timeout: statementTimeout + 5_000,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'))
  return pool
}

/** Statements over whatever runs them. Rejects with `unavailable` when the database cannot be reached. */
export function databaseOver(runner: Pick<pg.Pool | pg.PoolClient, 'query'>): Database {
  return {
    async query<R extends Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<R[]> {
      try {
        const result = await runner.query<R>({
          text,
          values: [...values],
          ...(name === undefined ? {} : { name }),
        })
        return result.rows
      } catch (error) {
        throw asAppError(error)
      }
    },
  }
}

/** Refuses a server that is too old or does not speak UTF-8, and warns of one that does not keep what it acknowledges. */
export async function checkServer(database: Database, log: Log): Promise<void> {
  const [row] = await database.query(`
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
      current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit`)
  if (row === undefined) throw new AppError('unavailable')
  if (Number(row.version) < 150_000) throw new Error('PostgreSQL 15 or newer is required')
  if (row.encoding !== 'UTF8') throw new Error(`the database must be in UTF8, not ${String(row.encoding)}`)
  if (row.fsync !== 'on' || row.synchronous_commit === 'off') {
    log.warn(
      { fsync: row.fsync, synchronous_commit: row.synchronous_commit },
      'this database may lose acknowledged messages in a crash',
    )
  }
}
