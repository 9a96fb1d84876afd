// What people do who do not keep to the document of Messenger.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Frame, SocketClient } from '../kit/test/socket-client.ts'
import { Visitor } from './test/visitor.ts'

const name = 'messenger'
const password = 'password123'
const unknown = '00000000-0000-7000-8000-000000000000'

let server: TestServer
let number = 0
let alice: Visitor
let bob: Visitor
let mallory: Visitor
/** Of Alice and Bob. */
let chat: string
/** Of Alice, with Bob in it. */
let group: string

const base = () => `${server.url}/compat/${name}`

beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: {} } })
})
afterAll(() => server?.stop())

async function signUp(who: string): Promise<Visitor> {
  const visitor = new Visitor(base())
  const email = `${who}${number}@example.com`
  await visitor.form('/api/v1/users/register', { name: who, email, password })
  const { status } = await visitor.form('/api/v1/auth/login', { email, password })
  expect(status).toBe(303)
  return visitor
}

beforeEach(async () => {
  number += 1
  ;[alice, bob, mallory] = (await Promise.all(['alice', 'bob', 'mallory'].map(signUp))) as [
    Visitor,
    Visitor,
    Visitor,
  ]
  const news = await status(bob)
  await alice.form('/api/v1/chats/create', { chat_type: 'personal', participants: bob.userId })
  chat = String((await news.next({ event: 'new_chat' })).chat_id)
  group = await makeGroup('private', bob.userId)
  await news.close()
})

async function makeGroup(kind: 'private' | 'public', participants: string): Promise<string> {
  const fields = { name: 'Group', group_type: kind, participants }
  const { headers } = await alice.form('/api/v1/groups/create', fields)
  return headers.get('location')?.split('/').at(-1) ?? ''
}

async function status(visitor: Visitor): Promise<SocketClient> {
  const socket = visitor.socket('/api/v1/messenger/read/status')
  await socket.send({ event: 'check_unread' })
  await socket.next({ event: 'unread_chats' })
  return socket
}

async function open(visitor: Visitor, path: string): Promise<SocketClient> {
  const socket = visitor.socket(path)
  await socket.next({ event: 'history' })
  return socket
}
const openChat = (visitor: Visitor, id = chat) => open(visitor, `/api/v1/chats/chat/${id}`)
const openGroup = (visitor: Visitor) => open(visitor, `/api/v1/groups/${group}`)

async function say(socket: SocketClient, text: string, event = 'message'): Promise<Frame> {
  await socket.send({ event, text })
  return socket.next({ event: 'message', text })
}

const historyOf = async (visitor: Visitor, id: string) =>
  (await (await visitor.get(`/api/v1/messages/history/${id}`)).json()) as Frame[]

describe('D2: ids that a frame claims', () => {
  test('change neither the sender, nor the chat, nor who types or reads', async () => {
    const [own, theirs] = [await openChat(alice), await openChat(bob)]
    const forged = { sender_id: bob.userId, user_id: bob.userId, chat_id: group, id: unknown }
    await own.send({ ...forged, event: 'typing' })
    expect(await theirs.next({ event: 'typing' })).toMatchObject({ chat_id: chat, sender_id: alice.userId })
    await own.send({ ...forged, event: 'message', text: 'moi' })
    const message = await theirs.next({ event: 'message' })
    expect(message).toMatchObject({ chat_id: chat, sender_id: alice.userId, sender_name: 'alice' })
    expect(message.id).not.toBe(unknown)
    await theirs.send({ event: 'read', message_id: message.id, user_id: alice.userId })
    expect(await own.next({ event: 'read' })).toEqual({
      event: 'read',
      message_id: message.id,
      user_id: bob.userId,
    })
    expect(await historyOf(alice, group)).toEqual([])
    await Promise.all([own.close(), theirs.close()])
  })

  test('of messages in other chats, seen or not, are as good as none', async () => {
    const post = await say(await openGroup(alice), 'one', 'post')
    await mallory.form('/api/v1/chats/create', { chat_type: 'personal', participants: alice.userId })
    const socket = await openChat(bob)
    for (const [index, message] of [post.id, unknown].entries()) {
      await socket.send({ event: 'read', message_id: message })
      expect(await socket.next({ event: 'error' }, index + 1)).toEqual({
        event: 'error',
        detail: 'Not Found',
      })
    }
    expect((await historyOf(alice, group))[0]).toMatchObject({ is_read: false })
    await socket.close()
  })
})

