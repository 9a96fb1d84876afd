// The functions of the database: always those of this code, however the database came to be.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFunctions, type SqlFunction } from './functions.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { type Fixture, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await storageFixture()
})
afterEach(() => fixture.end())

const emptied = () => fixture.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
const give = (...functions: SqlFunction[]) =>
  migrate(fixture.connection, { log: silentLog, migrations: [], functions })
const named = (name: string, parameters: string, answer: string): SqlFunction => {
  const sql = `CREATE FUNCTION ${name}(${parameters}) RETURNS text LANGUAGE sql AS $$ SELECT ${answer} $$;`
  return { name, sql, checksum: sql }
}

/** Everything that the catalog says of the functions and triggers of the schema, but for ids, which each database gives anew. */
async function catalog() {
  const { rows } = await fixture.pool.query(`
    SELECT p.oid::regprocedure::text AS signature, pg_get_functiondef(p.oid) AS definition,
      to_jsonb(p) - ARRAY['oid', 'pronamespace', 'prorettype', 'proargtypes', 'proallargtypes'] AS row
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    ORDER BY 1`)
  const { rows: triggers } = await fixture.pool.query('SELECT tgname FROM pg_trigger WHERE NOT tgisinternal')
  return { functions: rows, triggers }
}

/** What a call gives. */
const ask = async (call: string): Promise<unknown> =>
  (await fixture.pool.query(`SELECT ${call} AS answer`)).rows[0]?.answer

describe('the functions of a database', () => {
  test('are those of the folder, whether it is new or was migrated before there was one', async () => {
    const fresh = await catalog()
    const names = (await readFunctions()).map(({ name }) => name)
    expect(fresh.functions.map(({ signature }) => signature.split('(')[0])).toEqual(names)
    expect(fresh.triggers).toEqual([])
    await emptied()
    const before = (await readMigrations()).filter(({ number }) => number < 11)
    await migrate(fixture.connection, { log: silentLog, migrations: before, functions: [] })
    const old = await catalog()
    expect(old.functions.length).toBeGreaterThan(5)
    expect(old.triggers).toHaveLength(1)
    await migrate(fixture.connection, { log: silentLog })
    expect(await catalog()).toEqual(fresh)
  })

  test('stay as they are while their text does', async () => {
    const oids = async () =>
      (await fixture.pool.query(`SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace`)).rows
    const before = await oids()
    expect(await migrate(fixture.connection, { log: silentLog })).toEqual([])
    expect(await oids()).toEqual(before)
  })

  test('are applied once by servers that start together', async () => {
    await emptied()
    const start = () => migrate(fixture.connection, { log: silentLog })
    await Promise.all([start(), start(), start()])
    expect((await catalog()).functions).toHaveLength((await readFunctions()).length)
  })
})

describe('a function of which the text changed', () => {
  beforeEach(() => emptied())

  test('is made anew, with other parameters too, and only then', async () => {
    await give(named('greeting', 'name text', `'hello ' || name`), named('other', '', `'other'`))
    expect(await ask(`greeting('you')`)).toBe('hello you')
    await give(named('greeting', 'name text, mark text', 'name || mark'), named('other', '', `'other'`))
    expect(await ask(`greeting('you', '!')`)).toBe('you!')
    await expect(ask(`greeting('you')`)).rejects.toThrow('does not exist')
    expect(await ask('other()')).toBe('other')
  })

  test('is gone when its file is', async () => {
    await give(named('greeting', '', `'hello'`), named('other', '', `'other'`))
    await give(named('other', '', `'other'`))
    await expect(ask('greeting()')).rejects.toThrow('does not exist')
    expect(await ask('other()')).toBe('other')
  })

  test('may call one that comes later', async () => {
    await give(named('first', '', 'second()'), named('second', '', `'second'`))
    expect(await ask('first()')).toBe('second')
  })

  test('leaves all as it was when it cannot be made', async () => {
    await give(named('greeting', '', `'hello'`), named('other', '', `'other'`))
    const broken = { name: 'other', sql: 'CREATE FUNCTION other() RETURNS nothing', checksum: 'broken' }
    await expect(give(named('greeting', '', `'hi'`), broken)).rejects.toThrow()
    expect([await ask('greeting()'), await ask('other()')]).toEqual(['hello', 'other'])
  })
})

describe('the folder of functions', () => {
  test.each([
    ['another function', 'CREATE FUNCTION other() RETURNS text LANGUAGE sql AS $$ SELECT 1 $$;'],
    ['two functions', 'CREATE FUNCTION one() …;\nCREATE FUNCTION two() …;'],
    ['none', 'SELECT 1'],
  ])('refuses a file with %s', async (_, sql) => {
    const path = await mkdtemp(join(tmpdir(), 'parley-functions-'))
    await writeFile(join(path, 'one.sql'), sql)
    await expect(readFunctions(pathToFileURL(`${path}/`))).rejects.toThrow('one.sql has to create')
    await rm(path, { recursive: true })
  })
})
