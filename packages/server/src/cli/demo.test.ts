// `parley demo` as a process of its own, with a running server and without.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Parley } from '@parley/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../test/harness.ts'
import { testDatabase } from '../../test/harness-database.ts'
import { demoNames } from '../composition/dialect-demos.ts'
import { connectionUrl } from '../embedded/endpoint.ts'
import { ConfigError } from './config.ts'
import { demoOptions } from './demo.ts'

const main = join(import.meta.dirname, '../main.ts')
const secret = 'a secret of the tests, 32 characters or more'

interface Ended {
  readonly code: number
  readonly output: string
}

/** Runs in an empty folder, so that no `.env` is read. */
async function parley(
  folder: string,
  environment: Record<string, string>,
  ...args: string[]
): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? '', PARLEY_SECRET: secret, LOG_LEVEL: 'silent', ...environment }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, env })
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, output: stderr }
  }
}

describe('options', () => {
  test('are none, a seed or a dialect', () => {
    expect(demoOptions({})).toEqual({})
    expect(demoOptions({ seed: '7' })).toEqual({ seed: 7 })
    expect(demoNames).toContain('windi-messenger')
    for (const like of demoNames) expect(demoOptions({ like })).toEqual({ like })
  })

  test.each([{ seed: 'x' }, { seed: '1.5' }, { like: 'nothing' }, { like: demoNames[0] ?? '', seed: '1' }])(
    '%j is refused',
    (given) => {
      expect(() => demoOptions(given)).toThrow(ConfigError)
    },
  )
})

describe('parley demo --like', () => {
  let server: TestServer
  let folder: string
  const port = () => ({ PORT: String(server.app.port) })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-demo-'))
    server = await startTestServer({ secret, policy: { registration: 'closed' } })
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('fills the running server, once', async () => {
    const first = await parley(folder, port(), 'demo', '--like', 'windi-messenger')
    expect(first.output).toContain('Wrote 4 people, 2 chats and 7 messages.')
    expect(first.output).toContain('alice@example.com / password123   Alice')
    const again = await parley(folder, port(), 'demo', '--like', 'windi-messenger')
    expect(again.output).toContain('The demo data is there already.')
    const login = { login: 'david@example.com', password: 'password123' }
    const david = await Parley.login({ url: server.url }, login)
    const chats = await david.call('listChats', { query: {} })
    expect(chats.items.map(({ title }) => title)).toEqual(['Группа 1'])
    await david.close()
  })

  test('says in a line what it cannot do', async () => {
    const unknown = await parley(folder, port(), 'demo', '--like', 'nothing')
    expect(unknown).toMatchObject({ code: 1 })
    expect(unknown.output).toContain('--like must be one of')
    const stranger = await parley(
      folder,
      { ...port(), PARLEY_SECRET: 'another secret, of 32 characters or more' },
      'demo',
      '--like',
      'windi-messenger',
    )
    expect(stranger).toMatchObject({ code: 1, output: expect.stringMatching(/^parley: not_found: .*\n$/) })
  })

  test('the call itself knows only names with test data, and only whom it may serve', async () => {
    const call = (body: object) => Parley.seedDemo({ url: server.url }, body)
    await expect(call({ like: 'windi-messenger' })).rejects.toMatchObject({ code: 'not_found' })
    const open = await startTestServer({ policy: { demo: true } })
    const seed = (like: string) => Parley.seedDemo({ url: open.url }, { like })
    await expect(seed('chat-application')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await seed('windi-messenger')).toMatchObject({ users: 4, chats: 2, messages: 7 })
    await open.stop()
  })

  test('fills a database that no server runs on', async () => {
    const database = await testDatabase()
    const { connection } = database
    const url = typeof connection === 'string' ? connection : connectionUrl(connection)
    // Nobody listens there.
    const environment = { PORT: '1', DATABASE_URL: url }
    const { code, output } = await parley(folder, environment, 'demo', '--like', 'windi-messenger')
    await database.drop()
    expect(output).toContain('Wrote 4 people, 2 chats and 7 messages.')
    expect(code).toBe(0)
  })
})
