// The embedded PostgreSQL from start to stop, with the real programs. Crashes are in recovery.test.ts.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { findRunningPostgres } from './postgres.ts'
import { expectRefusal, hold, processesIn, query, start, temporaryFolder } from './test/folders.ts'

describe('the first start', () => {
  test('makes a private folder and a durable database that only the password opens', async () => {
    const dataDir = join(temporaryFolder(), 'new', 'data')
    const { connection, url, adopted } = await start(dataDir)

    expect(adopted).toBe(false)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600)
    expect(connection.host).toBe(join(dataDir, 'postgres'))
    await expect(query({ ...connection, password: 'guessed' }, 'SELECT 1')).rejects.toThrow(
      'password authentication failed',
    )
    const [settings] = await query(
      connection,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
        current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS addresses,
        current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding`,
    )
    expect(settings).toEqual({
      fsync: 'on',
      commit: 'on',
      pages: 'on',
      addresses: '',
      checksums: 'on',
      encoding: 'UTF8',
    })
    const rules = await query(connection, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }])
    const byUrl = new pg.Client(url)
    await byUrl.connect()
    expect((await byUrl.query('SELECT current_database() AS name')).rows).toEqual([{ name: 'parley' }])
    await byUrl.end()
  })

  test('finds words and parts of words in Cyrillic', async () => {
    const { connection } = await start(temporaryFolder())
    await query(connection, 'CREATE EXTENSION pg_trgm')
    const [found] = await query(
      connection,
      `SELECT to_tsvector('russian', 'Новые сообщения') @@ to_tsquery('russian', 'сообщение') AS stemmed,
        lower('ЁЖИК') AS lower, cardinality(show_trgm('Привет')) > 0 AS letters,
        datlocprovider AS provider FROM pg_database WHERE datname = 'parley'`,
    )
    expect(found).toEqual({ stemmed: true, lower: 'ёжик', letters: true, provider: 'b' })
  })

  test('is made anew if it was cut off', async () => {
    const dataDir = temporaryFolder()
    mkdirSync(join(dataDir, 'postgres.new', 'base'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres.password.new'), 'half')
    const { connection } = await start(dataDir)
    expect(await query(connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('uses a loopback port where the path is too long for a socket', async () => {
    const dataDir = join(temporaryFolder(), 'long'.repeat(30), 'data, with "odd" $(names)')
    const first = await start(dataDir)
    expect(first.connection.host).toBe('127.0.0.1')
    expect(Buffer.byteLength(join(dataDir, 'postgres', '.s.PGSQL.5432'))).toBeGreaterThan(107)
    const addresses = await query(first.connection, 'SELECT host(inet_server_addr()) AS address')
    expect(addresses).toEqual([{ address: '127.0.0.1' }])
    await expect(query({ ...first.connection, password: 'guessed' }, 'SELECT 1')).rejects.toThrow()
  })
})

describe('a later start', () => {
  test('is quick and finds what was committed', async () => {
    const dataDir = temporaryFolder()
    const first = await start(dataDir)
    await query(first.connection, 'CREATE TABLE kept AS SELECT 42 AS value')
    await first.stop()

    const began = performance.now()
    const second = await start(dataDir)
    // 60 ms when the machine is idle; the bound only catches a start that is slow in kind.
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(second.adopted).toBe(false)
    expect(second.connection).toEqual(first.connection)
    expect(await query(second.connection, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
  })

  test('sets a new password if the file with it was lost', async () => {
    const dataDir = temporaryFolder()
    const first = await start(dataDir)
    await first.stop()
    rmSync(join(dataDir, 'postgres.password'))
    const second = await start(dataDir)
    expect(second.connection.password).not.toBe(first.connection.password)
    expect(await query(second.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('refuses a database of another major version', async () => {
    const dataDir = temporaryFolder()
    await (await start(dataDir)).stop()
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '15\n')
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'version_mismatch',
      message: expect.stringMatching(/made by PostgreSQL 15, and this is 18/),
    })
  })

  test('tells what PostgreSQL said when it does not come up, and leaves the folder free', async () => {
    const dataDir = temporaryFolder()
    await expect(start(dataDir, { shared_buffers: 'much' })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringMatching(/invalid value for parameter "shared_buffers": "much"/),
    })
    expect(processesIn(dataDir)).toEqual([])
    await expect(start(dataDir)).resolves.toMatchObject({ adopted: false })
  })
})

describe('one folder, one server', () => {
  test('P2: a second one is refused in plain words, and commands beside the server find the database', async () => {
    const dataDir = temporaryFolder()
    const { outcome, process: holder } = await hold(dataDir)
    expect(await expectRefusal(dataDir)).toEqual({
      code: 'data_folder_in_use',
      message:
        `Another Parley server (process ${holder.pid}) already uses the data folder ${dataDir}. ` +
        'Stop it first, or give this one its own folder with PARLEY_DATA_DIR.',
    })
    expect(findRunningPostgres(dataDir)).toEqual(outcome.connection)
    expect(await query(outcome.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('a folder that cannot be made is refused in plain words', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    await expect(start(join(file, 'data'))).rejects.toMatchObject({
      code: 'data_folder_unusable',
      message: expect.stringContaining(
        `The data folder ${join(file, 'data')} (PARLEY_DATA_DIR) cannot be used`,
      ),
    })
  })
})

describe('stop', () => {
  test('leaves no process, cuts open sessions, and may be called again', async () => {
    const dataDir = temporaryFolder()
    const postgres = await start(dataDir)
    const open = new pg.Client(postgres.connection)
    const cut = new Promise<Error>((resolve) => open.on('error', resolve))
    await open.connect()
    expect(processesIn(dataDir).length).toBeGreaterThan(1)

    const stopped = postgres.stop()
    expect(postgres.stop()).toBe(stopped)
    await stopped
    expect((await cut).message).toMatch(/terminating connection|Connection terminated/)
    expect(processesIn(dataDir)).toEqual([])
    expect(findRunningPostgres(dataDir)).toBeUndefined()
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down')
  })
})
