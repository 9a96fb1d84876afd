// W2 I8: too much of what is good: a server with its limits on refuses the one who floods, and serves the others meanwhile.
import { randomUUID } from 'node:crypto'
import { limits } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { oneLine } from '../../packages/server/test/picture-bombs.ts'
import { DialectDoor, type RouteKey } from '../access/dialects/dialect-door.ts'
import { numbersOf } from '../access/dialects/place.ts'
import type { Answer } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { frameRefusalOf, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start({ rateLimits: 'on' })
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

describe('W2 I8: a thousand frames at once', () => {
  test.each<[string, (chatId: string, userId: string) => object]>([
    ['pings', () => ({ type: 'ping' })],
    ['typing marks', (chat_id) => ({ type: 'typing', chat_id })],
    ['messages', (chat_id) => ({ type: 'send_message', chat_id, id: randomUUID(), text: 'flood' })],
    ['reads', (chat_id) => ({ type: 'read', chat_id, seq: 1 })],
    ['lists of people to watch', (_, userId) => ({ type: 'watch_presence', user_ids: [userId] })],
  ])('%s: are refused and end the socket', async (_, frame) => {
    const flooder = await service.stage.people.arrive('flooder')
    const { chat } = await service.door.ask('createChat', flooder.token, {
      body: { kind: 'direct', user_id: flooder.id },
    })
    const listener = await Listener.enter(service.url, flooder.token)
    for (let ref = 1; ref <= 1_000; ref += 1) listener.send({ ...frame(chat.id, flooder.id), ref })
    await service.mustStillServe()
    expect((await listener.closed).code).toBe(4429)
    const refused = listener.heard.filter((answer) => answer.type === 'error')
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) expect(['too_fast', 'rate_limited']).toContain(frameRefusalOf(answer))
  })

  test('pings of the protocol below end the socket too', async () => {
    const flooder = await service.stage.people.arrive('pinger')
    const listener = await Listener.enter(service.url, flooder.token)
    for (let count = 0; count < 1_000; count += 1) listener.socket.ping()
    // The library itself cuts off a peer whose pings come faster than their answers leave, without a close frame.
    expect([4429, 1006]).toContain((await listener.closed).code)
  })
})

test('sockets that say nothing do not keep others out', async () => {
  const silent = Array.from({ length: 200 }, () => new Listener(service.url))
  await Promise.all(silent.map((listener) => listener.opened))
  await service.mustStillServe()
  for (const listener of silent) listener.leave()
})

test('an account has so many sockets and no more', async () => {
  const self = await service.stage.people.arrive('hoarder')
  const listeners = await Promise.all(
    Array.from({ length: limits.socketsPerUser }, () => Listener.enter(service.url, self.token)),
  )
  const surplus = new Listener(service.url)
  await surplus.opened
  expect(frameRefusalOf(await surplus.ask({ type: 'hello', token: self.token }))).toBe('rate_limited')
  expect((await surplus.closed).code).toBe(4429)
  for (const listener of listeners) listener.leave()
})

test('L2: what one socket has spent is missed by the others, by calls and by the doors of dialects', async () => {
  const self = await service.stage.people.arrive('spender')
  const listener = await Listener.enter(service.url, self.token)
  for (let ref = 1; ref <= 640; ref += 1) listener.send({ type: 'ping', ref })
  await listener.until('a refusal', (frame) => frame.type === 'error')
  const search = { query: { limit: 100, query: 'a' } }
  const dialect = {
    method: 'GET',
    path: '/compat/chat-backend/api/users',
    headers: { authorization: `Bearer ${self.token}` },
  }
  const codes = [
    refusalOf(await service.door.call('listUsers', self.token, search)),
    (await service.door.send(dialect)).status,
  ]
  expect(codes).toEqual(['rate_limited', 429])
  listener.leave()
})

test('L6: changes that many are told of are refused when they are too many', async () => {
  const self = await service.stage.people.arrive('restless')
  const { chat } = await service.door.ask('createChat', self.token, {
    body: { kind: 'group', title: 'A group', member_ids: [] },
  })
  const params = { chat_id: chat.id }
  const changes = [
    () => service.door.call('updateMe', self.token, { body: { name: randomUUID() } }),
    () => service.door.call('removeAvatar', self.token, {}),
    () => service.door.call('updateChat', self.token, { params, body: { title: randomUUID() } }),
  ]
  for (const change of changes) {
    const answers = await Promise.all(Array.from({ length: 35 }, change))
    expect(answers.some(({ status }) => status === 429)).toBe(true)
  }
  const pin = () => service.door.call('updatePreferences', self.token, { params, body: { pinned: true } })
  const answers = await Promise.all(Array.from({ length: 70 }, pin))
  expect(answers.some(({ status }) => status === 429)).toBe(true)
})

test('L6: by whatever door a name is changed, the changes are counted together', async () => {
  const self = await service.stage.people.arrive('restless', 'messenger-api')
  const { number } = await numbersOf(service.server, { number: self })
  let count = 0
  const rename = () => {
    count += 1
    return service.door.send({
      method: 'PUT',
      path: `/compat/messenger-api/api/v1/users/${number}`,
      headers: { authorization: `Bearer ${self.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ username: `restless_${number}_${count}` }),
    })
  }
  const first = await Promise.all(Array.from({ length: 15 }, rename))
  expect(first.map(({ status }) => status)).toEqual(first.map(() => 200))
  const { text } = await service.door.call('updateMe', self.token, { body: { name: 'Restless' } })
  expect(JSON.parse(text)).toMatchObject({ user: { name: 'Restless' } })
  const backend = dialects.find(({ name }) => name === 'chat-backend')
  if (backend === undefined) throw new Error('there is no chat-backend')
  const file = { name: 'me.png', type: 'image/png', content: new Uint8Array(oneLine()) }
  const pictureOf = (key: RouteKey) => () =>
    new DialectDoor(service.door, backend).call(key, self.token, { file })
  for (const change of [
    rename,
    () => service.door.call('updateMe', self.token, { body: { bio: 'Restless' } }),
    () => service.door.call('setAvatar', self.token, { upload: file.content }),
    pictureOf('PUT /api/users/me/avatar'),
    pictureOf('POST /api/users/me/avatar'),
  ]) {
    // One or two may have become allowed meanwhile; of a picture that was taken it is said that it is none.
    const answers: Answer[] = []
    for (let times = 0; times < 8; times += 1) answers.push(await change())
    expect(answers.map(({ status }) => status)).toContain(429)
  }
  // It is not the budget that is spent.
  expect((await service.door.call('getMe', self.token)).status).toBe(200)
})

test('guesses at a password are refused with the time to wait', async () => {
  const guess = () =>
    service.door.call('login', null, { body: { login: service.self.username, password: 'a guess' } })
  const answers = await Promise.all(Array.from({ length: 20 }, guess))
  const codes = answers.map(refusalOf)
  expect(new Set(codes)).toEqual(new Set(['wrong_credentials', 'rate_limited']))
  const limited = answers[codes.indexOf('rate_limited')]
  expect(Number(limited?.headers['retry-after'])).toBeGreaterThan(0)
  expect(limited?.headers.ratelimit).toMatch(/r=0/)
})
