// Walks the document of WinDI Messenger from top to bottom: below its prefix and on a port of its own, with and without /api/v1.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { applyDemo } from '../kit/demo.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { demo } from './demo.ts'
import { Door } from './test/door.ts'

const document = readFileSync(join(import.meta.dirname, 'document.md'), 'utf8')
const name = 'windi-messenger'

/** The document's JSON in its order: registration, login, a personal chat, a frame. */
const examples = [...document.matchAll(/^( *)```json\n([\s\S]*?)\n\1```/gm)].map(([, , json = '']) => json)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

const mounts = [
  ['below the prefix', '', 'a'],
  ['below the prefix', '/api/v1', 'b'],
  ['on its own port', '', 'c'],
  ['on its own port', '/api/v1', 'd'],
] as const

test('the document has four examples', () => {
  expect(examples.map((example) => Object.keys(JSON.parse(example)))).toEqual([
    ['name', 'email', 'password'],
    ['email', 'password'],
    ['user_id'],
    ['action', 'chat_id', 'text'],
  ])
})

const hidden = expect.stringMatching(/^\d+@users\.invalid$/)

describe.each(mounts)('D1: %s%s', (place, prefix, suffix) => {
  let door: Door
  let root: string
  const tokens: Record<string, string> = {}
  const ids: Record<string, string> = {}
  const id = (key: string) => ids[key] ?? ''
  /** An example, of this mount's own Ivan: all mounts share their people. */
  const example = (index: number) =>
    (examples[index] ?? '').replaceAll('ivan@example.com', `ivan_${suffix}@example.com`)
  const ivan = () => ({ id: id('ivan'), name: 'Иван Иванов', email: `ivan_${suffix}@example.com` })
  const maria = () => ({ id: id('maria'), name: 'Мария', email: `maria_${suffix}@example.com` })
  /** As whoever sees the person whose email is for others. */
  const unknown = <P extends object>(person: P) => ({ ...person, email: hidden })
  const oleg = () => ({ id: id('oleg'), name: 'Олег', email: `oleg_${suffix}@example.com` })

  beforeAll(() => {
    root =
      place === 'on its own port'
        ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
        : `${server.url}/compat/${name}`
    door = new Door(root + prefix)
  })

  test('Swagger UI and ReDoc are at /docs and /redoc', async () => {
    for (const path of ['/docs', '/redoc', '/api/v1/docs', '/api/v1/redoc']) {
      const page = await fetch(root + path)
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await page.text()).toContain('WinDI Messenger')
    }
    const openapi = (await (await fetch(`${root}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(openapi.paths)).toEqual(
      expect.arrayContaining(['/auth/register', '/auth/login', '/chats', '/messages/history/{chat_id}']),
    )
  })

  test('POST /auth/register', async () => {
    const registered = await door.call('POST', '/auth/register', undefined, example(0))
    ids.ivan = registered.body.id
    expect([registered.status, registered.body]).toEqual([201, ivan()])
    expect(id('ivan')).toMatch(/^[0-9a-f]{8}-/)
    const again = await door.call('POST', '/auth/register', undefined, example(0))
    expect([again.status, again.body]).toEqual([409, { detail: 'User already exists' }])
    const short = { ...JSON.parse(example(0)), email: `other_${suffix}@example.com`, password: '1234567' }
    const refused = await door.call('POST', '/auth/register', undefined, short)
    expect([refused.status, refused.body.detail[0].loc]).toEqual([422, ['body', 'password']])
  })

  test('POST /auth/login', async () => {
    const login = await door.call('POST', '/auth/login', undefined, example(1))
    expect([login.status, login.body]).toEqual([200, { access_token: expect.any(String) }])
    tokens.ivan = login.body.access_token
    const wrong = { ...JSON.parse(example(1)), password: 'wrong password' }
    const refused = await door.call('POST', '/auth/login', undefined, wrong)
    expect([refused.status, refused.body]).toEqual([401, { detail: 'Invalid email or password' }])
    for (const [key, person] of [
      ['maria', 'Мария'],
      ['oleg', 'Олег'],
    ] as const) {
      const account = { name: person, email: `${key}_${suffix}@example.com`, password: 'securepassword' }
      const { body } = await door.call('POST', '/auth/register/', undefined, account)
      ids[key] = body.id
      tokens[key] = (await door.call('POST', '/auth/login/', undefined, account)).body.access_token
    }
  })

  test('the token goes into the Authorization header', async () => {
    const without = await door.call('GET', '/chats')
    expect([without.status, without.body]).toEqual([403, { detail: 'Not authenticated' }])
    const bad = await door.call('GET', '/chats', 'not a token')
    expect([bad.status, bad.body]).toEqual([401, { detail: 'Invalid token' }])
    expect(await door.call('GET', '/chats', tokens.ivan)).toMatchObject({ status: 200, body: [] })
  })

  test('POST /chats makes a personal chat', async () => {
    const body = example(2).replace('UUID_другого_пользователя', id('maria'))
    const made = await door.call('POST', '/chats', tokens.ivan, body)
    ids.chat = made.body.id
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'Чат Иван Иванов и Мария',
        type: 'personal',
        members: expect.arrayContaining([{ user: ivan() }, { user: unknown(maria()) }]),
        group_id: null,
      },
    ])
    const again = await door.call('POST', '/chats', tokens.maria, { user_id: id('ivan') })
    expect([again.status, again.body]).toEqual([409, { detail: 'Chat already exists' }])
    const oneself = await door.call('POST', '/chats', tokens.ivan, { user_id: id('ivan') })
    expect([oneself.status, oneself.body]).toEqual([400, { detail: 'Invalid chat participant' }])
    const nobody = { user_id: '00000000-0000-4000-8000-000000000000' }
    const stranger = await door.call('POST', '/chats', tokens.ivan, nobody)
    expect([stranger.status, stranger.body]).toEqual([404, { detail: 'User not found' }])
    expect((await door.call('POST', '/chats', tokens.ivan, example(2))).status).toBe(422)
  })

  test('groups: POST and GET /groups, members, DELETE', async () => {
    const group = { title: 'Группа', member_ids: [id('maria')] }
    const made = await door.call('POST', '/groups', tokens.ivan, group)
    ids.group = made.body.id
    const member = (user: object) => ({ user, joined_at: expect.any(String) })
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: expect.any(String),
        title: 'Группа',
        creator: ivan(),
        members: expect.arrayContaining([member(ivan()), member(unknown(maria()))]),
      },
    ])
    const path = `/groups/${id('group')}`
    const seen = await door.call('GET', path, tokens.maria)
    // Ivan has made the group.
    expect([seen.status, seen.body.creator]).toEqual([200, ivan()])
    expect(seen.body.members).toEqual(expect.arrayContaining([member(ivan()), member(maria())]))
    const people = { user_ids: [id('oleg')] }
    expect((await door.call('POST', `${path}/members`, tokens.maria, people)).status).toBe(403)
    const added = await door.call('POST', `${path}/members`, tokens.ivan, people)
    expect([added.status, added.body.members]).toEqual([
      200,
      expect.arrayContaining([member(unknown(oleg()))]),
    ])
    expect((await door.call('DELETE', `${path}/members`, tokens.maria, people)).status).toBe(403)
    const removed = await door.call('DELETE', `${path}/members`, tokens.ivan, people)
    expect([removed.status, removed.body]).toEqual([200, made.body])
    expect((await door.call('GET', path, tokens.oleg)).status).toBe(404)

    const short = await door.call('POST', '/groups', tokens.ivan, { title: 'На минуту' })
    expect([short.status, short.body.members]).toEqual([201, [member(ivan())]])
    expect((await door.call('DELETE', path, tokens.maria)).status).toBe(403)
    const gone = `/groups/${short.body.id}`
    expect(await door.call('DELETE', gone, tokens.ivan)).toMatchObject({ status: 204, body: '' })
    expect((await door.call('GET', gone, tokens.ivan)).status).toBe(404)
  })

  test('GET /chats lists the chats of the user, each with its type', async () => {
    const { status, body } = await door.call('GET', '/chats', tokens.maria)
    const short = body.map(({ members, ...chat }: { members: object[] }) => [chat, members.length])
    expect([status, short]).toEqual([
      200,
      [
        [{ id: id('group'), name: 'Группа', type: 'group', group_id: id('group') }, 2],
        [{ id: id('chat'), name: 'Чат Иван Иванов и Мария', type: 'personal', group_id: null }, 2],
      ],
    ])
  })

  test('the socket joins, sends, tells who types and who has read, and leaves', async () => {
    const own = door.socket(tokens.ivan ?? '')
    const theirs = new SocketClient(`${door.base}/ws`, {
      headers: { authorization: `Bearer ${tokens.maria}` },
    })
    for (const socket of [own, theirs]) {
      await socket.send({ action: 'join_chat', chat_id: id('chat') })
      expect(await socket.next({ status: 'joined' })).toEqual({ status: 'joined', chat_id: id('chat') })
    }

    await theirs.send({ action: 'typing', chat_id: id('chat') })
    const typing = await own.next({ event: 'typing' })
    expect(typing).toEqual({ event: 'typing', chat_id: id('chat'), user_name: 'Мария' })

    await own.send(example(3).replace('UUID_чата', id('chat')))
    const [sent, heard] = await Promise.all(
      [own, theirs].map((socket) => socket.next({ event: 'new_message' })),
    )
    const message = {
      id: expect.any(String),
      chat_id: id('chat'),
      sender: ivan(),
      text: 'Привет, как дела?',
      created_at: expect.any(String),
      is_read: false,
      read_at: null,
      idempotency_key: null,
    }
    expect(sent).toEqual({ event: 'new_message', data: message })
    expect(heard).toEqual(sent)
    ids.message = (own.frames.at(-1)?.data as { id: string } | undefined)?.id ?? ''

    await theirs.send({ action: 'message_read', chat_id: id('chat'), message_id: id('message') })
    const reads = await Promise.all([own, theirs].map((socket) => socket.next({ event: 'message_read' })))
    const data = {
      chat_id: id('chat'),
      message_id: id('message'),
      user_id: id('maria'),
      read_at: expect.any(String),
    }
    expect(reads).toEqual([
      { event: 'message_read', data },
      { event: 'message_read', data },
    ])

    await theirs.send({ action: 'leave_chat', chat_id: id('chat') })
    expect(await theirs.next({ status: 'left' })).toEqual({ status: 'left', chat_id: id('chat') })
    await own.send({ action: 'send_message', chat_id: id('chat'), text: 'Ты ещё здесь?' })
    await own.next({ event: 'new_message', data: { text: 'Ты ещё здесь?' } })
    await theirs.send({ action: 'join_chat', chat_id: id('group') })
    await theirs.next({ status: 'joined', chat_id: id('group') })
    expect(theirs.frames.filter(({ event }) => event === 'new_message')).toHaveLength(1)
    expect(theirs.frames.filter(({ event }) => event === 'typing')).toEqual([])
    await Promise.all([own.close(), theirs.close()])
  })

  test('the same idempotency_key is stored once, and told again to whoever repeats it', async () => {
    const own = await door.join(tokens.ivan ?? '', id('group'))
    const theirs = await door.join(tokens.maria ?? '', id('group'))
    const frame = {
      action: 'send_message',
      chat_id: id('group'),
      text: 'Один раз',
      idempotency_key: `ключ ${suffix}`,
    }
    await own.send(frame)
    const first = await own.next({ event: 'new_message' })
    expect(first.data).toMatchObject({ text: 'Один раз', idempotency_key: `ключ ${suffix}` })
    expect(await theirs.next({ event: 'new_message' })).toEqual(first)
    const before = own.frames.length
    await own.send({ ...frame, text: 'Другой текст' })
    expect(await own.next({ event: 'new_message' }, before)).toEqual(first)
    await own.send({ action: 'send_message', chat_id: id('group'), text: 'Без ключа', idempotency_key: null })
    await theirs.next({ event: 'new_message', data: { text: 'Без ключа' } })
    expect(theirs.frames.filter(({ event }) => event === 'new_message')).toHaveLength(2)
    const { body } = await door.call('GET', `/messages/history/${id('group')}`, tokens.maria)
    expect(body.map(({ text, idempotency_key }: Record<string, unknown>) => [text, idempotency_key])).toEqual(
      [
        ['Один раз', `ключ ${suffix}`],
        ['Без ключа', null],
      ],
    )
    await Promise.all([own.close(), theirs.close()])
  })

  test('GET /messages/history/{chat_id}, from the oldest on, in pages', async () => {
    const path = `/messages/history/${id('chat')}`
    const { status, body } = await door.call('GET', path, tokens.maria)
    expect([status, body.length]).toEqual([200, 2])
    expect(body[0]).toEqual({
      id: id('message'),
      chat_id: id('chat'),
      sender: ivan(),
      text: 'Привет, как дела?',
      created_at: expect.any(String),
      is_read: true,
      read_at: expect.any(String),
      idempotency_key: null,
    })
    expect(body[1]).toMatchObject({ text: 'Ты ещё здесь?', is_read: false, read_at: null })
    expect((await door.call('GET', `${path}?limit=1`, tokens.ivan)).body).toEqual([body[0]])
    expect((await door.call('GET', `${path}?limit=1&offset=1`, tokens.ivan)).body).toEqual([body[1]])
    expect((await door.call('GET', `${path}?offset=2`, tokens.ivan)).body).toEqual([])
    const stranger = await door.call('GET', path, tokens.oleg)
    expect([stranger.status, stranger.body]).toEqual([404, { detail: 'Chat not found' }])
    expect((await door.call('GET', `${path}?limit=101`, tokens.ivan)).status).toBe(422)
  })

  test('the socket is closed with 4001 without a token, and with a bad one', async () => {
    const without = new SocketClient(`${door.base}/ws`)
    const bad = door.socket('not.a.token')
    expect(await Promise.all([without.closed, bad.closed])).toEqual([4001, 4001])
  })

  test('the page to try the socket is at /static/index.html, with nothing inline', async () => {
    const page = await fetch(`${door.base}/static/index.html`)
    const html = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self'; style-src 'self'")
    expect(policy).toMatch(/connect-src 'self' ws:\/\/127\.0\.0\.1:\d+/)
    expect(html).not.toMatch(/<script>|<style>|\son\w+=|\sstyle=/)
    const linked = [...html.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, path]) => path)
    expect(linked).toEqual(['style.css', 'app.js'])
    for (const path of [...linked, 'texts.js', 'view.js']) {
      const file = await fetch(new URL(path ?? '', page.url))
      const type = path?.endsWith('.css')
        ? 'text/css; charset=utf-8'
        : 'application/javascript; charset=utf-8'
      expect([path, file.status, file.headers.get('content-type')]).toEqual([path, 200, type])
    }
    expect((await fetch(`${door.base}/static/windi-messenger.ts`)).status).toBe(404)
  })

  test('the test data is there after its command, for clients of this contract', async () => {
    await applyDemo(server.app.ports, demo)
    const login = await door.call('POST', '/auth/login', undefined, {
      email: 'alice@example.com',
      password: 'password123',
    })
    const { body: chats } = await door.call('GET', '/chats', login.body.access_token)
    const found = []
    for (const chat of chats) {
      const { body } = await door.call('GET', `/messages/history/${chat.id}`, login.body.access_token)
      found.push([chat.name, chat.type, chat.members.length, body.length])
    }
    expect(found).toEqual([
      ['Группа 1', 'group', 4, 4],
      ['Чат Alice и Bob', 'personal', 2, 3],
    ])
  })
})
