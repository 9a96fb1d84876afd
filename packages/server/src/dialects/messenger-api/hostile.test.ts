// What people do who do not keep to the document of Messenger API.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Frame, SocketClient } from '../kit/test/socket-client.ts'
import { ContractClient } from './test/contract.ts'

const name = 'messenger-api'
const unknownUuid = '00000000-0000-7000-8000-000000000000'

let server: TestServer
let client: ContractClient
type Person = Awaited<ReturnType<ContractClient['signUp']>>
let alice: Person
let bob: Person
let mallory: Person
/** Of Alice, who owns it, and Bob. */
let group: number
let number = 0

beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: {} } })
  client = new ContractClient(`${server.url}/compat/${name}`)
})
afterAll(() => server?.stop())

beforeEach(async () => {
  number += 1
  const people = ['alice', 'bob', 'mallory'].map((user) => client.signUp(`${user}_${number}`))
  ;[alice, bob, mallory] = (await Promise.all(people)) as [Person, Person, Person]
  group = await makeChat(alice, { is_group: true, participant_ids: [bob.id] })
})

async function makeChat({ token }: Person, body: object): Promise<number> {
  const chat = await client.call('POST /api/v1/chats', { token, body })
  expect(chat.status).toBe(201)
  return chat.body.id
}

async function open(chat: number, { token }: Person): Promise<SocketClient> {
  const socket = client.connect(chat, token)
  await socket.opened
  return socket
}

const messagesOf = async (chat: number, { token }: Person) =>
  (await client.call('GET /api/v1/chats/{chat_id}/messages', { token, values: [chat] })).body

async function say(socket: SocketClient, text: string): Promise<string> {
  await socket.send({ type: 'message', text })
  return ((await socket.next({ type: 'message', data: { text } })).data as { id: string }).id
}

describe('D2: ids that a frame claims', () => {
  test('change neither the sender nor the chat', async () => {
    const other = await makeChat(alice, { participant_ids: [bob.id] })
    const [own, theirs] = [await open(group, alice), await open(other, bob)]
    const forged = { sender_id: bob.id, user_id: bob.id, reader_id: bob.id, chat_id: other, id: unknownUuid }
    await own.send({ ...forged, type: 'message', text: 'moi' })
    const { data } = await own.next({ type: 'message' })
    expect(data).toMatchObject({ sender_id: alice.id, chat_id: group })
    expect((data as Frame).id).not.toBe(unknownUuid)
    await say(theirs, 'a sign that what came before was told')
    expect(theirs.frames).toHaveLength(1)
    await Promise.all([own.close(), theirs.close()])
  })

  test('of messages in other chats, seen or not, are as good as none', async () => {
    const shared = await makeChat(alice, { participant_ids: [bob.id] })
    const secret = await makeChat(mallory, { participant_ids: [bob.id] })
    const [inShared, inSecret] = [await open(shared, alice), await open(secret, mallory)]
    const messages = [await say(inShared, 'one'), await say(inSecret, 'two'), unknownUuid]
    const socket = await open(group, bob)
    for (const [index, message] of messages.entries()) {
      await socket.send({ type: 'read', message_id: message })
      expect(await socket.next({ type: 'error' }, index)).toEqual({
        type: 'error',
        data: { detail: 'Такого сообщения нет' },
      })
    }
    const [seen] = await messagesOf(shared, bob)
    expect(seen.read_by).toEqual([])
    await Promise.all([socket.close(), inShared.close(), inSecret.close()])
  })
})

test('malformed frames are answered with an error frame each, and the socket lives on', async () => {
  const socket = await open(group, alice)
  const frames: (string | object | Buffer)[] = [
    'not json',
    '',
    '[]',
    'null',
    '"message"',
    '{}',
    '{"type":"message","text":"\\u0000"}',
    '{"type":"message","text":"\\ud800"}',
    `${'['.repeat(100)}${']'.repeat(100)}`,
    Buffer.from('{"type":"message","text":"binary"}'),
    { type: 'typing' },
    { type: 'constructor', text: 'x' },
    { type: '__proto__', text: 'x' },
    { type: 5, text: 'x' },
    { type: 'message' },
    { type: 'message', text: 5 },
    { type: 'message', text: null },
    { type: 'message', text: '' },
    { type: 'message', text: ' \n ' },
    { type: 'message', text: 'x'.repeat(10_001) },
    { type: 'read' },
    { type: 'read', message_id: 7 },
    { type: 'read', message_id: "'; DROP TABLE messages; --" },
  ]
  for (const [index, frame] of frames.entries()) {
    await socket.send(frame)
    const fault = await socket.next({ type: 'error' }, index)
    expect(fault).toEqual({ type: 'error', data: { detail: expect.stringMatching(/./) } })
  }
  await say(socket, 'still here')
  expect(socket.frames).toHaveLength(frames.length + 1)
  expect(await messagesOf(group, alice)).toHaveLength(1)
  await socket.close()
})

