// As whom a server that root starts has strangers' pictures decoded, and that this ends with the server.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clusterProcesses } from '../../packages/server/src/embedded/cluster-processes.ts'
import { isReserved } from '../../packages/server/src/embedded/postgres.ts'
import { idsOfProcess } from '../../packages/server/src/embedded/reserved-account.ts'
import { picture } from '../../packages/server/test/file-samples.ts'
import { HttpDoor } from '../access/http-door.ts'
import { copyCheckout, emptyFolder, type Server, startServer } from './program.ts'

const isRoot = process.getuid?.() === 0 && process.platform === 'linux'
if (!isRoot)
  console.log('decoder.test.ts: as whom a server of root has pictures decoded is only tested as root')
const patience = { timeout: 90_000 }

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Those that live; zombies have no command. */
const processesOf = (uid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && idsOfProcess(pid).includes(uid) && commandOf(pid) !== '')

/** One of a group may have ended with another. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** What decodes. The shell that starts it names it too, among other words. */
const picturesOf = (uid: number): number[] =>
  processesOf(uid).filter((pid) =>
    /^[^\0]*node\0[^\0]*\0[^\0]*\0[^\0]*picture-process\.ts\0/.test(commandOf(pid)),
  )

async function arrive({ url }: Server) {
  const door = new HttpDoor(url)
  onTestFinished(() => door.close())
  const body = { username: 'ada', password: 'correct horse battery' }
  const { access_token = null } = await door.ask('register', null, { body })
  const upload = async (content: Uint8Array) =>
    (await door.ask('uploadFile', access_token, { upload: content })).file.id
  const hasThumbnail = async (id: string) =>
    (await door.call('getThumbnail', access_token, { params: { file_id: id } })).status === 200
  /** Uploads a small picture, and waits for its preview. */
  const preview = async () => {
    const id = await upload(await picture('png', { width: 30, height: 20 }))
    await expect.poll(() => hasThumbnail(id)).toBe(true)
    return id
  }
  return { upload, hasThumbnail, preview }
}

const decoderOf = (dataDir: string) => statSync(join(dataDir, 'decoder'))

const canRead = (path: string, { uid, gid }: { uid: number; gid: number }) =>
  spawnSync('head', ['-c', '1', path], { uid, gid }).status === 0

