// Brings the schema to the version of the code: numbered files, forward only, each in a transaction of its own.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Log } from '../core/ports.ts'

interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** An arbitrary number that all nodes agree on: two that start together take turns. */
const advisoryLock = 7_274_309_115

const folder = join(import.meta.dirname, 'migrations')

/** The files in order. Throws when a number is missing or stands twice. */
export function readMigrations(): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      const number = Number(name.slice(0, 4))
      if (number !== index + 1) throw new Error(`migration ${name} is out of sequence`)
      const sql = readFileSync(join(folder, name), 'utf8')
      return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Applies what is missing and returns how many that were. Throws when the database is newer than the code, or when a
 * migration that was applied has changed since.
 */
export async function migrate(pool: pg.Pool, log: Log): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
    const { rows } = await client.query(
      'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
    )
    const missing = missingMigrations(readMigrations(), rows)
    for (const migration of missing) {
      await apply(client, migration)
      log.info({ migration: migration.name }, 'migrated')
    }
    return missing.length
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLock]).catch(() => undefined)
    client.release()
  }
}

function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly { number: number; name: string; checksum: string }[],
): Migration[] {
  for (const row of applied) {
    const migration = migrations[row.number - 1]
    if (migration === undefined) {
      throw new Error(`the database is newer than this version of Parley: it has migration ${row.name}`)
    }
    if (migration.checksum !== row.checksum) {
      throw new Error(`migration ${migration.name} was changed after it had been applied`)
    }
  }
  return migrations.slice(applied.length)
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(migration.sql)
    await client.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
