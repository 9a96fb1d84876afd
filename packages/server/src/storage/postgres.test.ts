// Connections: their settings, and what becomes of calls when one is lost.
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../core/ports.ts'
import { type Database, pooledDatabase } from './database.ts'
import { checkServer, createPool } from './postgres.ts'
import { type Fixture, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let pool: pg.Pool
let database: Database
let statements = 0

/** Runs a statement of the test under a name of its own. */
const query = (text: string, values: unknown[] = []) => {
  statements += 1
  return database.query<Record<string, unknown>>({ name: `test.${statements}`, text }, values)
}

beforeAll(async () => {
  fixture = await storageFixture()
  pool = createPool(fixture.connection, { max: 2, log: silentLog })
  database = pooledDatabase(pool)
})
afterAll(async () => {
  await pool.end()
  await fixture.end()
})

describe('values', () => {
  test('of int8 are numbers, and an error where a number is not exact', async () => {
    expect(await query('SELECT 9007199254740991::int8 AS n')).toEqual([{ n: Number.MAX_SAFE_INTEGER }])
    await expect(query('SELECT 9007199254740992::int8 AS n')).rejects.toThrow('not exact')
    expect(await query('SELECT 1::int8 AS n')).toEqual([{ n: 1 }])
  })

  test('of timestamptz are dates', async () => {
    const at = new Date('2026-01-31T12:00:00.123Z')
    expect(await query('SELECT $1::timestamptz AS at', [at])).toEqual([{ at }])
  })
})

describe('a session', () => {
  test.each([
    ['statement_timeout', '10s'],
    ['lock_timeout', '5s'],
    ['idle_in_transaction_session_timeout', '10s'],
    ['enable_seqscan', 'off'],
    ['plan_cache_mode', 'force_generic_plan'],
    ['default_transaction_isolation', 'read committed'],
    ['TimeZone', 'UTC'],
  ])('has %s set to %s', async (name, value) => {
    expect(await query('SELECT current_setting($1) AS value', [name])).toEqual([{ value }])
  })

  test('has the same settings when it comes from a connection string', async () => {
    const { host, port, user, password, database } = connectionParts()
    const url = new URL(`postgres://localhost/${database}`)
    url.username = user
    url.password = password
    url.searchParams.set('host', host)
    url.searchParams.set('port', String(port))
    const other = createPool(url.href, { max: 1, log: silentLog })
    const { rows } = await other.query(`SELECT current_setting('enable_seqscan') AS seqscan, 1::int8 AS n`)
    expect(rows).toEqual([{ seqscan: 'off', n: 1 }])
    await other.end()
  })
})

describe('the check of a server', () => {
  test('passes a fit one and warns of settings that lose acknowledged messages', async () => {
    const warnings: object[] = []
    const log: Log = { ...silentLog, warn: (data) => warnings.push(data) }
    const careless = createPool(fixture.connection, { max: 1, log })
    await careless.query('SET synchronous_commit = off')
    await checkServer(careless, log)
    expect(warnings).toContainEqual({ setting: 'synchronous_commit' })
    await careless.end()
  })
})

const unavailable = expect.objectContaining({ code: 'unavailable' })
const kill = (pid: unknown) => fixture.pool.query('SELECT pg_terminate_backend($1)', [pid])

/** The backend process that the next statement of the pool runs in, while the pool has one connection. */
const backend = async () => (await query('SELECT pg_backend_pid() AS pid'))[0]?.pid

describe('a lost connection', () => {
  test('is replaced when it was idle, and does not end the process', async () => {
    const warned = Promise.withResolvers<void>()
    const log: Log = { ...silentLog, warn: () => warned.resolve() }
    const other = createPool(fixture.connection, { max: 1, log })
    const { rows } = await other.query('SELECT pg_backend_pid() AS pid')
    await kill(rows[0].pid)
    await warned.promise
    expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await other.end()
  })

  test('makes the call on it fail with unavailable, and the next one works', async () => {
    const pid = await backend()
    const call = query('SELECT pg_sleep(60)')
    const lost = expect(call).rejects.toEqual(unavailable)
    await running(pid)
    await kill(pid)
    await lost
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('is unavailable too when there is no server', async () => {
    const nowhere = createPool(
      { ...connectionParts(), host: '127.0.0.1', port: 1 },
      { max: 1, log: silentLog },
    )
    await expect(pooledDatabase(nowhere).query({ name: 'x', text: 'SELECT' }, [])).rejects.toEqual(
      unavailable,
    )
    await nowhere.end()
  })
})

describe('a call', () => {
  test('that takes too long is unavailable and frees its connection', async () => {
    await expect(
      query(`SELECT set_config('statement_timeout', '20ms', false), pg_sleep(0)`),
    ).resolves.toHaveLength(1)
    await expect(query('SELECT pg_sleep(60)')).rejects.toEqual(unavailable)
    await query('RESET statement_timeout')
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('that the database refuses for its content passes the error through and keeps the connection', async () => {
    const pid = await backend()
    await expect(query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' })
    expect(await backend()).toBe(pid)
  })
})

function connectionParts() {
  if (typeof fixture.connection === 'string') throw new Error('The tests connect by parts')
  return fixture.connection
}

/** Resolves when the backend runs a statement of the test. */
async function running(pid: unknown): Promise<void> {
  for (;;) {
    const { rows } = await fixture.pool.query(
      `SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE '%pg_sleep%'`,
      [pid],
    )
    if (rows.length > 0) return
  }
}
