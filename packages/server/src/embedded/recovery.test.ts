// What happens to the embedded PostgreSQL when processes are killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { postgresIdentity } from './identity.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { hold, killHard, processesIn, query, start, temporaryFolder } from './test/folders.ts'

describe('after the server was killed', () => {
  test('its PostgreSQL is taken over, with everything committed, and stopped in the end', async () => {
    const dataDir = temporaryFolder()
    const { outcome, process: holder } = await hold(dataDir)
    await query(outcome.connection, 'CREATE TABLE kept AS SELECT 42 AS value')
    await killHard(holder)
    expect(processesIn(dataDir)).toContain(outcome.pid)

    const postgres = await start(dataDir)
    expect(postgres).toMatchObject({ adopted: true, pid: outcome.pid, connection: outcome.connection })
    expect(await query(postgres.connection, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
    await postgres.stop()
    expect(processesIn(dataDir)).toEqual([])
  })

  test('its PostgreSQL is stopped and started again if it has other settings', async () => {
    const dataDir = temporaryFolder()
    const { outcome, process: holder } = await hold(dataDir)
    await killHard(holder)
    const postgres = await start(dataDir, { max_connections: '30' })
    expect(postgres.adopted).toBe(false)
    expect(postgres.pid).not.toBe(outcome.pid)
    expect(await query(postgres.connection, 'SHOW max_connections')).toEqual([{ max_connections: '30' }])
    expect(processesIn(dataDir)).not.toContain(outcome.pid)
  })

  test('and PostgreSQL with it, the next start recovers what was committed', async () => {
    const dataDir = temporaryFolder()
    const { outcome, process: holder } = await hold(dataDir)
    await query(outcome.connection, 'CREATE TABLE kept AS SELECT 42 AS value')
    const all = processesIn(dataDir)
    await killHard(holder)
    for (const pid of all) process.kill(pid, 'SIGKILL')
    await expect.poll(() => processesIn(dataDir)).toEqual([])
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(true)

    const postgres = await start(dataDir)
    expect(postgres.adopted).toBe(false)
    expect(await query(postgres.connection, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('automatic recovery in progress')
  })

  test.runIf(process.platform === 'linux')(
    'a pid file that names a stranger with the same user does not keep PostgreSQL from starting',
    async () => {
      const dataDir = temporaryFolder()
      await (await start(dataDir)).stop()
      const stranger = spawn('sleep', ['600'], {
        cwd: '/',
        ...postgresIdentity(dataDir),
      })
      await once(stranger, 'spawn')
      writeFileSync(
        join(dataDir, 'postgres', 'postmaster.pid'),
        `${stranger.pid}\n/x\n1\n5432\n.\n\n\nready\n`,
      )
      const postgres = await start(dataDir)
      expect(postgres.pid).not.toBe(stranger.pid)
      expect(stranger.kill()).toBe(true)
    },
  )
})

describe('while the server runs', () => {
  test('a PostgreSQL that was killed is started again on the same connection', async () => {
    const dataDir = temporaryFolder()
    const notes: string[] = []
    const postgres = await start(dataDir, {}, notes)
    const killed = postgres.pid
    await query(postgres.connection, 'CREATE TABLE kept AS SELECT 42 AS value')
    process.kill(killed, 'SIGKILL')
    await expect.poll(() => query(postgres.connection, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
    expect(notes.join()).toContain('PostgreSQL ended unexpectedly (killed by SIGKILL)')
    await expect.poll(() => postgres.pid).not.toBe(killed)
    await postgres.stop()
    expect(processesIn(dataDir)).toEqual([])
  })

  test.runIf(process.platform === 'linux')(
    'a busy backend of a killed PostgreSQL does not hold up its restart',
    async () => {
      const dataDir = temporaryFolder()
      const postgres = await start(dataDir)
      const killed = postgres.pid
      const busy = new pg.Client(postgres.connection)
      busy.on('error', () => {})
      await busy.connect()
      // A computation that never looks at the world outside.
      const computation = busy.query(
        `SELECT sum(hashtext(repeat('x', n % 2000))) FROM generate_series(1, 1e8) n`,
      )
      const computationEnds = expect(computation).rejects.toThrow()
      const active = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%1e8%' AND pid <> pg_backend_pid()"
      await expect.poll(() => query(postgres.connection, active)).toHaveLength(1)
      process.kill(killed, 'SIGKILL')
      await expect.poll(() => postgres.pid).not.toBe(killed)
      await computationEnds
      expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    },
  )

  test('a taken over PostgreSQL is watched as well', async () => {
    const dataDir = temporaryFolder()
    const { outcome, process: holder } = await hold(dataDir)
    await killHard(holder)
    const postgres = await start(dataDir)
    process.kill(outcome.pid, 'SIGKILL')
    await expect.poll(() => postgres.pid).not.toBe(outcome.pid)
    expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('stop ends the attempts to start a PostgreSQL that cannot start', async () => {
    const dataDir = temporaryFolder()
    const failed = Promise.withResolvers<void>()
    const postgres = await startEmbeddedPostgres({
      dataDir,
      log: (_level, message) => {
        if (message.includes('could not be started again')) failed.resolve()
      },
    })
    const rules = join(dataDir, 'postgres', 'pg_hba.conf')
    copyFileSync(rules, join(dataDir, 'rules'))
    writeFileSync(rules, 'nonsense\n')
    process.kill(postgres.pid, 'SIGKILL')
    await failed.promise
    await postgres.stop()
    expect(processesIn(dataDir)).toEqual([])

    copyFileSync(join(dataDir, 'rules'), rules)
    await expect(start(dataDir)).resolves.toMatchObject({ adopted: false })
  })
})
