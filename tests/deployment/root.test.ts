// A server that root starts: whom it becomes, what others can see of it, and where it stays root.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clusterProcesses } from '../../packages/server/src/embedded/cluster-processes.ts'
import { giveTree } from '../../packages/server/src/embedded/file-tree.ts'
import { isReserved } from '../../packages/server/src/embedded/postgres.ts'
import { idsOfProcess } from '../../packages/server/src/embedded/reserved-account.ts'
import { HttpDoor } from '../access/http-door.ts'
import { copyCheckout, emptyFolder, type Server, startServer } from './program.ts'

const isRoot = process.getuid?.() === 0 && process.platform === 'linux'
const nobody = { uid: 65_534, gid: 65_534 }
const account = { username: 'ada', password: 'correct horse battery' }
const patience = 60_000
if (!isRoot) console.log('root.test.ts: what a server of root does is only tested as root')

const usersOf = ({ child }: Server, dataDir: string) =>
  [child.pid ?? 0, ...clusterProcesses(join(dataDir, 'postgres'))].map((pid) => [
    ...new Set(idsOfProcess(pid)),
  ])

const ask = async (url: string, name: 'register' | 'login') => {
  const door = new HttpDoor(url)
  const { password, username } = account
  const body = name === 'register' ? account : { login: username, password }
  const answer = await door.ask(name, null, { body })
  door.close()
  return answer
}

/** Which of the paths somebody else can read. */
const readable = (paths: readonly string[], identity: { uid: number; gid: number }) =>
  paths.filter((path) => spawnSync('head', ['-c', '1', path], identity).status === 0)

describe.runIf(isRoot)('P6: started as root', () => {
  test('it serves under a uid that nobody else has, and the next start keeps it', {
    timeout: patience,
  }, async () => {
    const dataDir = emptyFolder()
    const first = await startServer(dataDir)
    const { uid } = statSync(dataDir)
    expect(isReserved(uid)).toBe(true)
    for (const users of usersOf(first, dataDir)) expect(users).toEqual([uid])
    await ask(first.url, 'register')
    expect(await first.stop()).toBe(0)
    expect(clusterProcesses(join(dataDir, 'postgres'))).toEqual([])

    const second = await startServer(dataDir)
    expect(await ask(second.url, 'login')).toMatchObject({ user: { username: 'ada' } })
    for (const users of usersOf(second, dataDir)) expect(users).toEqual([uid])
    expect(second.output()).not.toContain('runs as root')
    const owners = readdirSync(dataDir).map((name) => [name, lstatSync(join(dataDir, name)).uid])
    expect(owners.filter(([name, owner]) => owner !== uid && name !== 'decoder')).toEqual([])
  })

  test('nobody else reads its memory, its environment or its files through /proc', {
    timeout: patience,
  }, async () => {
    const dataDir = emptyFolder()
    const server = await startServer(dataDir)
    const { uid, gid } = statSync(dataDir)
    const of = (pid: number | undefined) =>
      ['environ', 'mem', 'maps', 'cwd/PG_VERSION', 'root/etc/passwd', 'fd/0'].map(
        (name) => `/proc/${pid}/${name}`,
      )
    const processes = [server.child.pid, ...clusterProcesses(join(dataDir, 'postgres'))].flatMap(of)
    const files = ['secret', 'postgres.password', 'postgres/PG_VERSION'].map((name) => join(dataDir, name))
    expect(readable([...processes, ...files], nobody)).toEqual([])
    expect(readable(files, { uid: 0, gid: 0 })).toEqual(files)
    const decoder = statSync(join(dataDir, 'decoder'))
    expect(isReserved(decoder.uid) && decoder.uid !== uid).toBe(true)
    expect(readable([...processes, ...files], { uid: decoder.uid, gid: decoder.gid })).toEqual([])
    // It gave root up by itself, so that not even its PostgreSQL can look into it.
    expect(readable(of(server.child.pid), { uid, gid })).toEqual([])
  })

  test('it takes over what an older version left, which ran as root and nobody', {
    timeout: patience,
  }, async () => {
    const dataDir = emptyFolder()
    await (await startServer(dataDir)).stop()
    await giveTree(dataDir, 0, 0)
    await giveTree(join(dataDir, 'postgres'), nobody.uid, nobody.gid)
    const server = await startServer(dataDir)
    const { uid } = statSync(dataDir)
    expect(isReserved(uid)).toBe(true)
    for (const users of usersOf(server, dataDir)) expect(users).toEqual([uid])
  })

  test('a killed one leaves a PostgreSQL that the next start takes over', { timeout: patience }, async () => {
    const dataDir = emptyFolder()
    const first = await startServer(dataDir)
    const before = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')
    first.child.kill('SIGKILL')
    await first.ended
    const second = await startServer(dataDir)
    expect(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).toBe(before)
    expect(await second.stop()).toBe(0)
    expect(clusterProcesses(join(dataDir, 'postgres'))).toEqual([])
  })

  test('the folder of a plain user is served as that user', { timeout: patience }, async () => {
    const dataDir = emptyFolder()
    chownSync(dataDir, 12_345, 12_345)
    const server = await startServer(dataDir)
    for (const users of usersOf(server, dataDir)) expect(users).toEqual([12_345])
  })
})