describe('malformed frames are answered with an error frame each, and the socket lives on', () => {
  const common: (string | object | Buffer)[] = [
    'not json',
    '',
    '[]',
    'null',
    '"message"',
    '{}',
    `${'['.repeat(100)}${']'.repeat(100)}`,
    Buffer.from('{"event":"message","text":"binary"}'),
    { event: 'history' },
    { event: 'constructor', text: 'x' },
    { event: '__proto__', text: 'x' },
    { event: 5, text: 'x' },
  ]
  const texts = (event: string): (string | object)[] => [
    { event },
    { event, text: 5 },
    { event, text: null },
    { event, text: '' },
    { event, text: ' \n ' },
    { event, text: 'x'.repeat(10_001) },
    `{"event":"${event}","text":"\\u0000"}`,
    `{"event":"${event}","text":"\\ud800"}`,
  ]
  const reads: object[] = [
    { event: 'read' },
    { event: 'read', message_id: 7 },
    { event: 'read', message_id: "'; DROP TABLE messages; --" },
  ]

  const faults = async (socket: SocketClient, frames: readonly (string | object | Buffer)[]) => {
    const before = socket.frames.length
    for (const [index, frame] of frames.entries()) {
      await socket.send(frame)
      expect(await socket.next({ event: 'error' }, before + index)).toEqual({
        event: 'error',
        detail: expect.stringMatching(/./),
      })
    }
    expect(socket.frames).toHaveLength(before + frames.length)
  }

  test('of a chat', async () => {
    const socket = await openChat(alice)
    await faults(socket, [...common, ...texts('message'), ...reads, { event: 'post', text: 'x' }])
    await say(socket, 'still here')
    expect(await historyOf(alice, chat)).toHaveLength(1)
    await socket.close()
  })

  test('of a group', async () => {
    const socket = await openGroup(alice)
    await faults(socket, [...common, ...texts('post'), { event: 'message', text: 'x' }, { event: 'typing' }])
    await say(socket, 'still here', 'post')
    expect(await historyOf(alice, group)).toHaveLength(1)
    await socket.close()
  })

  test('of what is unread', async () => {
    const socket = await status(alice)
    await faults(socket, [...common, { event: 'message', text: 'x' }, { event: 'unread_chats' }])
    await socket.send({ event: 'check_groups', user_id: bob.userId })
    expect(await socket.next({ event: 'unread_groups' })).toEqual({
      event: 'unread_groups',
      group_ids: [group],
    })
    await socket.close()
  })
})

test('a frame beyond all bounds ends its socket and no other', async () => {
  const [huge, other] = [await openChat(alice), await openChat(bob)]
  await huge.send({ event: 'message', text: 'x'.repeat(limits.frameBytes) })
  expect(await huge.closed).toBe(4413)
  await say(other, 'still here')
  expect(other.frames).toHaveLength(2)
  await other.close()
})

