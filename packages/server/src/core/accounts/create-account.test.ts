// Accounts whose owners log in afterwards, on the real server.
import { Parley } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createAccount } from './create-account.ts'
import { login } from './login.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const client = { ip: '127.0.0.1', userAgent: 'a test' }

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

test('A1: an account has a username, an email or both, and each logs in without regard to case', async () => {
  const { ports } = server.app
  const shapes = [
    { username: 'only.name' },
    { email: 'only@example.org' },
    { username: 'both', email: 'both@example.org' },
  ]
  for (const shape of shapes) {
    const me = await createAccount(ports, { ...shape, password: 'some password' }, client)
    expect(me).toMatchObject({ username: null, email: null, ...shape })
    for (const name of Object.values(shape)) {
      const own = await login(ports, { login: name.toUpperCase(), password: 'some password' }, client)
      expect(own.me.id).toBe(me.id)
      const taken = { [name.includes('@') ? 'email' : 'username']: name.toUpperCase() }
      await expect(
        createAccount(ports, { ...taken, password: 'some password' }, client),
      ).rejects.toMatchObject({ code: 'already_exists' })
    }
  }
})

test('A1: a taken name, no name at all and closed doors are refused as registering is', async () => {
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
