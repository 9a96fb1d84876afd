// How often a refresh token works, and for how long the former one gives its successor, on the real database.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { login } from './login.ts'
import { refresh, refreshGraceMs } from './refresh.ts'
import { createSessionGuard } from './session-guard.ts'

let server: TestServer
let now = new Date('2026-06-01T12:00:00Z').getTime()

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const dayMs = 24 * 3600 * 1000
const client = { ip: '127.0.0.1', userAgent: 'a test' }
const ports = () => ({ ...server.app.ports, clock: { now: () => new Date(now) } })

/** The first refresh token of a new session of a new account. */
async function firstTokenOf(name: string): Promise<string> {
  await actorsIn(server, name)
  const session = await login(ports(), { login: name, password: 'correct horse battery' }, client)
  return session.refreshToken
}

const pairOf = (token: string) => refresh(ports(), token, client)
const next = async (token: string) => (await pairOf(token)).refreshToken
const refused = { code: 'invalid_refresh_token' }

/** With a guard that remembers nothing, as another node has. */
async function use(accessToken: string, how: 'identify' | 'authenticate' = 'authenticate'): Promise<void> {
  const guard = createSessionGuard(ports())
  await guard[how](accessToken)
  guard.close()
}

test('A5: the former token, shown again within 30 seconds, gives the same successor, also to many at once', async () => {
  const first = await firstTokenOf('ada')
  const { refreshToken: second, accessToken } = await pairOf(first)
  expect(second).not.toBe(first)
  await use(accessToken)
  now += refreshGraceMs
  expect(refreshGraceMs).toBe(30_000)
  expect(await Promise.all([next(first), next(first), next(first)])).toEqual([second, second, second])
  expect(await next(second)).not.toBe(second)
})

test('A5: while nobody used its successor, the former token gives it however long the answer has been lost', async () => {
  const first = await firstTokenOf('dora')
  const second = await next(first)
  now += 20 * dayMs
  const again = await pairOf(first)
  expect(again.refreshToken).toBe(second)
  await use(again.accessToken)
  expect(await next(second)).not.toBe(second)
})

test.each(['authenticate', 'identify'] as const)(
  'A5: after 30 seconds the former token ends the session, if the access token of its successor was used (%s)',
  async (how) => {
    const first = await firstTokenOf(`ben_${how}`)
    const { accessToken, refreshToken: second } = await pairOf(first)
    await use(accessToken, how)
    now += refreshGraceMs + 1
    await expect(next(first)).rejects.toMatchObject(refused)
    await expect(next(second)).rejects.toMatchObject(refused)
  },
)

test('A5: an access token of an older pair does not count as a use of the newer', async () => {
  const first = await firstTokenOf('emma')
  const older = await pairOf(first)
  const newer = await pairOf(older.refreshToken)
  await use(older.accessToken)
  now += refreshGraceMs + 1
  expect(await next(older.refreshToken)).toBe(newer.refreshToken)
})

test('A5: once its successor was used the former token ends the session at once', async () => {
  const first = await firstTokenOf('cleo')
  const second = await next(first)
  const third = await next(second)
  await expect(next(first)).rejects.toMatchObject(refused)
  await expect(next(third)).rejects.toMatchObject(refused)
})

test('A5: a token older than the former ends the session, though nobody used the newest', async () => {
  const first = await firstTokenOf('finn')
  const second = await next(first)
  await next(second)
  now += 10 * dayMs
  await expect(next(first)).rejects.toMatchObject(refused)
  await expect(next(second)).rejects.toMatchObject(refused)
})

test('A5: a session ends 180 days after its login, however often it is refreshed', async () => {
  const began = now
  let token = await firstTokenOf('gwen')
  for (let n = 0; n < 3; n += 1) {
    now += 50 * dayMs
    const { refreshToken, refreshExpiresAt } = await pairOf(token)
    expect(refreshExpiresAt.getTime()).toBe(Math.min(now + 60 * dayMs, began + 180 * dayMs))
    token = refreshToken
  }
  now = began + 180 * dayMs
  await expect(next(token)).rejects.toMatchObject(refused)
})
