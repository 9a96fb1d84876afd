// A17: a call, and a socket, that says whose it is and comes with the credentials of somebody else.
import { type RouteName, routes } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { type Answer, problemIn } from './http-door.ts'
import type { Person } from './people.ts'
import { Stage } from './stage.ts'

let server: TestServer
let stage: Stage
let owner: Person
let other: Person

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  owner = await stage.people.arrive('owner')
  other = await stage.people.arrive('other')
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

const id = '00000000-0000-7000-8000-000000000000'
const personal = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].auth !== 'none')

const send = (name: RouteName, headers: Record<string, string>, body?: object): Promise<Answer> => {
  const { method, path } = routes[name]
  return stage.door.send({
    method,
    path: path.replaceAll(/\{\w+\}/g, id),
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: Buffer.from(JSON.stringify(body)) }),
  })
}
const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` })
const cookies = ({ token, refreshToken }: Person) => ({
  cookie: `parley_access=${token}; parley_refresh=${refreshToken}`,
  origin: server.url,
})
const sessionOf = ({ sessionId }: Person) => server.app.ports.storage.stores.sessions.find(sessionId)

describe.each(personal)('A17: %s', (name) => {
  test.each([
    ['a header', bearer],
    ['a cookie', cookies],
  ])('with the credentials of another in %s is refused', async (_, credentials) => {
    const before = await sessionOf(other)
    const answer = await send(name, { ...credentials(other), 'parley-user': owner.id })
    expect(problemIn(answer)).toMatchObject({ status: 409, code: 'other_account', retryable: false })
    expect(await sessionOf(other)).toEqual(before)
  })
})

test('A17: with one’s own it is carried out, however the id is written', async () => {
  for (const claimed of [owner.id, owner.id.toUpperCase()]) {
    expect((await send('getMe', { ...bearer(owner), 'parley-user': claimed })).status).toBe(200)
  }
})

test('A17: whatever is no id is nobody’s', async () => {
  const answer = await send('getMe', { ...bearer(owner), 'parley-user': 'owner' })
  expect(problemIn(answer).code).toBe('other_account')
})

test.each([
  ['refresh', 'a cookie', () => send('refresh', { ...cookies(other), 'parley-user': owner.id })],
  [
    'refresh',
    'the body',
    () => send('refresh', { 'parley-user': owner.id }, { refresh_token: other.refreshToken }),
  ],
  [
    'logout',
    'the body',
    () => send('logout', { 'parley-user': owner.id }, { refresh_token: other.refreshToken }),
  ],
] as const)(
  'A17: %s with the refresh token of another in %s changes nothing',
  async (_name, _where, attempt) => {
    const before = await sessionOf(other)
    expect(problemIn(await attempt()).code).toBe('other_account')
    expect(await sessionOf(other)).toEqual(before)
  },
)

/** The answer to `hello`, and the code that closes the socket after an error. */
async function hello(person: Person, userId: string): Promise<[type: string, code?: string, close?: number]> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/ws`)
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code))
  })
  const first = new Promise<{ type: string; code?: string }>((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))))
  })
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ type: 'hello', ref: 1, token: person.token, user_id: userId }))
  })
  const { type, code } = await first
  if (type !== 'error') socket.close()
  const close = await closed
  return code === undefined ? [type] : [type, code, close]
}

test('A17: a socket says it in hello, and is closed for good when it is another’s', async () => {
  expect(await hello(owner, owner.id)).toEqual(['ready'])
  expect(await hello(other, owner.id)).toEqual(['error', 'other_account', 4410])
})

describe('A19: logging out', () => {
  const expired = { authorization: 'Bearer expired' }
  const isOver = async (person: Person) => (await sessionOf(person))?.revokedAt !== null

  test.each([
    ['the body', (self: Person) => send('logout', expired, { refresh_token: self.refreshToken })],
    [
      'a cookie',
      (self: Person) => send('logout', { cookie: `parley_refresh=${self.refreshToken}`, origin: server.url }),
    ],
  ])(
    'with an access token that has expired ends the session by the refresh token in %s',
    async (_, logout) => {
      const self = await stage.people.arrive('late')
      expect((await logout(self)).status).toBe(204)
      expect(await isOver(self)).toBe(true)
      // Once more, as after an answer that was lost.
      expect((await logout(self)).status).toBe(204)
    },
  )

  test('by a former refresh token ends it too', async () => {
    const self = await stage.people.arrive('late')
    await send('refresh', {}, { refresh_token: self.refreshToken })
    expect((await send('logout', {}, { refresh_token: self.refreshToken })).status).toBe(204)
    expect(await isOver(self)).toBe(true)
  })

  test('by cookie is for pages of an own origin alone', async () => {
    const self = await stage.people.arrive('late')
    const foreign = { cookie: `parley_refresh=${self.refreshToken}`, origin: 'https://evil.example' }
    expect(problemIn(await send('logout', foreign)).code).toBe('origin_refused')
    expect(await isOver(self)).toBe(false)
  })

  test('with nothing at all is refused', async () => {
    expect(problemIn(await send('logout', {})).code).toBe('unauthenticated')
    expect(problemIn(await send('logout', {}, { refresh_token: 'nonsense' })).code).toBe(
      'invalid_refresh_token',
    )
  })

  test('closes the sockets of the session', async () => {
    const self = await stage.people.arrive('late')
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/ws`)
    const closed = new Promise<number>((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code))
    })
    const ready = new Promise((resolve) => socket.addEventListener('message', resolve))
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', token: self.token })))
    await ready
    await send('logout', {}, { refresh_token: self.refreshToken })
    expect(await closed).toBe(4409)
  })
})
