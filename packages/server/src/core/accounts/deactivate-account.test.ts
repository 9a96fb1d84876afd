// A11: an account at rest, on the real server.
import { Parley, type ParleyClient } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import { deactivateAccount } from './deactivate-account.ts'

const password = 'a long password'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const arrive = (username: string) => Parley.register({ url: server.url }, { username, password })
const actorOf = ({ me, sessionId }: ParleyClient): Actor => ({
  userId: me?.id ?? '',
  sessionId: sessionId ?? '',
})
const stateOf = async ({ me }: ParleyClient) =>
  (await server.app.ports.storage.stores.accounts.find(me?.id ?? ''))?.deactivatedAt

test('A11: deactivating ends every session and hides the person from the search, not from chats', async () => {
  const [person, other] = [await arrive('mira'), await arrive('other')]
  const tablet = await Parley.login({ url: server.url }, { login: 'mira', password })
  const chat = await other.chats.direct(person.me?.id ?? '')
  await person.chats.handle(chat.id).send('I was here')
  await deactivateAccount(server.app.ports, actorOf(person), { kind: 'password', password })
  for (const client of [person, tablet]) {
    await expect.poll(() => client.connectionState().status).toBe('closed')
  }
  expect(await stateOf(person)).toEqual(expect.any(Date))
  expect((await other.call('listUsers', { query: { query: 'mira' } })).items).toEqual([])
  expect((await other.call('listUsers')).items.map(({ username }) => username)).toEqual(['other'])
  const { users } = await other.call('listMessages', { params: { chat_id: chat.id } })
  expect(users).toMatchObject([{ username: 'mira', name: 'mira', deleted_at: null }])
  await other.close()
})

test('A11: logging in makes the account active again; a wrong password does not', async () => {
  const person = await arrive('noor')
  const other = await arrive('observer')
  await deactivateAccount(server.app.ports, actorOf(person), { kind: 'password', password })
  const login = (attempt: string) => Parley.login({ url: server.url }, { login: 'noor', password: attempt })
  await expect(login('a wrong password')).rejects.toMatchObject({ code: 'wrong_credentials' })
  expect(await stateOf(person)).toEqual(expect.any(Date))
  const again = await login(password)
  expect(await stateOf(person)).toBeNull()
  expect(again.me?.id).toBe(person.me?.id)
  expect((await other.call('listUsers', { query: { query: 'noor' } })).items).toHaveLength(1)
  await Promise.all([again.close(), other.close()])
})

test('A11: both are news to every node', async () => {
  const { ports } = server.app
  const person = await arrive('zoe')
  const told: string[] = []
  const end = ports.bus.subscribe((envelopes) => {
    for (const { event } of envelopes) if (event.type === 'me_updated') told.push(event.user.id)
  })
  await deactivateAccount(ports, actorOf(person), { kind: 'password', password })
  expect(told).toEqual([person.me?.id])
  const again = await Parley.login({ url: server.url }, { login: 'zoe', password })
  expect(told).toEqual([person.me?.id, person.me?.id])
  end()
  await again.close()
})

test('A11: a login that comes at the same moment either is ended or makes the account active', async () => {
  const { ports } = server.app
  for (let round = 0; round < 5; round += 1) {
    const person = await arrive(`racer_${round}`)
    const attempt = Parley.login({ url: server.url }, { login: `racer_${round}`, password })
    const [outcome] = await Promise.allSettled([
      attempt,
      deactivateAccount(ports, actorOf(person), { kind: 'password', password }),
    ])
    const live = await ports.storage.stores.sessions.listLive(person.me?.id ?? '', ports.clock.now())
    expect(live).toHaveLength((await stateOf(person)) === null ? 1 : 0)
    if (outcome?.status === 'fulfilled') await outcome.value.close()
  }
})
