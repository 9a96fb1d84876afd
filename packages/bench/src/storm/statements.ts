// Counts the statements that a server sends to its database, with PostgreSQL's own extension for it.
import { connectDatabase } from '../embedded-database.ts'
import type { ServerProcess } from '../server-process.ts'

export interface StatementCount {
  readonly text: string
  readonly calls: number
}

export interface StatementCounter {
  reset(): Promise<void>
  /** Since the last reset, by statement, the most frequent first. BEGIN and COMMIT count as any other. */
  counts(): Promise<readonly StatementCount[]>
  close(): Promise<void>
}

/** Restarts the server, whose database must preload the extension; it stays so for the life of the data folder. */
export async function countStatements(server: ServerProcess): Promise<StatementCounter> {
  const before = await connectDatabase(server.dataFolder)
  await before.query("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
  await before.end()
  await server.stop()
  await server.restart()
  const database = await connectDatabase(server.dataFolder)
  await database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
  return {
    async reset() {
      await database.query('SELECT pg_stat_statements_reset()')
    },
    async counts() {
      const { rows } = await database.query<{ query: string; calls: string }>(
        `SELECT query, sum(calls) AS calls FROM pg_stat_statements
         WHERE query NOT LIKE '%pg_stat_statements%'
         GROUP BY query ORDER BY sum(calls) DESC`,
      )
      return rows.map(({ query, calls }) => ({ text: query, calls: Number(calls) }))
    },
    close: () => database.end(),
  }
}
