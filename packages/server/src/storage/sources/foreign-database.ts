// Reads the PostgreSQL of another program, from one snapshot and a page at a time, however much there is.
import pg from 'pg'
import { withoutDriver } from '../postgres.ts'
import { UnfitDatabaseError } from '../unfit-database.ts'
import { recogniseProgram } from './recognise.ts'

export interface ForeignDatabase {
  /** The rows of a query in pages of so many, from a cursor of the database. One at a time. */
  pages<Row extends object>(query: string, size: number): AsyncGenerator<readonly Row[]>
  close(): Promise<void>
}

const connectMs = 10_000

/**
 * Writes nothing there. `probes` are queries that hold only where the tables are those of the program. Throws UnfitDatabaseError, in whose
 * message there is no password, and so do the pages when the connection is lost.
 */
export async function openForeignDatabase(
  url: string,
  program: string,
  probes: readonly string[],
): Promise<ForeignDatabase> {
  const client = clientOf(url)
  // What waits for an answer rejects; without a listener a lost connection would also end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw new UnfitDatabaseError(`--database cannot be reached: ${reasonOf(error)}`)
  }
  try {
    // The snapshot is kept for as long as the import takes, whatever that server grants others.
    await client.query('SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0')
    // So that a time that says no zone is UTC where it is cast to one that does.
    await client.query("SET TIME ZONE 'UTC'")
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const found = await recogniseProgram(client)
    if (found !== null && found !== program) throw new Error(`it is that of ${found}, so --from ${found}`)
    for (const probe of probes) await client.query(`SELECT FROM (${probe}) probe LIMIT 0`)
  } catch (error) {
    await client.end()
    throw new UnfitDatabaseError(`--database does not hold what ${program} keeps: ${reasonOf(error)}`)
  }
  return {
    pages: (query, size) => pagesOf(client, query, size),
    close: () => client.end(),
  }
}

function clientOf(url: string): pg.Client {
  try {
    return new pg.Client({
      connectionString: withoutDriver(url),
      application_name: 'parley import',
      connectionTimeoutMillis: connectMs,
    })
  } catch {
    throw new UnfitDatabaseError('--database is no address of a PostgreSQL: postgres://user@host:5432/name')
  }
}

async function* pagesOf<Row extends object>(
  client: pg.Client,
  query: string,
  size: number,
): AsyncGenerator<readonly Row[]> {
  await ask(client, `DECLARE page NO SCROLL CURSOR FOR ${query}`)
  for (;;) {
    const rows = await ask<Row>(client, `FETCH ${size} FROM page`)
    if (rows.length === 0) break
    yield rows
  }
  await ask(client, 'CLOSE page')
}

async function ask<Row extends object>(client: pg.Client, text: string): Promise<Row[]> {
  try {
    return (await client.query<Row>(text)).rows
  } catch (error) {
    throw new UnfitDatabaseError(`--database was lost: ${reasonOf(error)}. What came is kept: begin again`)
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
