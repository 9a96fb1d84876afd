// P10: what an operator can get wrong, each with the real program: it ends with one line that names the variable or folder and the cure.
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectionUrl, type PostgresConnection } from '../../packages/server/src/embedded/endpoint.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { testDatabase } from '../../packages/server/test/harness-database.ts'
import { runProgram } from './command.ts'
import { emptyFolder } from './program.ts'

const patience = { timeout: 60_000 }
const isRoot = process.getuid?.() === 0 && process.platform === 'linux'
const nobody = { uid: 65_534, gid: 65_534 }

/** What a start says that ends at once, less the name of the program. */
async function told(
  environment: Record<string, string>,
  surroundings: { readonly identity?: typeof nobody } = {},
): Promise<string> {
  const port = String(await freePort())
  const variables = { HOST: '127.0.0.1', PORT: port, LOG_LEVEL: 'silent', ...environment }
  const { code, output } = await runProgram(['serve'], variables, surroundings)
  expect(code).toBe(1)
  expect(output).not.toContain('secret of this test')
  // That it stays root, and what Node and the driver warn of, is no fault.
  expect(output).not.toMatch(/^ +at /m)
  const lines = output
    .split('\n')
    .filter((one) => one.startsWith('parley: ') && !one.startsWith('parley: runs as root'))
  expect(lines).toHaveLength(1)
  const [line = ''] = lines
  return line.slice('parley: '.length)
}

/** A database of the test's own, its address in parts. */
async function database(): Promise<PostgresConnection> {
  const { connection, drop } = await testDatabase()
  onTestFinished(drop)
  if (typeof connection === 'string') throw new Error('The tests connect by parts')
  return connection
}

async function change(connection: PostgresConnection, sql: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(sql)
  await client.end()
}

/** A port on which somebody listens already and, if at all, says nothing. */
async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const onDatabase = async (environment: Record<string, string>) => ({
  DATABASE_URL: connectionUrl(await database()),
  PARLEY_DATA_DIR: emptyFolder(),
  ...environment,
})

