// How often a refresh token works, and for how long the former one gives its successor, on the real database.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { login } from './login.ts'
import { refresh, refreshGraceMs } from './refresh.ts'

let server: TestServer
let now = new Date('2026-06-01T12:00:00Z').getTime()

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1', userAgent: 'a test' }
const ports = () => ({ ...server.app.ports, clock: { now: () => new Date(now) } })

/** The first refresh token of a new session of a new account. */
async function firstTokenOf(name: string): Promise<string> {
  await actorsIn(server, name)
  const session = await login(ports(), { login: name, password: 'correct horse battery' }, client)
  return session.refreshToken
}

const next = async (token: string) => (await refresh(ports(), token, client)).refreshToken
const refused = { code: 'invalid_refresh_token' }

test('A5: the former token, shown again within 30 seconds, gives the same successor, also to many at once', async () => {
  const first = await firstTokenOf('ada')
  const second = await next(first)
  expect(second).not.toBe(first)
  now += refreshGraceMs
  expect(refreshGraceMs).toBe(30_000)
  expect(await Promise.all([next(first), next(first), next(first)])).toEqual([second, second, second])
  expect(await next(second)).not.toBe(second)
})

test('A5: after 30 seconds the former token ends the session', async () => {
  const first = await firstTokenOf('ben')
  const second = await next(first)
  now += refreshGraceMs + 1
  await expect(next(first)).rejects.toMatchObject(refused)
  await expect(next(second)).rejects.toMatchObject(refused)
})

test('A5: once its successor was used the former token ends the session at once', async () => {
  const first = await firstTokenOf('cleo')
  const second = await next(first)
  const third = await next(second)
  await expect(next(first)).rejects.toMatchObject(refused)
  await expect(next(third)).rejects.toMatchObject(refused)
})
