// Walks the document of Chat Backend from top to bottom, below its prefix and on a port of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { chatBackend } from './chat-backend.ts'

const document = readFileSync(join(import.meta.dirname, 'document.md'), 'utf8')
const name = 'chat-backend'

let server: TestServer
let picture: Buffer

beforeAll(async () => {
  picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  server = await startTestServer({
    dialects: { enabled: [name], ports: { [name]: 0 } },
    http: { ownMachineOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'] },
  })
})
afterAll(() => server?.stop())

test('every call and event of the document is in the tables', () => {
  const calls = [...document.matchAll(/^- `(GET|POST|PUT|DELETE) (\S+)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  expect(calls).toHaveLength(11)
  const spoken = chatBackend.routes.map(({ method, path }) => `${method} ${path}`)
  expect(calls.filter((call) => !spoken.includes(call))).toEqual([])
  expect(document).toContain(`WS ${chatBackend.sockets[0]?.path}`)
})

describe.each(['below the prefix', 'on its own port'])('D1: %s', (place) => {
  const own = place === 'on its own port'
  const origin = () => (own ? `http://127.0.0.1:${server.app.dialectPorts[name]}` : server.url)
  const base = () => (own ? origin() : `${origin()}/compat/${name}`)
  const suffix = own ? '2' : ''
  const tokens: Record<string, string> = {}
  const ids: Record<string, number> = {}
  let fileAddress = ''
  const sockets: SocketClient[] = []
  afterAll(() => Promise.all(sockets.map((socket) => socket.close())))

  const call = async (method: string, path: string, user?: string, body?: object) => {
    const isForm = body instanceof FormData || body instanceof URLSearchParams
    const response = await fetch(base() + path, {
      method,
      headers: {
        ...(user === undefined ? {} : { authorization: `Bearer ${tokens[user]}` }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  const connect = (user: string, as = user): SocketClient => {
    const socket = new SocketClient(`${base()}/ws/${ids[user]}?token=${tokens[as]}`)
    sockets.push(socket)
    return socket
  }
  const form = (bytes: Buffer, fileName: string) => {
    const data = new FormData()
    data.append('file', new Blob([new Uint8Array(bytes)]), fileName)
    return data
  }

  test('POST /api/auth/register', async () => {
    for (const user of ['anna', 'boris', 'carla']) {
      const { status, body } = await call('POST', '/api/auth/register', undefined, {
        username: user + suffix,
        email: `${user}${suffix}@example.com`,
        password: 'password123',
      })
      expect([status, body]).toEqual([
        200,
        {
          id: expect.any(Number),
          name: user + suffix,
          username: user + suffix,
          email: `${user}${suffix}@example.com`,
          city: null,
          avatar: null,
          created_at: expect.any(String),
          access_token: expect.any(String),
          token_type: 'bearer',
        },
      ])
      ids[user] = body.id
    }
    const again = { username: `anna${suffix}`, password: 'password123' }
    expect(await call('POST', '/api/auth/register', undefined, again)).toEqual({
      status: 400,
      body: { detail: 'Username or email already registered' },
    })
    expect((await call('POST', '/api/auth/register', undefined, { username: 'x' })).status).toBe(422)
  })

  test('POST /api/auth/login, as JSON or as a form', async () => {
    for (const user of ['anna', 'boris', 'carla']) {
      const credentials = { username: user + suffix, password: 'password123' }
      const body = user === 'anna' ? credentials : new URLSearchParams(credentials)
      const answer = await call('POST', '/api/auth/login', undefined, body)
      expect([answer.status, answer.body.token_type]).toEqual([200, 'bearer'])
      tokens[user] = answer.body.access_token
    }
    const wrong = { username: `anna${suffix}`, password: 'wrong' }
    expect(await call('POST', '/api/auth/login', undefined, wrong)).toEqual({
      status: 401,
      body: { detail: 'Invalid credentials' },
    })
  })

  test('GET /api/users/me and GET /api/users', async () => {
    expect((await call('GET', '/api/users/me', 'anna')).body).toMatchObject({
      id: ids.anna,
      email: `anna${suffix}@example.com`,
    })
    expect((await call('GET', '/api/users/me')).status).toBe(401)
    const { body } = await call('GET', '/api/users', 'anna')
    const names = body.map((user: { username: string }) => user.username)
    expect(names.slice(-2)).toEqual([`boris${suffix}`, `carla${suffix}`])
    expect(names).not.toContain(`anna${suffix}`)
    expect(body.map((user: { email: string | null }) => user.email)).not.toContain(
      `boris${suffix}@example.com`,
    )
  })

  test('POST /api/chats and GET /api/chats', async () => {
    const direct = await call('POST', '/api/chats', 'anna', { user_id: ids.boris })
    expect([direct.status, direct.body.is_group, direct.body.name]).toEqual([200, false, `boris${suffix}`])
    ids.chat = direct.body.id
    const group = await call('POST', '/api/chats', 'anna', {
      name: 'Поход',
      is_group: true,
      participant_ids: [ids.boris, ids.carla],
    })
    expect([group.status, group.body.is_group, group.body.participants.length]).toEqual([200, true, 3])
    ids.group = group.body.id
    const again = await call('POST', '/api/chats', 'boris', { participant_ids: [ids.anna] })
    expect([again.status, again.body.id]).toEqual([200, ids.chat])
    const list = await call('GET', '/api/chats/', 'boris')
    expect(list.body.map((chat: { id: number }) => chat.id)).toEqual([ids.group, ids.chat])
    expect((await call('POST', '/api/chats', 'anna', { user_id: 99_999_999 })).status).toBe(404)
    expect((await call('POST', '/api/chats', 'anna', {})).status).toBe(422)
  })

  test('POST and GET /api/chats/{chat_id}/messages, with new_message for those who joined', async () => {
    const boris = connect('boris')
    await boris.send({ type: 'join_chat', chat_id: ids.chat })
    await boris.next({ type: 'joined', chat_id: ids.chat })
    const sent = await call('POST', `/api/chats/${ids.chat}/messages`, 'anna', { content: 'Привет!' })
    expect([sent.status, sent.body.content, sent.body.text]).toEqual([200, 'Привет!', 'Привет!'])
    ids.message = sent.body.id
    expect(await boris.next({ type: 'new_message' })).toEqual({
      type: 'new_message',
      ...sent.body,
      message: sent.body,
    })
    const other = await call('POST', `/api/chats/${ids.chat}/messages`, 'boris', { text: 'И тебе' })
    expect(other.status).toBe(200)
    const history = await call('GET', `/api/chats/${ids.chat}/messages?limit=1&offset=1`, 'anna')
    expect(history.body.map((message: { text: string }) => message.text)).toEqual(['И тебе'])
    expect((await call('GET', `/api/chats/${ids.chat}/messages`, 'carla')).status).toBe(404)
    expect((await call('POST', `/api/chats/${ids.chat}/messages`, 'anna', {})).status).toBe(422)
  })

  test('PUT /api/messages/{message_id} is for the sender, and told as message_updated', async () => {
    const path = `/api/messages/${ids.message}`
    const changed = await call('PUT', path, 'anna', { content: 'Привет, Борис!' })
    expect([changed.status, changed.body.content]).toEqual([200, 'Привет, Борис!'])
    expect(changed.body.updated_at).not.toBeNull()
    const { body: history } = await call('GET', `/api/chats/${ids.chat}/messages`, 'boris')
    expect(history[0]).toEqual(changed.body)
    expect(await sockets[0]?.next({ type: 'message_updated' })).toEqual({
      type: 'message_updated',
      ...changed.body,
      message: changed.body,
    })
    expect((await call('PUT', path, 'boris', { content: 'x' })).status).toBe(404)
    expect((await call('PUT', path, 'carla', { content: 'x' })).status).toBe(404)
  })

  test('POST /api/messages/{message_id}/files takes pictures and documents, for members alone', async () => {
    const path = `/api/messages/${ids.message}/files`
    const shown = await call('POST', path, 'anna', form(picture, 'море.png'))
    expect(shown.status).toBe(200)
    const note = await call('POST', path, 'anna', form(Buffer.from('Список дел'), 'дела.txt'))
    const [image, text] = note.body.message.files
    expect(note.body).toMatchObject(text)
    expect(image).toMatchObject({ filename: 'море.png', content_type: 'image/png', width: 30, height: 20 })
    expect(text).toMatchObject({ filename: 'дела.txt', content_type: 'text/plain', size: 19 })
    await sockets[0]?.next({ type: 'message_updated', id: ids.message ?? 0, files: { 1: { id: text.id } } })

    const bearer = { headers: { authorization: `Bearer ${tokens.boris}` } }
    const got = await fetch(new URL(image.url, origin()), bearer)
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(Buffer.from(await got.arrayBuffer()).equals(picture)).toBe(true)
    const byQuery = await fetch(new URL(`${image.url}?token=${tokens.boris}`, origin()))
    await byQuery.arrayBuffer()
    expect(byQuery.status).toBe(200)
    const part = await fetch(new URL(text.url, origin()), {
      headers: { ...bearer.headers, range: 'bytes=0-1' },
    })
    expect([part.status, await part.text()]).toEqual([206, 'С'])
    for (const headers of [{}, { authorization: `Bearer ${tokens.carla}` }]) {
      const refused = await fetch(new URL(image.url, origin()), { headers })
      await refused.arrayBuffer()
      expect(refused.status).toBe('authorization' in headers ? 404 : 401)
    }
    expect((await call('POST', path, 'boris', form(picture, 'x.png'))).status).toBe(404)
    expect((await call('POST', path, 'carla', form(picture, 'x.png'))).status).toBe(404)
    expect((await call('POST', path, 'anna', { file: 'x' })).status).toBe(415)
    fileAddress = image.url
  })

  test('an avatar is served at the address in the user object', async () => {
    for (const method of ['PUT', 'POST']) {
      const { status, body } = await call(method, '/api/users/me/avatar', 'anna', form(picture, 'me.png'))
      expect([status, body.avatar]).toEqual([200, expect.stringContaining('/media/avatars/')])
      const got = await fetch(new URL(`${body.avatar}?token=${tokens.carla}`, origin()))
      expect((await sharp(Buffer.from(await got.arrayBuffer())).metadata()).width).toBe(256)
    }
    const text = await call('PUT', '/api/users/me/avatar', 'anna', form(Buffer.from('no picture'), 'me.png'))
    expect(text.status).toBe(400)
  })

  test('WS /ws/{user_id}: join_chat, leave_chat, typing', async () => {
    const [anna, boris] = [connect('anna'), sockets[0] as SocketClient]
    await anna.send({ type: 'join_chat', chat_id: ids.chat })
    await anna.next({ type: 'joined' })
    await boris.send({ type: 'typing', chat_id: ids.chat })
    expect(await anna.next({ type: 'typing' })).toEqual({
      type: 'typing',
      chat_id: ids.chat,
      user_id: ids.boris,
      username: `boris${suffix}`,
      is_typing: true,
    })
    await anna.send({ type: 'leave_chat', chat_id: ids.chat })
    await anna.next({ type: 'left', chat_id: ids.chat })
    const { body } = await call('POST', `/api/chats/${ids.chat}/messages`, 'boris', { text: 'Ушла?' })
    await boris.next({ type: 'new_message', id: body.id })
    await anna.send({ type: 'join_chat', chat_id: ids.chat })
    await anna.next({ type: 'joined' }, anna.frames.length)
    expect(anna.frames.map(({ type }) => type)).toEqual(['joined', 'typing', 'left', 'joined'])
    expect(boris.frames.filter(({ type }) => type === 'typing')).toEqual([])
    const carla = connect('carla')
    await carla.send({ type: 'join_chat', chat_id: ids.chat })
    expect(await carla.next({ type: 'error' })).toEqual({ type: 'error', detail: 'Chat not found' })
    expect(await connect('anna', 'boris').closed).toBe(1008)
  })

  test('DELETE /api/messages/{message_id} takes the files away too, and is told as message_deleted', async () => {
    const path = `/api/messages/${ids.message}`
    expect((await call('DELETE', path, 'boris')).status).toBe(404)
    expect((await call('DELETE', path, 'anna')).status).toBe(200)
    await sockets[0]?.next({ type: 'message_deleted', message_id: ids.message, chat_id: ids.chat })
    const { body: history } = await call('GET', `/api/chats/${ids.chat}/messages`, 'boris')
    expect(history.map((message: { text: string }) => message.text)).toEqual(['И тебе', 'Ушла?'])
    const gone = await fetch(new URL(fileAddress, origin()), {
      headers: { authorization: `Bearer ${tokens.boris}` },
    })
    await gone.arrayBuffer()
    expect(gone.status).toBe(404)
    expect((await call('PUT', path, 'anna', { text: 'x' })).status).toBe(404)
  })

  test('CORS lets http://localhost:3000 in, with credentials', async () => {
    for (const page of ['http://localhost:3000', 'http://127.0.0.1:3000']) {
      const response = await fetch(`${base()}/api/chats`, {
        method: 'OPTIONS',
        headers: { origin: page, 'access-control-request-method': 'POST' },
      })
      expect(response.headers.get('access-control-allow-origin')).toBe(page)
      expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    }
  })
})