describe('P10: a DATABASE_URL', () => {
  const start = (DATABASE_URL: string) => told({ DATABASE_URL, PARLEY_DATA_DIR: emptyFolder() })
  const password = 'secret of this test'

  test('with an unknown host', patience, async () => {
    expect(await start(`postgresql://u:${encodeURIComponent(password)}@no.such.host.invalid:5432/x`)).toBe(
      'DATABASE_URL names the host no.such.host.invalid:5432, which cannot be found: correct the name',
    )
  })

  test('where nothing listens', patience, async () => {
    const port = await freePort()
    expect(await start(`postgresql://u:p@127.0.0.1:${port}/x`)).toBe(
      `DATABASE_URL leads to 127.0.0.1:${port}, where nothing listens: start PostgreSQL, or correct host and port`,
    )
    const folder = emptyFolder()
    expect(await start(`postgresql:///x?host=${folder}`)).toContain('where there is no socket of PostgreSQL')
  })

  test('where something does not answer', patience, async () => {
    expect(await start(`postgresql://u:p@127.0.0.1:${await takenPort()}/x`)).toContain(
      'which does not answer',
    )
  })

  test('with a wrong password, or none', patience, async () => {
    const connection = await database()
    expect(await start(connectionUrl({ ...connection, password }))).toContain(
      'PostgreSQL refuses the user or the password of DATABASE_URL',
    )
    const { host, port, user, database: name } = connection
    const query = new URLSearchParams({ host, port: String(port), user })
    expect(await start(`postgresql:///${name}?${query}`)).toContain('DATABASE_URL has no password')
  })

  test('with a database that is not there', patience, async () => {
    const connection = await database()
    expect(await start(connectionUrl({ ...connection, database: 'absent' }))).toBe(
      'DATABASE_URL names the database absent, which is not there: make it (createdb absent), or correct the name',
    )
  })

  test('that asks for TLS where there is none', patience, async () => {
    expect(await start(`${connectionUrl(await database())}&sslmode=require`)).toContain(
      'DATABASE_URL asks for TLS, and the PostgreSQL at',
    )
  })

  test.each([
    ['of another program', 'CREATE TABLE users (id int)'],
    ['with another program’s notes of its migrations', 'CREATE TABLE schema_migrations (version text)'],
  ])('with tables %s', patience, async (_, sql) => {
    const connection = await database()
    await change(connection, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await change(connection, sql)
    expect(await start(connectionUrl(connection))).toMatch(
      /^The database holds tables of another program \(\w+\): give Parley an empty one with DATABASE_URL$/,
    )
  })

  test('with a database of a newer version', patience, async () => {
    const connection = await database()
    await change(
      connection,
      `INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, '9999_future', 'x')`,
    )
    expect(await start(connectionUrl(connection))).toContain(
      'Run the version that migrated it, or a newer one.',
    )
  })

  test('whose user may make no tables', patience, async () => {
    const role = `poor_${randomUUID().replaceAll('-', '')}`
    let drop = async (): Promise<void> => undefined
    // Ends after the database, which the role has rights in.
    onTestFinished(() => drop())
    const connection = await database()
    await change(connection, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await change(
      connection,
      `CREATE ROLE ${role} LOGIN PASSWORD 'p'; GRANT USAGE ON SCHEMA public TO ${role}`,
    )
    drop = () => change({ ...connection, database: 'postgres' }, `DROP ROLE ${role}`)
    const poor = { ...connection, user: role, password: 'p' }
    expect(await start(connectionUrl(poor))).toContain('The user of DATABASE_URL may not make tables')
  })

  test('that is none', patience, async () => {
    expect(await start('mysql://root@localhost/x')).toContain(
      'DATABASE_URL must be the address of a PostgreSQL database',
    )
  })
})

describe('P10: a port', () => {
  test('that another program has', patience, async () => {
    const port = String(await takenPort())
    expect(await told(await onDatabase({ PORT: port }))).toBe(
      `PORT is ${port}, where another program listens already: stop it, or take another port`,
    )
    expect(await told(await onDatabase({ PARLEY_METRICS_PORT: port }))).toContain(
      `PARLEY_METRICS_PORT is ${port}`,
    )
    expect(await told(await onDatabase({ PARLEY_DIALECT_PORTS: `messenger=${port}` }))).toContain(
      `PARLEY_DIALECT_PORTS for messenger is ${port}`,
    )
  })

  test('at an address that this machine does not have', patience, async () => {
    expect(await told(await onDatabase({ HOST: '192.0.2.200' }))).toContain(
      'HOST is 192.0.2.200, which is no address',
    )
    expect(await told(await onDatabase({ HOST: 'no.such.host.invalid' }))).toContain(
      'HOST is no.such.host.invalid',
    )
  })

  test.runIf(isRoot)('that only root may listen on', patience, async () => {
    const dataDir = emptyFolder()
    chownSync(dataDir, nobody.uid, nobody.gid)
    expect(await told({ PORT: '81', PARLEY_DATA_DIR: dataDir }, { identity: nobody })).toContain(
      'PORT is 81, where only root may listen',
    )
  })
})

describe('P10: a data folder', () => {
  test('that is a file', patience, async () => {
    const path = join(emptyFolder(), 'file')
    writeFileSync(path, '')
    expect(await told({ PARLEY_DATA_DIR: path })).toContain('PARLEY_DATA_DIR')
    expect(await told({ PARLEY_DATA_DIR: join(path, 'below') })).toContain('PARLEY_DATA_DIR')
  })

  test('with a damaged secret', patience, async () => {
    const environment = await onDatabase({})
    writeFileSync(join(environment.PARLEY_DATA_DIR, 'secret'), 'short\n')
    expect(await told(environment)).toContain(`${environment.PARLEY_DATA_DIR}/secret is damaged`)
  })

  test('with a folder for files that is a file', patience, async () => {
    const path = join(emptyFolder(), 'file')
    writeFileSync(path, '')
    expect(await told(await onDatabase({ PARLEY_FILES_URL: path }))).toContain('PARLEY_FILES_URL')
  })

  describe.runIf(isRoot)('of somebody else', () => {
    test('that may not be written to', patience, async () => {
      const dataDir = emptyFolder()
      chmodSync(dataDir, 0o755)
      for (const path of [dataDir, join(dataDir, 'below')]) {
        expect(await told({ PARLEY_DATA_DIR: path }, { identity: nobody })).toMatch(
          /PARLEY_DATA_DIR.*(give|name)/,
        )
      }
      expect(await told(await onDatabase({ PARLEY_DATA_DIR: dataDir }), { identity: nobody })).toContain(
        'PARLEY_DATA_DIR',
      )
    })

    test('with a database of a foreign uid', patience, async () => {
      const dataDir = emptyFolder()
      chownSync(dataDir, nobody.uid, nobody.gid)
      mkdirSync(join(dataDir, 'postgres'))
      chownSync(join(dataDir, 'postgres'), 12_345, 12_345)
      expect(await told({ PARLEY_DATA_DIR: dataDir }, { identity: nobody })).toContain('belongs to uid 12345')
    })

    test('with files that may not be written', patience, async () => {
      const dataDir = emptyFolder()
      chownSync(dataDir, nobody.uid, nobody.gid)
      const environment = { PARLEY_DATA_DIR: dataDir, PARLEY_FILES_URL: emptyFolder() }
      expect(await told(environment, { identity: nobody })).toContain('PARLEY_FILES_URL')
    })
  })

  test.runIf(isRoot)('on a disk that is full', patience, async () => {
    const disk = emptyFolder()
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
    if (mount.status !== 0) return expect(mount.stderr.toString()).toMatch(/mount/)
    onTestFinished(() => void spawnSync('umount', [disk]))
    expect(await told({ PARLEY_DATA_DIR: join(disk, 'data') })).toMatch(
      /^The disk of \S+ \(PARLEY_DATA_DIR\) is full: free some space/,
    )
  })
})

test('P10: a misspelt variable', patience, async () => {
  expect(await told({ PARLEY_REGISTRATIONS: 'open' })).toBe(
    'PARLEY_REGISTRATIONS is not a variable of Parley',
  )
})
