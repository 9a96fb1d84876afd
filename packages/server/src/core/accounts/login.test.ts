// What a refused login gives away, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { AppError } from '../errors.ts'
import { login } from './login.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1', userAgent: 'a test' }

test('A2: a wrong password and an unknown login give the same answer after the same work', async () => {
  await actorsIn(server, 'known')
  const time = { known: 0, unknown: 0 }
  const answers = new Set<string>()
  // In turns, so that whatever else the machine does slows both down alike.
  for (let round = 0; round < 20; round += 1) {
    for (const name of ['known', 'unknown'] as const) {
      const began = performance.now()
      const refusal = await login(server.app.ports, { login: name, password: 'a wrong one' }, client).catch(
        (error: unknown) => error,
      )
      time[name] += performance.now() - began
      if (!(refusal instanceof AppError)) throw new Error('It was not refused')
      answers.add(JSON.stringify([refusal.code, refusal.data]))
    }
  }
  expect([...answers]).toEqual([JSON.stringify(['wrong_credentials', {}])])
  const ratio = time.unknown / time.known
  expect(ratio).toBeGreaterThan(0.4)
  expect(ratio).toBeLessThan(2.5)
})