describe('strangers', () => {
  test('find nothing, whether there is something or not', async () => {
    for (const [id, other] of [
      [chat, group],
      [unknown, unknown],
    ] as const) {
      const sent = { chat_id: id, sender_id: mallory.userId, text: 'x' }
      const answers = await Promise.all([
        mallory.get(`/api/v1/messages/history/${id}`),
        mallory.json('/api/v1/messages/send', sent),
        mallory.form(`/api/v1/chats/${id}/send`, { text: 'x' }),
      ])
      for (const answer of answers) {
        expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not Found' }])
      }
      for (const call of ['join', 'leave', 'post']) {
        const answer = await mallory.form(`/api/v1/groups/${other}/${call}`, { text: 'x' })
        expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Group not found' }])
      }
      expect(await mallory.socket(`/api/v1/chats/chat/${id}`).closed).toBe(1008)
      expect(await mallory.socket(`/api/v1/groups/${other}`).closed).toBe(1008)
    }
  })

  test('may see a public group, and not post in it', async () => {
    const open = await makeGroup('public', '')
    expect((await mallory.get(`/api/v1/messages/history/${open}`)).status).toBe(404)
    expect((await mallory.form(`/api/v1/groups/${open}/post`, { text: 'x' })).status).toBe(404)
    expect((await mallory.form(`/api/v1/groups/${open}/join`)).status).toBe(303)
    expect((await mallory.form(`/api/v1/groups/${open}/post`, { text: 'x' })).status).toBe(403)
  })

  test('hear nothing of other people’s chats on the status socket', async () => {
    const [theirs, own] = [await status(mallory), await status(bob)]
    const since = own.frames.length
    const socket = await openChat(alice)
    const { id } = await say(socket, 'between us')
    await own.next({ event: 'unread_chats', chat_ids: { 0: chat } }, since)
    const reader = await openChat(bob)
    await reader.send({ event: 'read', message_id: id })
    await socket.next({ event: 'read' })
    await theirs.send({ event: 'check_groups' })
    await theirs.next({ event: 'unread_groups' })
    expect(theirs.frames).toEqual([
      { event: 'unread_chats', chat_ids: [] },
      { event: 'unread_groups', group_ids: [] },
    ])
    await Promise.all([theirs, own, socket, reader].map((each) => each.close()))
  })
})

test('fully_read waits for the last reader, and comes once to the sender alone', async () => {
  const participants = `${bob.userId},${mallory.userId}`
  const invited = await status(mallory)
  await alice.form('/api/v1/chats/create', { chat_type: 'group', participants })
  const id = String((await invited.next({ event: 'new_chat' })).chat_id)
  const news = await status(alice)
  const [a, b, m] = [await openChat(alice, id), await openChat(bob, id), await openChat(mallory, id)]
  const first = await say(a, 'first')
  const second = await say(a, 'second')
  await b.send({ event: 'read', message_id: second.id })
  await a.next({ event: 'read', message_id: String(second.id), user_id: bob.userId })
  await m.send({ event: 'read', message_id: first.id })
  const done = await news.next({ event: 'fully_read' })
  expect(done).toEqual({
    event: 'fully_read',
    message_id: first.id,
    chat_id: id,
    chat_name: 'alice, bob, mallory',
  })
  await m.send({ event: 'read', message_id: second.id })
  await news.next({ event: 'fully_read', message_id: String(second.id) })
  expect(news.frames.filter(({ event }) => event === 'fully_read')).toHaveLength(2)
  expect(invited.frames.filter(({ event }) => event === 'fully_read')).toEqual([])
  await Promise.all([invited, news, a, b, m].map((each) => each.close()))
})

