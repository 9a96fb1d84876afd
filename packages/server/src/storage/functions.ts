// The functions of the database that belong to this code: one SQL file each with its current text, applied after the migrations
// whenever that text is not the one that the database was given last.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'

export interface SqlFunction {
  /** Of the function and of its file. */
  readonly name: string
  /** Creates it; there is nothing else in the file. */
  readonly sql: string
  readonly checksum: string
}

/** The folder that belongs to this code. */
const functionsFolder = new URL('./functions/', import.meta.url)

/** In the order of their names. Throws for a file that does not create the function for which it is named. */
export async function readFunctions(folder: URL = functionsFolder): Promise<SqlFunction[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()
  return Promise.all(files.map((file) => readFunction(folder, file)))
}

async function readFunction(folder: URL, file: string): Promise<SqlFunction> {
  const name = file.slice(0, -'.sql'.length)
  // As of migrations: the line endings are this machine's.
  const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n')
  const created = [...sql.matchAll(/^CREATE FUNCTION (\w+)\(/gm)].map(([, each]) => each)
  if (created.length !== 1 || created[0] !== name) {
    throw new Error(`${file} has to create the function ${name} and no other`)
  }
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

interface AppliedRow {
  readonly name: string
  readonly checksum: string
}

/**
 * Makes the database have these functions, and none that it was given before and that are gone since. What changed is dropped and
 * created, so that its parameters may change. Gives the names of those that were touched. Expects a transaction that holds the
 * lock of the migrations.
 */
export async function applyFunctions(
  client: pg.Client,
  functions: readonly SqlFunction[],
): Promise<string[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS schema_functions (name text PRIMARY KEY, checksum text NOT NULL)',
  )
  const { rows } = await client.query<AppliedRow>('SELECT name, checksum FROM schema_functions ORDER BY name')
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]))
  const wanted = new Set(functions.map(({ name }) => name))
  const gone = rows.map(({ name }) => name).filter((name) => !wanted.has(name))
  const changed = functions.filter(({ name, checksum }) => applied.get(name) !== checksum)
  // They name one another, so the order in which they come to be must not matter.
  await client.query('SET LOCAL check_function_bodies = off')
  for (const name of [...gone, ...changed.map((each) => each.name)]) await dropFunction(client, name)
  for (const { name, sql, checksum } of changed) {
    await client.query(sql)
    await client.query(
      `INSERT INTO schema_functions (name, checksum) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum`,
      [name, checksum],
    )
  }
  await client.query('DELETE FROM schema_functions WHERE name = ANY ($1)', [gone])
  return [...gone, ...changed.map(({ name }) => name)]
}

/** Whatever its parameters are. */
async function dropFunction(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ signature: string }>(
    `SELECT p.oid::regprocedure::text AS signature FROM pg_proc p
     WHERE p.proname = $1 AND p.pronamespace = current_schema()::regnamespace`,
    [name],
  )
  for (const { signature } of rows) await client.query(`DROP FUNCTION ${signature}`)
}
