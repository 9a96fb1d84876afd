// A4: how long the access tokens of a login live, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { login } from './login.ts'
import { refresh } from './refresh.ts'
import { register } from './register.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1', userAgent: 'a test' }
const input = { username: 'mira', password: 'a long password' }
const secondsOf = (token: string): number => {
  const { exp, iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return exp - iat
}

test('A4: a token lives 15 minutes, or as long as its door needs', async () => {
  const { ports } = server.app
  const patient = { ...client, accessLifetimeSeconds: 86_400 }
  const made = await register(ports, input, patient)
  const credentials = { login: input.username, password: input.password }
  const again = await login(ports, credentials, patient)
  const usual = await login(ports, credentials, client)
  const renewed = await refresh(ports, made.refreshToken, client)
  for (const [{ accessToken, expiresIn }, seconds] of [
    [made, 86_400],
    [again, 86_400],
    [usual, 900],
    [renewed, 900],
  ] as const) {
    expect([expiresIn, secondsOf(accessToken)]).toEqual([seconds, seconds])
  }
})