test('a message that is sent while a socket opens is told exactly once', async () => {
  const writer = await openChat(alice)
  const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`)
  const readers: SocketClient[] = []
  for (const text of texts) {
    await writer.send({ event: 'message', text })
    if (readers.length < 20) readers.push(bob.socket(`/api/v1/chats/chat/${chat}`))
  }
  for (const reader of readers) {
    const { messages } = (await reader.next({ event: 'history' })) as { messages: Frame[] }
    const told = new Set(messages.map(({ text }) => text))
    for (const text of texts) if (!told.has(text)) await reader.next({ event: 'message', text })
    expect(messages.length + reader.frames.length - 1).toBe(texts.length)
  }
  await Promise.all([writer, ...readers].map((each) => each.close()))
})

test('whoever leaves or is removed is disconnected with 1008 and hears no more', async () => {
  const [own, removed] = [await openGroup(alice), await openGroup(bob)]
  await say(own, 'before', 'post')
  await removed.next({ event: 'message', text: 'before' })
  const members = `${server.url}/api/v1/chats/${group}/members/${bob.userId}`
  const authorization = `Bearer ${alice.cookies.get('access_token')?.value}`
  expect((await fetch(members, { method: 'DELETE', headers: { authorization } })).status).toBe(204)
  await say(own, 'after', 'post')
  expect(await removed.closed).toBe(1008)
  expect(removed.frames).toHaveLength(2)
  expect(await bob.socket(`/api/v1/groups/${group}`).closed).toBe(1008)
  await own.close()
})

describe('tokens', () => {
  const path = () => `/api/v1/chats/chat/${chat}`

  test.each(['', 'x', 'a.b.c', 'null'])('%o opens nothing', async (token) => {
    const stranger = new Visitor(base())
    const cookie = `access_token=${token}`
    expect((await stranger.get(`/api/v1/messages/history/${chat}`, { cookie })).status).toBe(401)
    for (const socket of [path(), `/api/v1/groups/${group}`, '/api/v1/messenger/read/status']) {
      expect(await stranger.socket(socket, { cookie }).closed).toBe(1008)
      expect(await stranger.socket(`${socket}?token=${token}`).closed).toBe(1008)
    }
  })

  test('work in the header and, for sockets, in the query', async () => {
    const token = alice.cookies.get('access_token')?.value ?? ''
    const program = new Visitor(base())
    const headers = { authorization: `Bearer ${token}` }
    expect((await program.get(`/api/v1/messages/history/${chat}`, headers)).status).toBe(200)
    for (const socket of [
      program.socket(`${path()}?token=${token}`),
      program.socket(path(), headers),
      program.socket(`${path()}/`, headers),
    ]) {
      await socket.next({ event: 'history' })
      await socket.close()
    }
  })

  test('a refresh token is no access token, nor the other way round', async () => {
    const [access, refresh] = ['access_token', 'refresh_token'].map((key) => alice.cookies.get(key)?.value)
    const program = new Visitor(base())
    const asAccess = { cookie: `access_token=${refresh}` }
    expect((await program.get(`/api/v1/messages/history/${chat}`, asAccess)).status).toBe(401)
    const asRefresh = { cookie: `refresh_token=${access}` }
    expect((await program.form('/api/v1/auth/refresh', {}, asRefresh)).status).toBe(401)
  })

  test('the end of a session closes its sockets with 1008, and those of no other session', async () => {
    const other = new Visitor(base())
    await other.form('/api/v1/auth/login', { email: `alice${number}@example.com`, password })
    const sockets = [await openChat(alice), await openGroup(alice), await status(alice)]
    const kept = await openChat(other)
    await alice.form('/api/v1/auth/logout')
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([1008, 1008, 1008])
    await say(kept, 'still here')
    await kept.close()
  })
})

describe('forms', () => {
  test('are read as forms, and nothing else is', async () => {
    const fields = { name: 'x', email: 'x@example.com', password }
    const plain = { 'content-type': 'text/plain' }
    const register = '/api/v1/users/register'
    expect((await alice.json(register, fields)).status).toBe(415)
    expect((await alice.request(register, { method: 'POST', headers: plain, body: 'name=x' })).status).toBe(
      415,
    )
    const bad = { 'content-type': 'application/x-www-form-urlencoded' }
    const broken = await alice.request(register, { method: 'POST', headers: bad, body: 'name=%ff' })
    expect(broken.status).toBe(422)
    const huge = await alice.form(register, { ...fields, name: 'x'.repeat(2_000_000) })
    expect(huge.status).toBe(413)
  })

  test.each([
    ['name', ''],
    ['name', '   '],
    ['name', 'x'.repeat(129)],
    ['email', 'nobody'],
    ['email', 'a b@example.com'],
    ['password', '1234567'],
    ['password', 'x'.repeat(257)],
  ])('a registration with the %s %o is refused', async (field, value) => {
    const fields = { name: 'x', email: `new${number}@example.com`, password, [field]: value }
    const response = await new Visitor(base()).form('/api/v1/users/register', fields)
    expect(response.status).toBe(422)
  })

  test('name at most a thousand people', async () => {
    const participants = Array.from({ length: 1_001 }, () => unknown).join(',')
    const response = await alice.form('/api/v1/groups/create', {
      name: 'x',
      group_type: 'public',
      participants,
    })
    expect(response.status).toBe(422)
  })

  test('test data is made only where the operator allows it', async () => {
    expect((await new Visitor(base()).form('/api/v1/test/test-data')).status).toBe(403)
  })
})
