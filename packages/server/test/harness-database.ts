// A database of its own for each suite, copied from a migrated template of the run.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { PostgresConnection } from '../src/embedded/postgres.ts'
import { migrate } from '../src/storage/migrate.ts'
import type { Connection } from '../src/storage/postgres.ts'

export interface TestDatabase {
  readonly connection: Exclude<Connection, string>
  /** Cuts whoever is still connected. */
  drop(): Promise<void>
}

const template = 'parley_template'
/** Of the advisory lock under which one suite makes the template and the others wait. */
const templateLock = 42
const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Without a table, for what is another program's. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const server = await postgresOfRun()
  const name = newName()
  await asSuperuser(server, (client) => client.query(`CREATE DATABASE ${name}`))
  return databaseOf(server, name)
}

export async function testDatabase(): Promise<TestDatabase> {
  const server = await postgresOfRun()
  const name = newName()
  await asSuperuser(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock])
    await ensureTemplate(client, server)
    // Under the lock too: a template must not be in use while it is copied.
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock])
  })
  return databaseOf(server, name)
}

const newName = (): string => `parley_${randomUUID().replaceAll('-', '')}`

const databaseOf = (server: PostgresConnection, name: string): TestDatabase => ({
  connection: { ...server, database: name },
  drop: () => asSuperuser(server, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)),
})

/** The run's PostgreSQL, which the first suite to ask for it starts (global-setup.ts). */
async function postgresOfRun(): Promise<PostgresConnection> {
  const answer = await fetch(inject('postgresUrl'))
  const text = await answer.text()
  if (!answer.ok) throw new Error(`PostgreSQL of the test run: ${text}`)
  return JSON.parse(text)
}

async function ensureTemplate(client: pg.Client, server: PostgresConnection): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template])
  if (rowCount) return
  const making = `${template}_making`
  await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${making}`)
  await migrate({ ...server, database: making }, { log: silent })
  await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`)
}

async function asSuperuser(
  server: PostgresConnection,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ ...server })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
