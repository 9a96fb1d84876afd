// A6: what a change of password ends, on the real server.
import { Parley, type ParleyClient } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const loginAs = (username: string, password: string): Promise<ParleyClient> =>
  Parley.login({ url: server.url }, { login: username, password })

test('A6: every other session ends, its sockets too, and only the new password logs in', async () => {
  const own = await Parley.register({ url: server.url }, { username: 'mira', password: 'first password' })
  const other = await loginAs('mira', 'first password')
  await own.call('changePassword', {
    body: { current_password: 'first password', new_password: 'second password' },
  })
  await expect.poll(() => other.connectionState().status).toBe('closed')
  await expect(loginAs('mira', 'first password')).rejects.toMatchObject({ code: 'wrong_credentials' })
  const again = await loginAs('mira', 'second password')
  expect(own.connectionState().status).toBe('ready')
  await Promise.all([own.close(), again.close()])
})

test('A6: no login with the former password outlives the change, however close they come', async () => {
  const own = await Parley.register({ url: server.url }, { username: 'noor', password: 'never guess me 0' })
  for (let round = 0; round < 5; round += 1) {
    const attempts = Array.from({ length: 4 }, () => loginAs('noor', `never guess me ${round}`))
    const change = own.call('changePassword', {
      body: { current_password: `never guess me ${round}`, new_password: `never guess me ${round + 1}` },
    })
    const [outcomes] = await Promise.all([Promise.allSettled(attempts), change])
    const { items } = await own.call('listSessions')
    expect(items.map((session) => session.id)).toEqual([own.sessionId])
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.close()
  }
  await own.close()
})
