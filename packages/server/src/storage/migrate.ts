// Brings the tables and functions of a database up to this code, one migration after another. There is no way back but a backup.
import pg from 'pg'
import type { Log } from '../core/ports.ts'
import { applyFunctions, readFunctions, type SqlFunction } from './functions.ts'
import { type Migration, readMigrations } from './migrations.ts'
import { type Connection, clientConfig } from './postgres.ts'
import { recogniseProgram } from './sources/recognise.ts'
import { renewTextKeys } from './text-keys.ts'
import { UnfitDatabaseError } from './unfit-database.ts'

/** Taken in the transaction of each migration, so that servers that start together take turns. Any number would do. */
const lockKey = 7_236_540_931

interface AppliedRow {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** What a database is to have. */
interface Schema {
  readonly migrations: readonly Migration[]
  readonly functions: readonly SqlFunction[]
}

/**
 * Applies the migrations that are missing, each in a transaction of its own, and gives their names. Functions whose text is not the
 * database's are applied with the last migration, or in a transaction of their own, so that nobody sees the one without the other;
 * so are the keys of texts that this code makes otherwise.
 * Throws UnfitDatabaseError when the database is newer than this code or was made by other migrations.
 */
export async function migrate(
  connection: Connection,
  options: { readonly log: Log } & Partial<Schema>,
): Promise<string[]> {
  const { log, migrations = await readMigrations(), functions = await readFunctions() } = options
  // No timeouts: a migration may take long, and another server waits for it.
  const client = new pg.Client(clientConfig(connection))
  // A lost connection rejects what runs; without a listener it would also end the process.
  client.on('error', ({ message }) => log.warn({ reason: message }, 'lost the connection of the migrations'))
  await client.connect()
  try {
    const applied: string[] = []
    for (;;) {
      const { name, changed } = await applyNext(client, { migrations, functions, log })
      if (changed.length > 0) log.info({ functions: changed }, 'applied functions')
      if (name === null) return applied
      log.info({ migration: name }, 'applied a migration')
      applied.push(name)
    }
  } finally {
    await client.end()
  }
}

/** The name is null when no migration was left to apply. If it rejects, the connection's end rolls back. */
async function applyNext(
  client: pg.Client,
  { migrations, functions, log }: Schema & { readonly log: Log },
): Promise<{ readonly name: string | null; readonly changed: readonly string[] }> {
  await client.query('BEGIN')
  await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
  await refuseForeignTables(client)
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
    )`)
  const { rows } = await client.query<AppliedRow>(
    'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
  )
  requireKnown(rows, migrations)
  const next = migrations[rows.length]
  if (next !== undefined) {
    await client.query(next.sql)
    await client.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      next.number,
      next.name,
      next.checksum,
    ])
  }
  const isLast = rows.length + 1 >= migrations.length
  const changed = isLast ? await applyFunctions(client, functions) : []
  if (isLast) await renewTextKeys(client, log)
  await client.query('COMMIT')
  return { name: next?.name ?? null, changed }
}

/** Tables where nothing was migrated yet are somebody else's, as is a `schema_migrations` of another form. */
async function refuseForeignTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string }>(`
    SELECT c.relname AS table FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
      SELECT FROM pg_attribute a
      WHERE a.attrelid = to_regclass('schema_migrations') AND a.attname = 'checksum' AND NOT a.attisdropped
    ) AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname LIMIT 1`)
  const [foreign] = rows
  if (foreign === undefined) return
  const program = await recogniseProgram(client)
  throw new UnfitDatabaseError(
    program === null
      ? `The database holds tables of another program (${foreign.table}): give Parley an empty one with DATABASE_URL`
      : `The database is that of ${program}: take over what it holds with parley import --from ${program}, and give Parley one of its own: ` +
          `an empty one with DATABASE_URL, or none, and it makes one (docs/moving/${program}.md)`,
  )
}

function requireKnown(applied: readonly AppliedRow[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1)
  if (newest !== undefined && newest.number > migrations.length) {
    throw new UnfitDatabaseError(
      `The database is at migration ${newest.name}; this version of Parley knows only ${migrations.length} migrations. ` +
        'Run the version that migrated it, or a newer one.',
    )
  }
  for (const [index, row] of applied.entries()) {
    const known = migrations[index]
    if (known === undefined || row.number !== known.number || row.checksum !== known.checksum) {
      throw new UnfitDatabaseError(
        `The database was migrated by another ${row.name} than this version of Parley has`,
      )
    }
  }
}
