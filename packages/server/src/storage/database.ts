// Runs prepared statements: each on any connection of the pool, or all on the one of a transaction.
import type pg from 'pg'
import { breaksConnection, databaseFault, isCollision, settling } from './database-faults.ts'

/** Prepared once per connection under its name, which belongs to this text alone. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/**
 * Where the stores' statements run. Outside of a transaction they reject with AppError `unavailable` (see databaseFault), with
 * InDoubtError (see settling) or the driver's error. The type of the rows is the caller's claim about its statement.
 */
export interface Database {
  readonly inTransaction: boolean
  query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/** A connection while it is lent out. Rejects with the driver's errors. */
export interface Session {
  query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /** Runs a command without parameters or rows and gives its tag, like `COMMIT`. */
  command(text: string): Promise<string>
}

/** Times that work is run which collides with other transactions. */
const attempts = 3

/** Every statement is a transaction of its own; one that collides with others is run again. */
export function pooledDatabase(pool: pg.Pool): Database {
  return {
    inTransaction: false,
    query: <Row extends object>(statement: Statement, values: readonly unknown[]) =>
      withSession(pool, (session) => settling(session.query<Row>(statement, values))),
  }
}

/**
 * Lends a connection to `work`, and again after a collision. `work` leaves no transaction open, whether it resolves or rejects.
 * A connection that broke meanwhile is thrown away. Errors of the driver become those of databaseFault.
 */
export async function withSession<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lend(pool, work)
    } catch (error) {
      if (!isCollision(error) || attempt === attempts) throw databaseFault(error)
    }
  }
}

async function lend<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  // The pool listens only while a connection is idle; without a listener a lost one would end the process.
  const onError = (): void => {
    broken = true
  }
  client.on('error', onError)
  const watched = async <R>(answer: Promise<R>): Promise<R> => {
    try {
      return await answer
    } catch (error) {
      broken ||= breaksConnection(error)
      throw error
    }
  }
  const session: Session = {
    query: async <Row extends object>(statement: Statement, values: readonly unknown[]) =>
      (await watched(client.query<Row, unknown[]>({ ...statement, values: [...values] }))).rows,
    command: async (text) => (await watched(client.query(text))).command,
  }
  try {
    return await work(session)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}
