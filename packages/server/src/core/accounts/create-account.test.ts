// Accounts whose owners log in afterwards, on the real server.
import { Parley } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createAccount } from './create-account.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1' }

test('an account is made without a session, and its owner logs in', async () => {
  const { ports } = server.app
  const me = await createAccount(ports, { username: 'ada', password: 'first password' }, client)
  const { sessions } = ports.storage.stores
  expect(await sessions.listLive(me.id, ports.clock.now())).toEqual([])
  const own = await Parley.login({ url: server.url }, { login: 'ada', password: 'first password' })
  expect(own.me?.id).toBe(me.id)
  expect(await sessions.listLive(me.id, ports.clock.now())).toHaveLength(1)
  await own.close()
})

test('a taken name, no name at all and closed doors are refused as registering is', async () => {
  const { ports } = server.app
  const make = (input: { username?: string }, registration: 'open' | 'closed' = 'open') =>
    createAccount(
      { ...ports, policy: { ...ports.policy, registration } },
      { ...input, password: 'some password' },
      client,
    )
  await make({ username: 'grace' })
  await expect(make({ username: 'GRACE' })).rejects.toMatchObject({ code: 'already_exists' })
  await expect(make({})).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(make({ username: 'hedy' }, 'closed')).rejects.toMatchObject({ code: 'registration_closed' })
})