describe.runIf(isRoot)('P6: it stays root and says in a line why', () => {
  const told = (server: Server) =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes('runs as root'))

  test('P4: where others cannot enter the checkout', { timeout: patience }, async () => {
    const home = join(emptyFolder(), 'home')
    const checkout = join(home, 'parley')
    mkdirSync(home, { mode: 0o700 })
    const main = copyCheckout(checkout)
    const dataDir = join(checkout, 'data')
    const server = await startServer(dataDir, {}, { main })
    expect(told(server)).toEqual([expect.stringContaining(`others cannot read ${checkout} (EACCES)`)])
    const [own, ...database] = usersOf(server, dataDir)
    expect(own).toEqual([0])
    expect(database.flat().every(isReserved)).toBe(true)
    await ask(server.url, 'register')
    expect(await server.stop()).toBe(0)
  })

  test('where others cannot run Node, which is to run as somebody else too', {
    timeout: patience,
  }, async () => {
    const node = join(emptyFolder(), 'node')
    copyFileSync(process.execPath, node)
    const server = await startServer(emptyFolder(), {}, { node })
    expect(told(server)).toEqual([expect.stringContaining(`others cannot run ${node} (EACCES)`)])
  })

  test('where the data folder holds other things, which it does not give away', {
    timeout: patience,
  }, async () => {
    const dataDir = emptyFolder()
    mkdirSync(join(dataDir, 'thesis'))
    const server = await startServer(dataDir)
    expect(told(server)).toEqual([expect.stringContaining("holds what is not Parley's (thesis)")])
    expect(statSync(join(dataDir, 'thesis')).uid).toBe(0)
    expect(statSync(dataDir).uid).toBe(0)
  })

  test('where files are kept in a folder that is root’s', { timeout: patience }, async () => {
    const [dataDir, files] = [emptyFolder(), emptyFolder()]
    chmodSync(files, 0o700)
    const server = await startServer(dataDir, { PARLEY_FILES_URL: files })
    expect(told(server)).toEqual([expect.stringMatching(`uid \\d+ cannot write to ${files} .* chown it to`)])
  })
})

describe.runIf(isRoot)('P6: root works in a folder that it gave away', () => {
  test('only while nothing in it leads elsewhere', { timeout: patience }, async () => {
    const dataDir = emptyFolder()
    await (await startServer(dataDir)).stop()
    const { uid, gid } = statSync(dataDir)
    spawnSync('rm', ['-r', join(dataDir, 'postgres'), join(dataDir, 'server.lock')])
    spawnSync('ln', ['-s', '/etc/hostname', join(dataDir, 'server.lock')], { uid, gid })
    await expect(startServer(dataDir)).rejects.toThrow('PARLEY_DATA_DIR holds links that root did not make')
  })
})
