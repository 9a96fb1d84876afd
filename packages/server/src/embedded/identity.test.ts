// Whose processes and files the cluster's are: as root, as a plain user, and when both take turns.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { giveTree } from './file-tree.ts'
import { findRunningPostgres, isReserved } from './postgres.ts'
import { expectRefusal, hold, killHard, processesIn, query, start, temporaryFolder } from './test/folders.ts'

const asRoot = process.getuid?.() === 0
const nobody = { uid: 65_534, gid: 65_534 }
const otherUsersReachUs =
  asRoot && spawnSync(process.execPath, [import.meta.filename], { ...nobody, cwd: '/' }).error === undefined

if (!asRoot) console.log('identity.test.ts: what a root server does is only tested as root')
else if (!otherUsersReachUs) console.log('identity.test.ts: this checkout is out of reach for plain users')

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

describe.runIf(asRoot)('P4: as root', () => {
  test('PostgreSQL runs under a uid of its own, also below a folder that nobody can enter', async () => {
    const home = join(temporaryFolder(), 'home')
    mkdirSync(home, { mode: 0o700 })
    const dataDir = join(home, 'checkout', 'data')
    const postgres = await start(dataDir)
    const users = new Set(processesIn(dataDir).map(userOf))
    const { uid } = statSync(join(dataDir, 'postgres'))
    expect([...users]).toEqual([uid])
    expect(isReserved(uid)).toBe(true)
    expect(statSync(dataDir).uid).toBe(0)
    const inside = `/proc/${postgres.pid}/cwd/PG_VERSION`
    for (const path of [join(dataDir, 'postgres', 'PG_VERSION'), inside, `/proc/${postgres.pid}/environ`]) {
      const asNobody = spawnSync('cat', [path], { ...nobody, encoding: 'utf8' })
      expect(asNobody.stderr).toContain('Permission denied')
    }
    // A reload and a checkpoint reach for the files by their full names again.
    expect(await query(postgres.connection, 'SELECT pg_reload_conf()')).toHaveLength(1)
    await query(postgres.connection, 'CHECKPOINT')
    expect(await query(postgres.connection, 'SELECT error FROM pg_hba_file_rules')).toHaveLength(2)
  })

  test('a folder of a plain user is served as that user', async () => {
    const dataDir = temporaryFolder()
    await (await start(dataDir)).stop()
    await giveTree(join(dataDir, 'postgres'), 12_345, 12_345)
    const postgres = await start(dataDir)
    expect(userOf(postgres.pid)).toBe(12_345)
    expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test.each([
    ['that root copied', 0],
    ['of a version that ran it as nobody', nobody.uid],
  ])('a cluster %s is given to a uid of its own, and keeps it', async (_, owner) => {
    const dataDir = temporaryFolder()
    await (await start(dataDir)).stop()
    await giveTree(join(dataDir, 'postgres'), owner, owner)
    const postgres = await start(dataDir)
    const uid = userOf(postgres.pid)
    expect(isReserved(uid)).toBe(true)
    expect(statSync(join(dataDir, 'postgres', 'PG_VERSION')).uid).toBe(uid)
    await postgres.stop()
    expect(userOf((await start(dataDir)).pid)).toBe(uid)
  })

  test('a PostgreSQL that a killed server left as nobody is stopped before its cluster gets its own uid', async () => {
    const folder = temporaryFolder()
    chownSync(folder, nobody.uid, nobody.gid)
    const dataDir = join(folder, 'data')
    const left = await hold(dataDir, nobody)
    await query(left.outcome.connection, 'CREATE TABLE kept AS SELECT 42 AS value')
    await killHard(left.process)
    const postgres = await start(dataDir)
    expect(postgres.adopted).toBe(false)
    expect(isReserved(userOf(postgres.pid))).toBe(true)
    expect(await query(postgres.connection, 'SELECT value FROM kept')).toEqual([{ value: 42 }])
  })

  test('a lost password is set anew, and the cluster keeps its owner', async () => {
    const dataDir = temporaryFolder()
    await (await start(dataDir)).stop()
    const { uid } = statSync(join(dataDir, 'postgres'))
    rmSync(join(dataDir, 'postgres.password'))
    const postgres = await start(dataDir)
    expect(await query(postgres.connection, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(userOf(postgres.pid)).toBe(uid)
  })

  test('giving a folder away never follows a link that somebody put into it', async () => {
    const folder = temporaryFolder()
    const [given, elsewhere] = [join(folder, 'given'), join(folder, 'elsewhere')]
    mkdirSync(given)
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'file'), '')
    symlinkSync(elsewhere, join(given, 'folder'))
    symlinkSync(join(elsewhere, 'file'), join(given, 'file'))
    await giveTree(given, nobody.uid, nobody.gid)
    expect([elsewhere, join(elsewhere, 'file')].map((path) => statSync(path).uid)).toEqual([0, 0])
    expect(lstatSync(join(given, 'folder')).uid).toBe(nobody.uid)
    await expect(giveTree(join(given, 'folder'), 1, 1)).rejects.toThrow()
  })
})

describe.runIf(otherUsersReachUs)('as a plain user', () => {
  test('PostgreSQL runs as that user, is taken over after a kill, and is found by commands', async () => {
    const folder = temporaryFolder()
    chownSync(folder, nobody.uid, nobody.gid)
    const dataDir = join(folder, 'data')
    const first = await hold(dataDir, nobody)
    expect(statSync(dataDir)).toMatchObject({ uid: nobody.uid, mode: 0o40700 })
    expect(userOf(first.outcome.pid)).toBe(nobody.uid)
    await killHard(first.process)

    const second = await hold(dataDir, nobody)
    expect(second.outcome).toEqual({ ...first.outcome, adopted: true })
    expect(findRunningPostgres(dataDir)).toEqual(second.outcome.connection)
    expect(await query(second.outcome.connection, 'SHOW data_directory')).toEqual([
      { data_directory: join(dataDir, 'postgres') },
    ])
  })

  test("another user's database is refused in plain words", async () => {
    const dataDir = temporaryFolder()
    await (await start(dataDir)).stop()
    await giveTree(dataDir, nobody.uid, nobody.gid)
    chownSync(join(dataDir, 'postgres'), 12_345, 12_345)
    chmodSync(dataDir, 0o755)
    expect(await expectRefusal(dataDir, nobody)).toMatchObject({
      code: 'data_folder_unusable',
      message: expect.stringContaining('belongs to uid 12345, and the server runs as uid 65534'),
    })
  })
})
