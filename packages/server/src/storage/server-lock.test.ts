import { hostname } from 'node:os'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientConfig } from './postgres.ts'
import { AnotherServerError, takeServerLock } from './server-lock.ts'
import { type Fixture, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

const take = (onRegained?: () => void) =>
  takeServerLock(fixture.connection, {
    log: silentLog,
    patience: 300,
    ...(onRegained === undefined ? {} : { onRegained }),
  })

const cutHolder = () =>
  fixture.pool.query(`
    SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`)

test('P2: a second server on the same database is told which one holds it, in one line', async () => {
  const lock = await take()
  const refused = await take().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(AnotherServerError)
  const { message } = refused as Error
  expect(message).toContain(`parley on ${hostname().slice(0, 40)}, process ${process.pid}`)
  expect(message).not.toContain('\n')
  await lock.release()
})

test('who comes when the first has gone may serve', async () => {
  await (await take()).release()
  await (await take()).release()
})

test('a lock whose connection was cut is taken again', async () => {
  const regained = Promise.withResolvers<void>()
  const lock = await take(regained.resolve)
  await cutHolder()
  await regained.promise
  await expect(take()).rejects.toBeInstanceOf(AnotherServerError)
  await lock.release()
})

test('P2: a server whose lock another one has got hears that it must end', async () => {
  const lock = await take()
  const { rows } = await fixture.pool.query(`
    SELECT (classid::bigint << 32) + objid::bigint AS key FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
  // The other waits for it in the database, and so has it before the first can ask again.
  const other = new pg.Client(clientConfig(fixture.connection))
  await other.connect()
  const has = other.query('SELECT pg_advisory_lock($1)', [rows[0]?.key])
  await expect
    .poll(async () => {
      const waiting = await fixture.pool.query(
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
      )
      return waiting.rowCount
    })
    .toBe(1)
  await cutHolder()
  await has
  await expect(lock.lost).rejects.toBeInstanceOf(AnotherServerError)
  await lock.release()
  await other.end()
})