/** All files below. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe.runIf(isRoot)('P13: pictures of a server that gave root up', () => {
  test(
    'are decoded by somebody who is neither root nor the server, and can read nothing of it',
    patience,
    async () => {
      const dataDir = emptyFolder()
      const server = await startServer(dataDir)
      const person = await arrive(server)
      await person.preview()
      const decoder = decoderOf(dataDir)
      const [pid = 0, ...more] = picturesOf(decoder.uid)
      expect(more).toEqual([])
      expect(isReserved(decoder.uid)).toBe(true)
      expect(new Set(idsOfProcess(pid))).toEqual(new Set([decoder.uid, decoder.gid]))
      const others = [server.child.pid ?? 0, ...clusterProcesses(join(dataDir, 'postgres'))]
      expect(others.flatMap(idsOfProcess)).not.toContain(decoder.uid)

      const files = filesIn(join(dataDir, 'files'))
      expect(files.length).toBeGreaterThan(0)
      const secrets = [...files, join(dataDir, 'secret'), `/proc/${server.child.pid}/environ`]
      expect(secrets.filter((path) => canRead(path, decoder))).toEqual([])
      expect(secrets.filter((path) => canRead(path, { uid: 0, gid: 0 }))).toEqual(secrets)
      expect(server.output()).not.toContain('under its own uid')
      expect(await server.stop()).toBe(0)
      await expect.poll(() => processesOf(decoder.uid)).toEqual([])
    },
  )

  test('are read after the process was killed, and after it hung', patience, async () => {
    const dataDir = emptyFolder()
    const server = await startServer(dataDir)
    const person = await arrive(server)
    await person.preview()
    const { uid } = decoderOf(dataDir)
    const [first = 0] = picturesOf(uid)
    process.kill(first, 'SIGKILL')
    await expect.poll(() => picturesOf(uid)).toEqual([])
    await person.preview()
    const [second = 0] = picturesOf(uid)
    process.kill(second, 'SIGSTOP')
    const hung = await person.upload(await picture('png', { width: 40, height: 20 }))
    await expect.poll(() => picturesOf(uid)).not.toContain(second)
    await person.preview()
    expect(await person.hasThumbnail(hung)).toBe(false)
    expect(picturesOf(uid)).toHaveLength(1)
  })

  test('leave no process behind when the server is killed', patience, async () => {
    const dataDir = emptyFolder()
    const server = await startServer(dataDir)
    await (await arrive(server)).preview()
    const { uid } = decoderOf(dataDir)
    expect(processesOf(uid).length).toBeGreaterThan(1)
    server.child.kill('SIGKILL')
    await expect.poll(() => processesOf(uid)).toEqual([])
  })

  test(
    'wait when what starts the process has ended, which is logged; all else goes on',
    patience,
    async () => {
      const dataDir = emptyFolder()
      const server = await startServer(dataDir)
      const person = await arrive(server)
      await person.preview()
      const { uid } = decoderOf(dataDir)
      for (const pid of processesOf(uid).filter((pid) => !picturesOf(uid).includes(pid))) killIfThere(pid)
      await expect.poll(() => server.output()).toContain('pictures are not read until the next start')
      const id = await person.upload(await picture('png', { width: 30, height: 20 }))
      await expect.poll(() => server.output()).toContain('What starts it has ended')
      expect(await person.hasThumbnail(id)).toBe(false)
      expect(await server.stop()).toBe(0)
      expect(processesOf(uid)).toEqual([])
    },
  )

  test(
    'are not decoded by the server where it put its own folder in the place of the record',
    patience,
    async () => {
      const dataDir = emptyFolder()
      await (await startServer(dataDir)).stop()
      const server = statSync(dataDir)
      chownSync(join(dataDir, 'decoder'), server.uid, server.gid)
      await (await arrive(await startServer(dataDir))).preview()
      const { uid } = decoderOf(dataDir)
      expect(isReserved(uid) && uid !== server.uid).toBe(true)
      expect(picturesOf(uid)).toHaveLength(1)
    },
  )

  test('are decoded by the server where nobody else can, as one line says', patience, async () => {
    const checkout = emptyFolder()
    chmodSync(checkout, 0o755)
    const main = copyCheckout(checkout)
    const only = join(checkout, 'packages/server/src/files/picture-frames.ts')
    chownSync(only, 12_345, 12_345)
    chmodSync(only, 0o400)
    const dataDir = join(checkout, 'data')
    mkdirSync(dataDir)
    chownSync(dataDir, 12_345, 12_345)
    const server = await startServer(dataDir, {}, { main })
    await (await arrive(server)).preview()
    expect(picturesOf(12_345)).toHaveLength(1)
    const { uid } = decoderOf(dataDir)
    const told = server
      .output()
      .split('\n')
      .filter((line) => line.includes('under its own uid'))
    expect(told).toEqual([expect.stringMatching(`since uid ${uid} cannot: .*EACCES`)])
    expect(processesOf(uid)).toEqual([])
  })
})

test.runIf(isRoot)(
  'P13: pictures of a server that stays root are decoded by somebody who is not',
  patience,
  async () => {
    const dataDir = emptyFolder()
    mkdirSync(join(dataDir, 'thesis'))
    const server = await startServer(dataDir)
    expect(server.output()).toContain('runs as root')
    await (await arrive(server)).preview()
    const { uid, gid } = decoderOf(dataDir)
    const [pid = 0] = picturesOf(uid)
    expect(new Set(idsOfProcess(pid))).toEqual(new Set([uid, gid]))
  },
)