test('a frame beyond all bounds ends its socket and no other', async () => {
  const [huge, other] = [await open(group, alice), await open(group, bob)]
  await huge.send({ type: 'message', text: 'x'.repeat(limits.frameBytes) })
  expect(await huge.closed).toBe(4413)
  await say(other, 'still here')
  expect(other.frames).toHaveLength(1)
  await other.close()
})

describe('strangers', () => {
  test('are refused by every call about a chat, and told nothing', async () => {
    const { token } = mallory
    const body = { user_id: mallory.id }
    const calls = [
      client.call('GET /api/v1/chats/{chat_id}', { token, values: [group] }),
      client.call('GET /api/v1/chats/{chat_id}/messages', { token, values: [group] }),
      client.call('POST /api/v1/chats/{chat_id}/participants', { token, values: [group], body }),
      client.call('POST /api/v1/chats/{chat_id}/participants/{user_id}', {
        token,
        values: [group, mallory.id],
      }),
      client.call('DELETE /api/v1/chats/{chat_id}/participants/{user_id}', {
        token,
        values: [group, bob.id],
      }),
    ]
    for (const { status, body: answer } of await Promise.all(calls)) {
      expect([status, answer]).toEqual([403, { detail: 'Этот чат вам недоступен' }])
    }
    expect((await client.call('GET /api/v1/chats', { token })).body).toEqual([])
  })

  test('find no chat where one was deleted, and its sockets are closed', async () => {
    const socket = await open(group, bob)
    const headers = { authorization: `Bearer ${alice.token}` }
    const { items } = (await (await fetch(`${server.url}/api/v1/chats`, { headers })).json()) as {
      items: { id: string }[]
    }
    const deleted = await fetch(`${server.url}/api/v1/chats/${items[0]?.id}`, { method: 'DELETE', headers })
    expect(deleted.status).toBe(204)
    expect(await socket.closed).toBe(1008)
    for (const { token } of [alice, bob, mallory]) {
      expect((await client.call('GET /api/v1/chats/{chat_id}', { token, values: [group] })).status).toBe(404)
    }
    expect(await client.connect(group, bob.token).closed).toBe(1008)
  })
})

test('whoever is removed is disconnected with 1008, hears no more and comes back only as a member', async () => {
  const [own, removed] = [await open(group, alice), await open(group, bob)]
  await say(own, 'before')
  await removed.next({ data: { text: 'before' } })
  const { token } = alice
  const values = [group, bob.id]
  const path = '/api/v1/chats/{chat_id}/participants/{user_id}'
  expect((await client.call(`DELETE ${path}`, { token, values })).status).toBe(200)
  await say(own, 'after')
  expect(await removed.closed).toBe(1008)
  expect(removed.frames).toHaveLength(1)
  expect(await client.connect(group, bob.token).closed).toBe(1008)
  expect(own.frames).toHaveLength(2)
  expect((await client.call(`POST ${path}`, { token, values })).status).toBe(200)
  const back = await open(group, bob)
  await say(back, 'back')
  await Promise.all([own.close(), back.close()])
})

describe('a session that ends closes its sockets with 1008', () => {
  const put = (person: Person, token: string, body: object) =>
    client.call('PUT /api/v1/users/{user_id}', { token, values: [person.id], body })

  test('when the account is put to rest', async () => {
    const socket = await open(group, bob)
    expect((await put(bob, bob.token, { is_active: false })).status).toBe(200)
    expect(await socket.closed).toBe(1008)
    const refreshed = await client.call('POST /api/v1/users/refresh', { token: bob.refreshToken })
    expect(refreshed.status).toBe(403)
  })

  test('when the account is deleted', async () => {
    const socket = await open(group, bob)
    await say(socket, 'what was said stays')
    const { token } = bob
    expect((await client.call('DELETE /api/v1/users/{user_id}', { token, values: [bob.id] })).status).toBe(
      204,
    )
    expect(await socket.closed).toBe(1008)
    const [message] = await messagesOf(group, alice)
    expect([message.sender_id, message.text]).toEqual([bob.id, 'what was said stays'])
  })

  test('when the password was changed elsewhere, while the session that changed it goes on', async () => {
    const elsewhere = await client.call('POST /api/v1/users/login', { body: bob.account })
    const [former, present] = [
      await open(group, bob),
      await open(group, { ...bob, token: elsewhere.body.access_token }),
    ]
    const changed = await put(bob, elsewhere.body.access_token, { password: 'another password' })
    expect(changed.status).toBe(200)
    expect(await former.closed).toBe(1008)
    await say(present, 'still here')
    await present.close()
  })
})

