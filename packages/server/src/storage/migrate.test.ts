// Migrations on a real database.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { type Migration, readMigrations } from './migrations.ts'
import { type Fixture, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
const run = (migrations?: readonly Migration[]) =>
  migrate(fixture.connection, {
    log: silentLog,
    ...(migrations === undefined ? {} : { migrations, functions: [] }),
  })
const names = async () => (await readMigrations()).map((migration) => migration.name)
const migration = (number: number, name: string, sql: string): Migration => ({
  number,
  name,
  sql,
  checksum: sql,
})
const applied = async (pool: pg.Pool) =>
  (await pool.query('SELECT name FROM schema_migrations ORDER BY number')).rows.map((row) => row.name)

beforeEach(async () => {
  fixture = await storageFixture()
  await fixture.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
})
afterEach(() => fixture.end())

describe('migrations', () => {
  test('are applied once each, in order, and named', async () => {
    expect(await run()).toEqual(await names())
    expect(await run()).toEqual([])
    expect(await applied(fixture.pool)).toEqual(await names())
  })

  test('are applied once each by servers that start together', async () => {
    const results = await Promise.all([run(), run(), run()])
    expect(results.flat().toSorted()).toEqual(await names())
  })

  test('that fail leave nothing behind but those before them', async () => {
    const good = migration(1, '0001_good', 'CREATE TABLE good (n int)')
    const bad = migration(2, '0002_bad', 'CREATE TABLE bad (n int); SELECT no_such_function()')
    await expect(run([good, bad])).rejects.toThrow('no_such_function')
    expect(await applied(fixture.pool)).toEqual(['0001_good'])
    const { rows } = await fixture.pool.query(`SELECT to_regclass('good') AS good, to_regclass('bad') AS bad`)
    expect(rows).toEqual([{ good: 'good', bad: null }])
  })

  test('of a newer version are not touched', async () => {
    const first = migration(1, '0001_first', 'SELECT 1')
    await run([first, migration(2, '0002_later', 'SELECT 2')])
    await expect(run([first])).rejects.toThrow(
      'The database is at migration 0002_later; this version of Parley knows only 1',
    )
  })

  test('that were changed after they had been applied are refused', async () => {
    await run([migration(1, '0001_first', 'SELECT 1')])
    await expect(run([migration(1, '0001_first', 'SELECT 2')])).rejects.toThrow('another 0001_first')
  })
})

describe('the folder of migrations', () => {
  const folderWith = async (files: Record<string, string>) => {
    const path = await mkdtemp(join(tmpdir(), 'parley-migrations-'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
    return { url: pathToFileURL(`${path}/`), remove: () => rm(path, { recursive: true }) }
  }

  test('gives the same checksum whatever the line endings', async () => {
    const [unix, windows] = [
      await folderWith({ '0001_a.sql': 'a\nb\n' }),
      await folderWith({ '0001_a.sql': 'a\r\nb\r\n' }),
    ]
    expect(await readMigrations(unix.url)).toEqual(await readMigrations(windows.url))
    await Promise.all([unix.remove(), windows.remove()])
  })

  test.each([
    ['a missing number', { '0001_a.sql': '', '0003_c.sql': '' }],
    ['a number twice', { '0001_a.sql': '', '0001_b.sql': '' }],
    ['a name without a number', { '0001_a.sql': '', 'next.sql': '' }],
  ])('refuses %s', async (_, files) => {
    const folder = await folderWith(files)
    await expect(readMigrations(folder.url)).rejects.toThrow('was expected')
    await folder.remove()
  })
})
