// A6: a password that is set without the former one, on the real server.
import { Parley } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { deleteAccount } from './delete-account.ts'
import { setPassword } from './set-password.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const loginAs = (password: string) => Parley.login({ url: server.url }, { login: 'mira', password })

test('A6: setting the password ends every other session, and only the new password logs in', async () => {
  const own = await Parley.register({ url: server.url }, { username: 'mira', password: 'first password' })
  const other = await loginAs('first password')
  const actor = { userId: own.me?.id ?? '', sessionId: own.sessionId ?? '' }
  await setPassword(server.app.ports, actor, 'second password', {
    kind: 'password',
    password: 'first password',
  })
  await expect.poll(() => other.connectionState().status).toBe('closed')
  await expect(loginAs('first password')).rejects.toMatchObject({ code: 'wrong_credentials' })
  const again = await loginAs('second password')
  expect(own.connectionState().status).toBe('ready')
  await Promise.all([own.close(), again.close()])
})

test('A8: a deleted account gets no password', async () => {
  const own = await Parley.register({ url: server.url }, { username: 'noor', password: 'first password' })
  const actor = { userId: own.me?.id ?? '', sessionId: own.sessionId ?? '' }
  await deleteAccount(server.app.ports, actor, { kind: 'password', password: 'first password' })
  await expect(
    setPassword(server.app.ports, actor, 'second password', { kind: 'password', password: 'first password' }),
  ).rejects.toMatchObject({
    code: 'unauthenticated',
  })
})
