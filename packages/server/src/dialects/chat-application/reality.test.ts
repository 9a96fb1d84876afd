// The program that the document came from: what its calls and frames take and answer, one after the other, as its source and suite have them.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { AppClient, type AppPerson, password } from './test/app-client.ts'

const name = 'chat-application'
const nobody = 99_999_999
const notAuthenticated = { detail: 'Not authenticated' }

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

describe.each([
  ['below the prefix', 'a'],
  ['on its own port', 'b'],
])('D1: %s', (place, suffix) => {
  let client: AppClient
  let ann: AppPerson
  let ben: AppPerson
  let eve: AppPerson
  let chat: number

  const register = (account: object) => client.call('POST', '/api/v1/users/', undefined, account)
  const make = ({ token }: AppPerson, body: object) => client.call('POST', '/api/v1/chats/', token, body)
  const makeGroup = ({ token }: AppPerson, body: object) =>
    client.call('POST', '/api/v1/chats/groups/', token, body)
  const history = ({ token }: AppPerson, id: number, search = '') =>
    client.call('GET', `/api/v1/chats/${id}/history${search}`, token)
  const say = async ({ token }: AppPerson, chat_id: number, text: string) =>
    (await client.call('POST', '/api/v1/messages/', token, { chat_id, text })).body

  beforeAll(async () => {
    client = new AppClient(
      place === 'on its own port'
        ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
        : `${server.url}/compat/${name}`,
    )
    ann = await client.arrive(`ann_${suffix}`)
    ben = await client.arrive(`ben_${suffix}`)
    eve = await client.arrive(`eve_${suffix}`)
    chat = (await make(ann, { user_id: ben.id })).body.id
  })

  describe('users', () => {
    test('are registered with an email, and see themselves', async () => {
      const account = { username: `new_${suffix}`, email: `New_${suffix}@example.com` }
      const made = await register({ ...account, password })
      expect([made.status, made.body]).toEqual([
        200,
        { ...account, id: expect.any(Number), created_at: expect.any(String) },
      ])
      const login = await client.logIn(account.username)
      const me = await client.call('GET', '/api/v1/users/me', login.body.access_token)
      expect([me.status, me.body]).toEqual([200, made.body])
    })

    test.each([
      ['username', 'Username already registered'],
      ['email', 'Email already registered'],
    ] as const)('are refused for a taken %s', async (field, words) => {
      const account = { username: `other_${suffix}`, email: `other_${suffix}@example.com`, password }
      const taken = await register({ ...account, [field]: ann[field] })
      expect([taken.status, taken.body]).toEqual([400, { detail: expect.stringContaining(words) }])
    })

    test.each([
      { username: 'te', email: 'invalid-email', password: '123' },
      { username: 'fits', email: 'invalid-email', password },
      { username: 'fits', email: 'fits@example.com' },
      { email: 'fits@example.com', password },
    ])('are refused where the schema does not fit: %j', async (account) => {
      const { status, body } = await register(account)
      expect([status, body.detail[0]]).toEqual([
        422,
        { loc: ['body', expect.any(String)], msg: expect.any(String), type: expect.any(String) },
      ])
    })

    test.each(['/api/v1/token', '/api/v1/users/token'])('get their token at %s', async (path) => {
      const login = await client.logIn(ann.username, password, path)
      expect([login.status, login.body]).toEqual([
        200,
        { access_token: expect.any(String), token_type: 'bearer' },
      ])
      for (const [username, secret] of [
        [ann.username, 'wrong'],
        [`nobody_${suffix}`, password],
      ] as const) {
        const wrong = await client.logIn(username, secret, path)
        expect([wrong.status, wrong.body]).toEqual([401, { detail: 'Incorrect username or password' }])
        expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
      }
      expect((await client.call('POST', path, undefined, new URLSearchParams())).status).toBe(422)
    })

    test('log in with all that a form of OAuth 2 has', async () => {
      const fields = { grant_type: 'password', username: ann.username, password, scope: '', client_id: 'x' }
      const login = await client.call('POST', '/api/v1/token', undefined, new URLSearchParams(fields))
      expect(login.status).toBe(200)
    })
  })

  test('no token and a bad one are told apart', async () => {
    const calls = [
      ['GET', '/api/v1/users/me'],
      ['POST', '/api/v1/chats/'],
      ['POST', '/api/v1/chats/groups/'],
      ['GET', `/api/v1/chats/${chat}/history`],
    ] as const
    for (const [method, path] of calls) {
      const without = await client.call(method, path)
      expect([path, without.status, without.body]).toEqual([path, 401, notAuthenticated])
      expect(without.headers.get('www-authenticate')).toBe('Bearer')
      const bad = await client.call(method, path, 'invalid_token')
      expect([path, bad.status, bad.body]).toEqual([path, 401, { detail: 'Could not validate credentials' }])
      expect(bad.headers.get('www-authenticate')).toBe('Bearer')
    }
    const other = await fetch(`${client.base}/api/v1/users/me`, { headers: { authorization: 'Basic YTpi' } })
    expect([other.status, await other.json()]).toEqual([401, notAuthenticated])
  })

  describe('chats', () => {
    test.each(['private', 'group'])('are made by name: %s', async (type) => {
      const made = await make(ann, { name: 'Test Chat', type })
      expect(made.status).toBe(200)
      expect(made.body).toMatchObject({ id: expect.any(Number), name: 'Test Chat', type })
      expect(made.body.created_at).toEqual(expect.any(String))
      const again = await make(ann, { name: 'Test Chat', type })
      expect(again.body.id).not.toBe(made.body.id)
      const { status, body } = await history(ann, made.body.id)
      expect([status, body]).toEqual([200, []])
    })

    test('are groups of a name alone', async () => {
      const made = await makeGroup(ann, { name: 'Test Group' })
      expect([made.status, made.body]).toEqual([
        200,
        expect.objectContaining({
          id: expect.any(Number),
          chat_id: expect.any(Number),
          creator_id: ann.id,
          name: 'Test Group',
          created_at: expect.any(String),
        }),
      ])
      expect((await history(ann, made.body.chat_id)).status).toBe(200)
      const body = { chat_id: made.body.chat_id, text: 'Всем' }
      expect((await client.call('POST', '/api/v1/messages/', ann.token, body)).status).toBe(201)
    })

    test('are refused where the schema does not fit', async () => {
      for (const body of [{}, { name: 'Test Chat' }, { name: 'Test Chat', type: 'channel' }, { name: 7 }]) {
        const { status } = await make(ann, body)
        expect([body, status]).toEqual([body, 422])
      }
      expect((await makeGroup(ann, {})).status).toBe(422)
    })

    test('have a history from old to new, in the fields of the program', async () => {
      const made = (await makeGroup(ann, { name: 'История' })).body
      for (const text of ['раз', 'два', 'три']) await say(ann, made.chat_id, text)
      const { status, body } = await history(ann, made.chat_id, '?limit=2&offset=1')
      expect(status).toBe(200)
      expect(body.map(({ text }: { text: string }) => text)).toEqual(['два', 'три'])
      expect(body[0]).toEqual({
        id: expect.any(Number),
        chat_id: made.chat_id,
        sender_id: ann.id,
        text: 'два',
        created_at: expect.any(String),
        timestamp: body[0].created_at,
        is_read: false,
      })
      expect((await history(ann, made.chat_id, '?limit=0')).body).toEqual([])
    })

    test('that are not for somebody are told like none', async () => {
      const group = (await makeGroup(ann, { name: 'Без Евы' })).body.chat_id
      for (const id of [group, nobody]) {
        const { status, body } = await history(eve, id)
        expect([status, body]).toEqual([403, { detail: 'Access denied' }])
      }
    })
  })

  describe('the socket', () => {
    test('carries messages and receipts in the frames of the program', async () => {
      const [own, theirs] = [client.socket(ann), client.socket(ben)]
      await Promise.all([own.opened, theirs.opened])
      await own.send({ type: 'message', chat_id: chat, text: 'Привет' })
      const told = await theirs.next({ type: 'message', text: 'Привет' })
      expect(told).toMatchObject({ id: expect.any(Number), chat_id: chat, sender_id: ann.id, is_read: false })
      expect(told.timestamp).toEqual(expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/))
      expect(await own.next({ type: 'message', text: 'Привет' })).toEqual(told)
      await theirs.send({ type: 'read_receipt', message_id: told.id })
      for (const socket of [own, theirs]) {
        expect(await socket.next({ type: 'read_receipt', message_id: told.id as number })).toEqual({
          type: 'read_receipt',
          message_id: told.id,
          chat_id: chat,
          reader_id: ben.id,
          timestamp: expect.any(String),
        })
      }
      expect((await history(ben, chat)).body.at(-1)).toMatchObject({ id: told.id, is_read: true })
      await Promise.all([own.close(), theirs.close()])
    })

    test('is not there for an address that is no integer', async () => {
      const socket = new SocketClient(`${client.base}/api/v1/ws/invalid?token=${ann.token}`)
      expect(await socket.closed).toBe(1008)
    })
  })

  test('its root says what it is, and its document is below the prefix of its calls', async () => {
    const root = await client.call('GET', '/')
    expect([root.status, root.body]).toEqual([200, { message: expect.stringContaining('Chat Application') }])
    const { status, body } = await client.call('GET', '/api/v1/openapi.json')
    expect([status, body.paths['/api/v1/token']]).toEqual([200, expect.any(Object)])
  })

  test('pages of any origin may call it', async () => {
    const headers = { origin: 'https://client.example' }
    const answer = await fetch(`${client.base}/api/v1/users/me`, { headers })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
  })

  test('differs: a socket without a token', async () => {
    const socket = new SocketClient(`${client.base}/api/v1/ws/${ann.id}`)
    expect(await socket.closed).toBe(1008)
    expect(await client.socket({ id: ann.id, token: ben.token }).closed).toBe(1008)
  })

  test('differs: chats of others', async () => {
    expect((await history(eve, chat)).status).toBe(403)
    const socket = client.socket(eve)
    await socket.send({ type: 'message', chat_id: chat, text: 'Я тоже здесь' })
    expect(await socket.next({ type: 'error' })).toEqual({ type: 'error', detail: expect.any(String) })
    await socket.close()
    expect(JSON.stringify((await history(ann, chat)).body)).not.toContain('Я тоже здесь')
  })

  test('differs: a private chat by its name', async () => {
    const { id } = (await make(ann, { name: 'Вдвоём', type: 'private' })).body
    expect((await history(ben, id)).status).toBe(403)
    const added = await client.call('POST', `/api/v1/chats/${id}/members`, ann.token, { user_id: ben.id })
    expect([added.status, added.body.name, added.body.type]).toEqual([200, 'Вдвоём', 'group'])
    expect((await history(ben, id)).status).toBe(200)
  })

  test('differs: a chat without a name', async () => {
    for (const body of [{ type: 'private' }, { type: 'private', name: null }, { type: 'group', name: ' ' }]) {
      expect((await make(ann, body)).body.name).toBe(ann.username)
    }
  })

  describe('more messages than a page holds', () => {
    let long: number
    const count = limits.pageMax + 1
    const numbersIn = async (search: string) => {
      const { body } = await history(ann, long, search)
      return body.map(({ text }: { text: string }) => Number(text))
    }
    const from = (first: number, length: number) => Array.from({ length }, (_, index) => first + index)

    beforeAll(async () => {
      long = (await makeGroup(ann, { name: 'Длинная' })).body.chat_id
      for (let number = 0; number < count; number += 1) await say(ann, long, String(number))
    })

    test('differs: a history without an offset', async () => {
      expect(await numbersIn('')).toEqual(from(count - 50, 50))
      expect(await numbersIn('?offset=0')).toEqual(from(0, 50))
    })

    test('differs: more than a page', async () => {
      expect(await numbersIn('?limit=1000000')).toEqual(from(1, limits.pageMax))
      expect(await numbersIn('?limit=1000000&offset=0')).toEqual(from(0, limits.pageMax))
      expect(await numbersIn(`?limit=1000000&offset=${limits.pageMax}`)).toEqual([limits.pageMax])
    })
  })

  test('differs: the id of a group', async () => {
    const { body } = await makeGroup(ann, { name: 'Одно число' })
    expect(body.id).toBe(body.chat_id)
  })

  test('differs: what a token says', () => {
    const claims = JSON.parse(Buffer.from(ann.token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toMatch(/^[\da-f-]{36}$/)
  })

  test('differs: which of them is taken', async () => {
    const free = { username: `free_${suffix}`, email: `free_${suffix}@example.com`, password }
    const answers = await Promise.all([
      register({ ...free, username: ann.username }),
      register({ ...free, email: ann.email }),
    ])
    expect(answers[0].body).toEqual(answers[1].body)
    expect(answers.map(({ status }) => status)).toEqual([400, 400])
  })

  test('differs: an account without an email', async () => {
    const { status, body } = await register({ username: `mailless_${suffix}`, password })
    expect([status, body.email]).toEqual([200, `${body.id}@users.invalid`])
    const { access_token } = (await client.logIn(body.username)).body
    expect((await client.call('GET', '/api/v1/users/me', access_token)).body).toEqual(body)
  })

  test('differs: names and passwords', async () => {
    const email = `odd_${suffix}@example.com`
    expect((await register({ username: 'John Doe', email, password })).status).toBe(422)
    expect((await register({ username: `odd_${suffix}`, email, password: 'short' })).status).toBe(422)
    expect((await register({ username: ann.username.toUpperCase(), email, password })).status).toBe(400)
  })

  test('differs: times', async () => {
    const { timestamp } = await say(ann, chat, 'Который час?')
    expect(timestamp).toMatch(/Z$/)
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000)
  })

  test('differs: what is read', async () => {
    const [first, second] = [await say(ann, chat, 'одно'), await say(ann, chat, 'другое')]
    const readNow = async ({ id }: { id: number }) =>
      (await client.call('GET', `/api/v1/messages/${id}`, ann.token)).body.is_read
    const put = ({ token }: AppPerson) => client.call('PUT', `/api/v1/messages/${second.id}/read`, token)
    expect((await put(ann)).body.is_read).toBe(false)
    expect((await put(ben)).body.is_read).toBe(true)
    expect([await readNow(first), await readNow(second)]).toEqual([true, true])
  })

  test('differs: a wrong frame', async () => {
    const socket = client.socket(ann)
    for (const frame of [
      { type: 'message', chat_id: chat },
      { type: 'message', chat_id: chat, text: '' },
      { type: 'read_receipt', message_id: nobody },
      { type: 'dance' },
      'no JSON',
    ]) {
      const before = socket.frames.length
      await socket.send(frame)
      await socket.next({ type: 'error' }, before)
    }
    await socket.send({ type: 'message', chat_id: chat, text: 'Всё ещё здесь' })
    await socket.next({ type: 'message', text: 'Всё ещё здесь' })
    await socket.close()
  })

  test('differs: credentials of pages', async () => {
    const preflight = await fetch(`${client.base}/api/v1/users/me`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://client.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
