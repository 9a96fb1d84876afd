// Where the operator wants no weak passwords anywhere, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createAccount } from './create-account.ts'
import { setPassword } from './set-password.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ policy: { weakPasswords: 'nowhere', testData: 'everyone' } })
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1', userAgent: 'a test' }
const weak = 'password123'
const strong = 'lemon bicycle rain'

const json = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const form = (body: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(body) })

test.each([
  ['chat-application/api/v1/users/', (password: string) => json({ username: 'anna', password })],
  [
    'messenger-api/api/v1/users',
    (password: string) => json({ username: 'mila', email: 'mila@example.org', password }),
  ],
  [
    'windi-messenger/auth/register',
    (password: string) => json({ name: 'Wim', email: 'wim@example.org', password }),
  ],
  ['chat-backend/api/auth/register', (password: string) => json({ username: 'bert', password })],
  [
    'messenger/api/v1/users/register',
    (password: string) => form({ name: 'Max', email: 'max@example.org', password }),
  ],
])('A3: a weak password is refused through %s too, and a strong one is not', async (path, request) => {
  const register = (password: string) =>
    fetch(`${server.url}/compat/${path}`, { redirect: 'manual', ...request(password) })
  const refused = await register(weak)
  const said = expect.stringMatching(/too easy to guess|легко угадать/)
  expect([refused.status, await refused.text()]).toEqual([422, said])
  expect([200, 201, 303]).toContain((await register(strong)).status)
})

test('A3: setting a password is held to the same, and so is an own name as one', async () => {
  const { ports } = server.app
  const make = (password: string) =>
    createAccount(ports, { username: 'leonora.carrington', password }, client)
  await expect(make('leonora.carrington')).rejects.toMatchObject({ code: 'weak_password' })
  const { id } = await make(strong)
  const actor = { userId: id, sessionId: ports.ids.next() }
  const proof = { kind: 'password', password: strong } as const
  await expect(setPassword(ports, actor, weak, proof)).rejects.toMatchObject({ code: 'weak_password' })
  await expect(setPassword(ports, actor, 'correct horse battery', proof)).resolves.toBeUndefined()
})

test("A3: the people of a contract's own test data keep its passwords", async () => {
  const made = await fetch(`${server.url}/compat/messenger/api/v1/test/test-data`, { method: 'POST' })
  expect(made.ok).toBe(true)
  const login = form({ email: 'a@example.com', password: 'pass1' })
  const answer = await fetch(`${server.url}/compat/messenger/api/v1/auth/login`, {
    redirect: 'manual',
    ...login,
  })
  expect(answer.status).toBe(303)
})
