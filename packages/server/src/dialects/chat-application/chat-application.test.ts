// Walks the document of Chat Application from top to bottom, below its prefix and on a port of its own.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { curlExamples } from '../kit/test/curl-examples.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { AppClient } from './test/app-client.ts'

const document = readFileSync(join(import.meta.dirname, 'document.md'), 'utf8')
const name = 'chat-application'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

describe.each(['below the prefix', 'on its own port'])('D1: %s', (place) => {
  const base = () =>
    place === 'on its own port'
      ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
      : `${server.url}/compat/${name}`
  const suffix = place === 'on its own port' ? '2' : ''
  const tokens = new Map<string, string>()
  const ids = new Map<string, number>()
  const id = (user: string) => ids.get(user) ?? 0

  const call: AppClient['call'] = (...parts) => new AppClient(base()).call(...parts)
  const logIn = (user: string, secret?: string) =>
    new AppClient(base()).logIn(user + suffix, secret, '/api/v1/users/token')
  const as = (user: string) => tokens.get(user) ?? ''

  test('its curl lines register, log in, and create a private chat and a group', async () => {
    // The ids in the examples are those of the second and third user.
    for (const user of ['user2', 'user3']) {
      const { status, body } = await call('POST', '/api/v1/users/', undefined, {
        username: user + suffix,
        password: 'password123',
      })
      expect(status).toBe(200)
      ids.set(user, body.id)
    }
    const examples = curlExamples(document)
    expect(examples).toHaveLength(4)
    const run = async (example: string | undefined, replacements: Record<string, string> = {}) => {
      let command = (example ?? '').replaceAll('http://localhost:8000', base())
      for (const [from, to] of Object.entries({ user1: `user1${suffix}`, ...replacements })) {
        command = command.replaceAll(from, to)
      }
      const { stdout } = await promisify(execFile)('sh', ['-c', `${command} -sS -w '\\n%{http_code}'`])
      const [text = '', status] = stdout.split(/\n(?=\d+$)/)
      return { status: Number(status), body: JSON.parse(text) }
    }
    const registered = await run(examples[0])
    expect(registered).toEqual({
      status: 200,
      body: {
        id: expect.any(Number),
        username: `user1${suffix}`,
        email: expect.any(String),
        created_at: expect.any(String),
      },
    })
    ids.set('user1', registered.body.id)
    const token = await run(examples[1])
    expect(token).toEqual({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'bearer' },
    })
    tokens.set('user1', token.body.access_token)
    const bearer = { '{token}': as('user1') }
    const chat = await run(examples[2], { ...bearer, '"user_id": 2': `"user_id": ${id('user2')}` })
    expect([chat.status, chat.body.is_group, chat.body.name]).toEqual([200, false, `user2${suffix}`])
    ids.set('chat', chat.body.id)
    const group = await run(examples[3], { ...bearer, '[2, 3]': `[${id('user2')}, ${id('user3')}]` })
    expect([group.status, group.body.is_group, group.body.name]).toEqual([200, true, 'Группа 1'])
    expect(group.body.members.map((member: { id: number }) => member.id).sort()).toEqual(
      [id('user1'), id('user2'), id('user3')].sort(),
    )
    ids.set('group', group.body.id)
  })

  test('POST /users/ refuses a taken name, and POST /users/token a wrong password', async () => {
    const taken = await call('POST', '/api/v1/users/', undefined, {
      username: `USER1${suffix}`,
      password: 'password123',
    })
    expect([taken.status, taken.body]).toEqual([400, { detail: 'Username already registered' }])
    const wrong = await logIn('user1', 'wrong')
    expect([wrong.status, wrong.body]).toEqual([401, { detail: 'Incorrect username or password' }])
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
    const short = await call('POST', '/api/v1/users', undefined, { username: 'a' })
    expect(short.status).toBe(422)
    expect(short.body.detail.map((fault: { loc: string[] }) => fault.loc)).toContainEqual([
      'body',
      'username',
    ])
  })

  test('POST /users/token gives tokens to the others', async () => {
    for (const user of ['user2', 'user3']) {
      tokens.set(user, (await logIn(user)).body.access_token)
    }
    expect(tokens.size).toBe(3)
  })

  test('GET /users/me', async () => {
    const me = await call('GET', '/api/v1/users/me', as('user1'))
    expect([me.status, me.body.id, me.body.username]).toEqual([200, id('user1'), `user1${suffix}`])
    const nobody = await call('GET', '/api/v1/users/me')
    expect([nobody.status, nobody.body]).toEqual([401, { detail: 'Not authenticated' }])
  })

  test('GET /chats/ and GET /chats/{chat_id}', async () => {
    const list = await call('GET', '/api/v1/chats/', as('user1'))
    expect(list.body.map((chat: { id: number }) => chat.id)).toEqual([id('group'), id('chat')])
    const one = await call('GET', `/api/v1/chats/${id('chat')}`, as('user2'))
    expect([one.status, one.body.name]).toEqual([200, `user1${suffix}`])
    expect((await call('GET', `/api/v1/chats/${id('chat')}`, as('user3'))).status).toBe(404)
    expect((await call('GET', '/api/v1/chats/abc', as('user1'))).status).toBe(422)
  })

  test('POST /chats/ gives the chat that is there', async () => {
    const again = await call('POST', '/api/v1/chats/', as('user2'), { user_id: id('user1') })
    expect([again.status, again.body.id]).toEqual([200, id('chat')])
    expect((await call('POST', '/api/v1/chats/', as('user1'), { user_id: 99_999_999 })).status).toBe(404)
  })

  test('DELETE and POST /chats/{chat_id}/members', async () => {
    const members = `/api/v1/chats/${id('group')}/members`
    expect((await call('DELETE', `${members}/${id('user3')}`, as('user2'))).status).toBe(403)
    expect((await call('DELETE', `${members}/${id('user3')}`, as('user1'))).status).toBe(204)
    expect((await call('GET', `/api/v1/chats/${id('group')}`, as('user3'))).status).toBe(404)
    const added = await call('POST', members, as('user1'), { user_id: id('user3') })
    expect([added.status, added.body.members.length]).toEqual([200, 3])
    const direct = await call('POST', `/api/v1/chats/${id('chat')}/members`, as('user1'), {
      user_id: id('user3'),
    })
    expect(direct.status).toBe(400)
  })

  test('the socket carries messages and read receipts, in the frames of the document', async () => {
    const [one, two] = ['user1', 'user2'].map(
      (user) => new SocketClient(`${base()}/api/v1/ws/${id(user)}?token=${as(user)}`),
    ) as [SocketClient, SocketClient]
    await Promise.all([one.opened, two.opened])
    await one.send({ type: 'message', chat_id: id('chat'), text: 'Текст сообщения' })
    const frame = await two.next({ type: 'message' })
    expect(frame).toEqual({
      type: 'message',
      id: expect.any(Number),
      chat_id: id('chat'),
      sender_id: id('user1'),
      text: 'Текст сообщения',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      timestamp: frame.created_at,
      is_read: false,
    })
    expect(await one.next({ type: 'message' })).toEqual(frame)
    ids.set('message', frame.id as number)

    await two.send({
      type: 'read_receipt',
      message_id: frame.id,
      chat_id: id('chat'),
      reader_id: id('user2'),
      timestamp: '2024-03-20T12:00:00Z',
    })
    const receipt = {
      type: 'read_receipt',
      message_id: frame.id,
      chat_id: id('chat'),
      reader_id: id('user2'),
      timestamp: expect.stringMatching(/Z$/),
    }
    expect(await one.next({ type: 'read_receipt' })).toEqual(receipt)
    await Promise.all([one.close(), two.close()])
  })

  test('POST /messages/, GET /messages/{id} and PUT /messages/{id}/read', async () => {
    const listener = new SocketClient(`${base()}/api/v1/ws/${id('user1')}`, {
      headers: { authorization: `Bearer ${as('user1')}` },
    })
    await listener.opened
    const posted = await call('POST', '/api/v1/messages/', as('user1'), {
      chat_id: id('group'),
      text: 'Всем привет',
    })
    expect([posted.status, posted.body.is_read]).toEqual([201, false])
    await listener.next({ type: 'message', id: posted.body.id })
    const path = `/api/v1/messages/${posted.body.id}`
    expect((await call('GET', path, as('user3'))).body).toEqual(posted.body)
    const read = await call('PUT', `${path}/read`, as('user3'))
    expect([read.status, read.body.is_read]).toEqual([200, true])
    await listener.next({ type: 'read_receipt', message_id: posted.body.id, reader_id: id('user3') })
    expect((await call('GET', `/api/v1/messages/${id('message')}`, as('user3'))).status).toBe(404)
    expect((await call('GET', '/api/v1/messages/1', as('user3'))).status).toBe(404)
    await listener.close()
  })

  test('GET /chats/{chat_id}/history, page by page', async () => {
    for (const text of ['второе', 'третье']) {
      await call('POST', '/api/v1/messages', as('user2'), { chat_id: id('chat'), text })
    }
    const texts = async (query: string) => {
      const { body } = await call('GET', `/api/v1/chats/${id('chat')}/history${query}`, as('user1'))
      return body.map((message: { text: string }) => message.text)
    }
    expect(await texts('')).toEqual(['Текст сообщения', 'второе', 'третье'])
    expect(await texts('?limit=1&offset=1')).toEqual(['второе'])
    expect(await texts('?skip=2')).toEqual(['третье'])
    expect(await texts('?offset=3')).toEqual([])
    expect((await call('GET', `/api/v1/chats/${id('chat')}/history`, as('user3'))).status).toBe(403)
    expect((await call('GET', `/api/v1/chats/${id('chat')}/history?limit=-1`, as('user1'))).status).toBe(422)
    expect(await texts('?limit=0')).toEqual([])
  })
})
