// Transactions: all or nothing, and success only when the commit is durable.
import type pg from 'pg'
import { type Database, type Session, withSession } from './database.ts'
import { settling } from './database-faults.ts'

/**
 * Runs `work` in one read committed transaction. It commits when `work` resolves, rolls back when it rejects, and is run again
 * from the start when it collides with others, so `work` must have no other effects. When the connection is lost during the
 * commit, it rejects with InDoubtError, for the work may have been done: success is only what the server confirmed.
 */
export function runTransaction<T>(pool: pg.Pool, work: (database: Database) => Promise<T>): Promise<T> {
  return withSession(pool, async (session) => {
    await session.command('BEGIN')
    const result = await workOrRollBack(session, work)
    // A transaction in which a statement failed is rolled back by COMMIT without an error.
    if ((await settling(session.command('COMMIT'))) !== 'COMMIT') {
      throw new Error('The transaction was rolled back, for one of its statements had failed')
    }
    return result
  })
}

async function workOrRollBack<T>(session: Session, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work({ inTransaction: true, query: session.query })
  } catch (error) {
    // If this fails the connection is thrown away, and its transaction ends with it.
    await session.command('ROLLBACK').catch(() => undefined)
    throw error
  }
}