describe('requests that do not fit', () => {
  test.each([
    ['POST /api/v1/users', [], { email: {}, username: [], password: 7 }],
    ['POST /api/v1/users', [], { email: 'a@b', username: 'x'.repeat(51), password: 'x'.repeat(101) }],
    ['POST /api/v1/users', [], { email: 'a@b', username: 'a\u0000b', password: 'password123' }],
    ['POST /api/v1/users', [], []],
    ['POST /api/v1/users', [], '{"email":'],
    ['POST /api/v1/users/login', [], { email: 'alice', password: 'password123' }],
    ['POST /api/v1/users/login', [], null],
    ['PUT /api/v1/users/{user_id}', ['abc'], {}],
    ['PUT /api/v1/users/{user_id}', [1], { is_active: 'no' }],
    ['GET /api/v1/users/{user_id}', [0], undefined],
    ['GET /api/v1/users/{user_id}', ['1.5'], undefined],
    ['GET /api/v1/chats/{chat_id}', ['9007199254740992'], undefined],
    ['GET /api/v1/chats/{chat_id}', ['1e3'], undefined],
    ['GET /api/v1/chats/{chat_id}/messages', ['-1'], undefined],
    ['POST /api/v1/chats', [], {}],
    ['POST /api/v1/chats', [], { participant_ids: 'all' }],
    ['POST /api/v1/chats', [], { participant_ids: [{}] }],
    ['POST /api/v1/chats', [], { participant_ids: ['1'] }],
    ['POST /api/v1/chats', [], { participant_ids: Array.from({ length: 1001 }, () => 1) }],
    ['POST /api/v1/chats', [], { participant_ids: [1], name: 'x'.repeat(129), is_group: true }],
    ['POST /api/v1/chats/{chat_id}/participants', [1], { user_id: '1' }],
  ] as const)('%s %j with %j is 422 with a list of faults', async (line, values, body) => {
    const { token } = alice
    const sent = body === null ? 'null' : body
    const answer = await client.call(line, { token, values, ...(sent === undefined ? {} : { body: sent }) })
    expect(answer.status).toBe(422)
    expect(answer.body.detail[0]).toEqual({
      loc: expect.any(Array),
      msg: expect.any(String),
      type: expect.any(String),
    })
  })

  test('bodies that are too large or of another kind are refused as such', async () => {
    const large = await client.call('POST /api/v1/users', { body: { email: 'x'.repeat(20_000) } })
    expect([large.status, typeof large.body.detail]).toEqual([413, 'string'])
    const form = await fetch(`${server.url}/compat/${name}/api/v1/users/login`, {
      method: 'POST',
      body: new URLSearchParams({ email: alice.account.email, password: alice.account.password }),
    })
    expect(form.status).toBe(415)
  })

  test('paths and methods that the contract does not have are said so in its words', async () => {
    const { token } = alice
    expect((await client.call('GET /api/v1/nothing', { token })).body).toEqual({ detail: 'Not Found' })
    const patched = await client.call('PATCH /api/v1/chats', { token })
    expect([patched.status, patched.body]).toEqual([405, { detail: 'Method Not Allowed' }])
  })
})

test('a broken Authorization header keeps nobody from logging in, and lets nobody in', async () => {
  const url = `${server.url}/compat/${name}/api/v1/users`
  for (const authorization of ['Bearer', 'Bearer null', 'Basic YTpi', 'x']) {
    const login = await fetch(`${url}/login`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(alice.account),
    })
    expect([authorization, login.status]).toEqual([authorization, 200])
    await login.arrayBuffer()
    for (const [method, path] of [
      ['GET', url],
      ['POST', `${url}/refresh`],
    ] as const) {
      const refused = await fetch(path, { method, headers: { authorization } })
      // Only one of them shows a token, which is none.
      const status = authorization === 'Bearer null' ? 403 : 401
      expect([authorization, refused.status]).toEqual([authorization, status])
      expect(refused.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
      await refused.arrayBuffer()
    }
  }
})

test('slashes at the end make no difference', async () => {
  const { token } = alice
  const login = await client.call('POST /api/v1/users/login/', { body: alice.account })
  expect(login.status).toBe(200)
  const users = await client.call('GET /api/v1/users/', { token, query: '?limit=1' })
  expect([users.status, users.body.length]).toEqual([200, 1])
  const chat = await client.call('GET /api/v1/chats/{chat_id}/', { token, values: [group] })
  expect(chat.body.id).toBe(group)
  const made = await client.call('POST /api/v1/chats/', { token, body: { participant_ids: [bob.id] } })
  expect(made.status).toBe(201)
})

test('a chat with nobody else is the one for oneself, or a group of one', async () => {
  const saved = await makeChat(alice, { participant_ids: [] })
  expect(await makeChat(alice, { participant_ids: [alice.id, alice.id] })).toBe(saved)
  const alone = await client.call('POST /api/v1/chats', {
    token: alice.token,
    body: { participant_ids: [], is_group: true, name: '   ' },
  })
  expect([alone.status, alone.body.name]).toEqual([201, alice.account.username])
  expect(alone.body.participants).toEqual([{ user_id: alice.id, username: alice.account.username }])
})
