// The server as `npm start` runs it, with its own PostgreSQL: the first start, the next, one too many, and the end.
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { clusterProcesses, signalAll } from '../../packages/server/src/embedded/cluster-processes.ts'
import { lockDataFolder } from '../../packages/server/src/embedded/data-folder-lock.ts'
import { EmbeddedPostgresError } from '../../packages/server/src/embedded/postgres.ts'
import { HttpDoor } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { until } from '../model/until.ts'
import { npmStart, type Start } from './npm-start.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-npm-start-')))
const dataFolder = join(folder, 'data')
const cluster = join(dataFolder, 'postgres')
const account = { username: 'ada', password: 'correct horse battery' }
let running: Start | undefined

afterAll(async () => {
  running?.signal()
  await running?.ended
  signalAll(clusterProcesses(cluster), 'SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Starts it and waits; installing and building are done before, or here. */
async function start(): Promise<Start> {
  running = await npmStart(dataFolder)
  await running.ready
  return running
}

async function stop(server: Start): Promise<void> {
  server.signal()
  await server.ended
}

/** When this cluster was made. */
const clusterMark = () => statSync(join(cluster, 'PG_VERSION')).ino

test('P1: with Node and npm alone the first start makes the cluster, and the next one uses it', {
  timeout: 300_000,
}, async () => {
  const first = await start()
  const door = new HttpDoor(first.url)
  await door.ask('register', null, { body: account })
  door.close()
  const made = clusterMark()
  await stop(first)

  const second = await start()
  const again = new HttpDoor(second.url)
  const { user } = await again.ask('login', null, {
    body: { login: account.username, password: account.password },
  })
  expect(user.username).toBe(account.username)
  expect(clusterMark()).toBe(made)
  again.close()
})

test('P2: a second server on the same data folder refuses to start and says why', {
  timeout: 120_000,
}, async () => {
  const second = await npmStart(dataFolder)
  expect(await second.ended).not.toBe(0)
  const pid = readFileSync(join(dataFolder, 'server.pid'), 'utf8').trim()
  expect(second.output()).toContain(
    `parley: Another Parley server (process ${pid}) already uses the data folder ${dataFolder}.`,
  )
  expect((await fetch(`${running?.url}/readyz`)).status).toBe(200)
})

test('P5: a clean stop ends sockets, then requests in hand, then PostgreSQL, then the lock', {
  timeout: 120_000,
}, async () => {
  if (running === undefined) throw new Error('No server runs')
  const { url, ended } = running
  const door = new HttpDoor(url)
  const { access_token } = await door.ask('login', null, {
    body: { login: account.username, password: account.password },
  })
  door.close()
  const listener = await Listener.enter(url, access_token ?? '')
  const upload = slowUpload(url, access_token ?? '')
  await until('the upload arrives', () => filesIn(join(dataFolder, 'files')).length > 0)

  running.signal()
  expect(await listener.closed).toMatchObject({ code: 4503 })
  upload.finish()
  expect((await upload.answer).status).toBe(201)
  let leftBehind: number[] | undefined
  await until('the lock is free', () => {
    const lock = tryLock()
    if (lock !== null) leftBehind = clusterProcesses(cluster)
    lock?.release()
    return lock !== null
  })
  expect(leftBehind).toEqual([])
  await ended
  running = undefined
})

const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

function tryLock(): { release(): void } | null {
  try {
    return lockDataFolder(dataFolder)
  } catch (error) {
    if (error instanceof EmbeddedPostgresError && error.code === 'data_folder_in_use') return null
    throw error
  }
}

/** An upload whose end is kept back until `finish`. */
function slowUpload(url: string, token: string) {
  const end = Promise.withResolvers<void>()
  const boundary = 'a-boundary'
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nhalf `,
    )
    await end.promise
    yield Buffer.from(`and half\r\n--${boundary}--\r\n`)
  }
  const answer = fetch(`${url}/api/v1/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: ReadableStream.from(body()),
    duplex: 'half',
  } as RequestInit)
  return { finish: () => end.resolve(), answer }
}
