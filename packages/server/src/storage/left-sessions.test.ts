import { afterAll, beforeAll, expect, test } from 'vitest'
import { endLeftSessions } from './left-sessions.ts'
import { createPool } from './postgres.ts'
import { type Fixture, person, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

test('P3: sessions that a server left behind are gone, and what they had not committed is undone', async () => {
  const id = await person(fixture.stores, { name: 'Before' })
  const left = createPool(fixture.connection, { max: 2, log: silentLog })
  const session = await left.connect()
  session.on('error', () => {})
  const ended = new Promise<void>((resolve) => session.once('end', resolve))
  await session.query('BEGIN')
  await session.query(`UPDATE users SET name = 'After' WHERE id = $1`, [id])
  expect(await endLeftSessions(fixture.connection)).toBeGreaterThanOrEqual(1)
  await ended
  session.release(true)
  await left.end()
  const { rows } = await fixture.pool.query('SELECT name FROM users WHERE id = $1', [id])
  expect(rows).toEqual([{ name: 'Before' }])
})

test('there may be none', async () => {
  await endLeftSessions(fixture.connection)
  expect(await endLeftSessions(fixture.connection)).toBe(0)
})
