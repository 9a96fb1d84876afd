// Walks the document of Messenger from top to bottom, below its prefix and on a port of its own.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Frame } from '../kit/test/socket-client.ts'
import { Visitor } from './test/visitor.ts'

const document = readFileSync(join(import.meta.dirname, 'document.md'), 'utf8')
const name = 'messenger'

const uuid = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-[78][\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/)
const clock = expect.stringMatching(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d$/)

describe.each(['below the prefix', 'on its own port'])('D1: %s', (place) => {
  const isOwn = place === 'on its own port'
  let server: TestServer
  let webRoot: string

  beforeAll(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'))
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><body><div id="root"></div></body>')
    server = await startTestServer({
      dialects: { enabled: [name], ports: { [name]: 0 } },
      policy: { testData: 'own machine' },
      http: { webRoot },
    })
  })
  afterAll(async () => {
    await server?.stop()
    await rm(webRoot, { recursive: true, force: true })
  })

  const base = () =>
    isOwn ? `http://127.0.0.1:${server.app.dialectPorts[name]}` : `${server.url}/compat/${name}`
  /** Redirects stay below the prefix. */
  const below = (path: string) => (isOwn ? path : `/compat/${name}${path}`)
  const visitors = new Map<string, Visitor>()
  const as = (who: string): Visitor => {
    const visitor = visitors.get(who) ?? new Visitor(base())
    visitors.set(who, visitor)
    return visitor
  }
  const ids = { chat: '', group: '' }
  const answered = async (response: Response) => [response.status, response.headers.get('location')]
  const historyOf = async (who: string, chatId: string, query = '') => {
    const response = await as(who).get(`/api/v1/messages/history/${chatId}${query}`)
    return { status: response.status, items: (await response.json()) as Frame[] }
  }
  const status = async (who: string) => {
    const socket = as(who).socket('/api/v1/messenger/read/status')
    await socket.send({ event: 'check_unread' })
    await socket.next({ event: 'unread_chats' })
    return socket
  }

  test('POST /test/test-data makes the people, the chat and the group of the document, once', async () => {
    const call = /```http\n(POST) (\S+)\n```/.exec(document)
    for (let times = 0; times < 2; times += 1) {
      const response = await as('nobody').request(call?.[2] ?? '', { method: call?.[1] ?? '' })
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ message: expect.any(String) })
    }
    expect(await server.app.ports.storage.stores.people.list({ offset: 0, limit: 10 })).toHaveLength(3)
  })

  test('each of them logs in by the form, with the document’s email and password', async () => {
    const logins = [...document.matchAll(/— `(\w+@example\.com)`, пароль: `(\w+)`/g)]
    expect(logins).toHaveLength(3)
    for (const [, email = '', password = ''] of logins) {
      const visitor = as(email[0] ?? '')
      const response = await visitor.form('/api/v1/auth/login', { email, password })
      expect(await answered(response)).toEqual([303, below('/messenger')])
      expect(visitor.cookies.get('access_token')).toMatchObject({ path: '/' })
      expect(visitor.cookies.get('refresh_token')).toMatchObject({ path: below('/api/v1/auth') })
      for (const { attributes } of visitor.cookies.values()) expect(attributes).toContain('HttpOnly')
    }
  })

  test('registration leads to the login, login to the messenger, and refusals say why', async () => {
    const person = { name: 'Вера', email: 'vera@example.com', password: 'password123' }
    expect(await answered(await as('v').form('/api/v1/users/register', person))).toEqual([
      303,
      below('/login'),
    ])
    const taken = await as('v').form('/api/v1/users/register/', person)
    expect([taken.status, await taken.json()]).toEqual([400, { detail: 'Email already in use' }])
    const short = await as('v').form('/api/v1/users/register', { ...person, password: 'short' })
    expect([short.status, await short.json()]).toEqual([
      422,
      { detail: [expect.objectContaining({ loc: ['body', 'password'] })] },
    ])
    const wrong = await as('v').form('/api/v1/auth/login', { ...person, password: 'password124' })
    expect([wrong.status, await wrong.json()]).toEqual([401, { detail: 'Incorrect email or password' }])
    expect(as('v').cookies.size).toBe(0)
    expect(await answered(await as('v').form('/api/v1/auth/login/', person))).toEqual([
      303,
      below('/messenger'),
    ])
  })

  test('a form of a plain page leads back to it with what is wrong; any other is told itself', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml' }
    const refused = async (path: string, fields: Record<string, string>, who = 'nobody') => {
      const told = await as(who).form(path, fields, headers)
      expect([told.status >= 400, await told.json()]).toEqual([true, { detail: expect.anything() }])
      return (await as(who).form(`${path}?from=page`, fields)).headers.get('location')
    }
    const login = '/api/v1/auth/login'
    expect(await refused(login, { email: 'a@example.com', password: 'no' })).toBe(
      below('/login?error=wrong_credentials'),
    )
    expect(await refused('/api/v1/users/register', {})).toBe(below('/register?error=invalid_request'))
    expect(await refused('/api/v1/chats/create', { chat_type: 'group', participants: 'x' })).toBe(
      below('/login?error=unauthenticated'),
    )
    expect(await refused('/api/v1/chats/create', { chat_type: 'group', participants: 'x' }, 'v')).toBe(
      below('/messenger?error=not_found'),
    )
  })

  test('the pages of the document are there, or lead to the web app', async () => {
    const pages = [...document.matchAll(/`host:port(\/\w*)`/g)].map(([, page = '']) => page)
    expect(pages).toEqual(['/register', '/login', '/', '/messenger'])
    for (const page of pages) {
      const response = await as('a').get(page)
      expect([page, ...(await answered(response))]).toEqual([page, ...(isOwn ? [200, null] : [302, page])])
      if (isOwn) expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    }
    const id = as('a').userId
    for (const kind of ['chat', 'group']) {
      const led = await answered(await as('a').get(`/${kind}/${id}`))
      expect(led).toEqual(isOwn ? [200, null] : [302, `/messenger/${id}`])
    }
  })

  test('POST /auth/refresh gives a new access token and new cookies, and wants the cookie', async () => {
    const before = as('a').cookies.get('refresh_token')?.value
    const response = await as('a').request('/api/v1/auth/refresh', { method: 'POST' })
    expect(response.status).toBe(200)
    const { access_token: token } = (await response.json()) as { access_token: string }
    expect(as('a').cookies.get('access_token')?.value).toBe(token)
    expect(as('a').cookies.get('refresh_token')?.value).not.toBe(before)
    const nobody = await as('nobody').request('/api/v1/auth/refresh', { method: 'POST' })
    expect(nobody.status).toBe(401)
  })

  test('the status socket tells the unread chats and groups', async () => {
    const socket = as('s').socket('/api/v1/messenger/read/status')
    await socket.send({ event: 'check_groups' })
    const { group_ids } = (await socket.next({ event: 'unread_groups' })) as { group_ids: string[] }
    ids.group = group_ids[0] ?? ''
    expect(group_ids).toEqual([uuid])
    const andrei = as('b').socket('/api/v1/messenger/read/status')
    await andrei.send({ event: 'check_unread' })
    const { chat_ids } = (await andrei.next({ event: 'unread_chats' })) as { chat_ids: string[] }
    expect(chat_ids).toEqual([uuid])
    ids.chat = chat_ids[0] ?? ''
    await Promise.all([socket.close(), andrei.close()])
  })

  test('GET /messages/history gives messages with all that the document lists, newest first', async () => {
    const { status: code, items } = await historyOf('a', ids.chat)
    expect(code).toBe(200)
    expect(items.map(({ text }) => text)).toEqual([
      'Хорошо! Вечером созвонимся?',
      'Привет, Андрей! Как дела?',
      'Привет, Борис!',
    ])
    expect(items.at(-1)).toEqual({
      id: uuid,
      chat_id: ids.chat,
      sender_id: as('a').userId,
      text: 'Привет, Борис!',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      is_read: false,
    })
    expect((await historyOf('a', ids.chat, '?offset=1&limit=1')).items).toEqual([items[1]])
    expect((await historyOf('a', ids.chat, '?limit=1000')).items).toEqual(items)
    expect((await historyOf('s', ids.group)).items.map(({ text }) => text)).toEqual([
      'Добро пожаловать в группу!',
    ])
    expect((await historyOf('s', ids.chat)).status).toBe(404)
    expect((await historyOf('nobody', ids.chat)).status).toBe(401)
    expect((await historyOf('a', 'x')).status).toBe(422)
    expect((await historyOf('a', ids.chat, `?user_id=${as('b').userId}`)).status).toBe(403)
  })

  test('D2: POST /messages/send sends for the caller alone', async () => {
    const body = { chat_id: ids.chat, sender_id: as('a').userId, text: 'Отправлено вызовом' }
    const response = await as('a').json('/api/v1/messages/send', body)
    expect([response.status, await response.json()]).toEqual([
      200,
      { ...body, id: uuid, created_at: expect.any(String), is_read: false },
    ])
    const forged = await as('a').json('/api/v1/messages/send', { ...body, sender_id: as('b').userId })
    expect(forged.status).toBe(403)
    expect(
      (await as('s').json('/api/v1/messages/send/', { ...body, sender_id: as('s').userId })).status,
    ).toBe(404)
    expect((await historyOf('a', ids.chat, '?limit=1')).items[0]?.text).toBe('Отправлено вызовом')
  })

  test('the chat’s socket: history, messages, typing, reads, and the news that all have read', async () => {
    const path = `/api/v1/chats/chat/${ids.chat}`
    const [andrei, boris] = [as('a').socket(path), as('b').socket(path)]
    const news = await status('a')
    const { messages } = (await andrei.next({ event: 'history' })) as { messages: Frame[] }
    expect(messages[0]).toEqual({
      id: uuid,
      chat_id: ids.chat,
      sender_id: as('a').userId,
      sender_name: 'Андрей',
      sender_email: 'a@example.com',
      text: 'Отправлено вызовом',
      created_at: clock,
      is_read: false,
    })
    await boris.next({ event: 'history' })

    // As the system's own page writes its frames.
    await andrei.send({ event: 'typing', sender_id: as('a').userId, chat_id: ids.chat })
    expect(await boris.next({ event: 'typing' })).toEqual({
      event: 'typing',
      chat_id: ids.chat,
      sender_id: as('a').userId,
      sender_name: 'Андрей',
    })
    await andrei.send({ event: 'message', sender_id: as('a').userId, chat_id: ids.chat, text: 'Видно?' })
    const frame = await boris.next({ event: 'message' })
    expect(frame).toEqual({
      event: 'message',
      id: uuid,
      chat_id: ids.chat,
      sender_id: as('a').userId,
      sender_name: 'Андрей',
      sender_email: 'a@example.com',
      text: 'Видно?',
      created_at: clock,
      is_read: false,
    })
    expect(await andrei.next({ event: 'message' })).toEqual(frame)

    await boris.send({ event: 'read', message_id: frame.id, user_id: as('b').userId })
    const read = { event: 'read', message_id: frame.id, user_id: as('b').userId }
    for (const socket of [andrei, boris]) expect(await socket.next(read)).toEqual(read)
    const fullyRead = {
      event: 'fully_read',
      message_id: frame.id,
      chat_id: ids.chat,
      chat_name: 'Personal чат с Борис',
    }
    expect(await news.next({ event: 'fully_read', message_id: frame.id as string })).toEqual(fullyRead)
    expect((await historyOf('b', ids.chat)).items[0]).toMatchObject({ id: frame.id, is_read: true })
    expect(andrei.frames.filter(({ event }) => event === 'typing')).toEqual([])
    await Promise.all([andrei.close(), boris.close(), news.close()])
  })

  test('what is new is told on the status socket: messages, chats, groups', async () => {
    const news = await status('s')
    const since = news.frames.length
    const created = await as('v').form('/api/v1/chats/create', {
      chat_type: 'personal',
      participants: as('s').userId,
    })
    expect(await answered(created)).toEqual([303, below('/messenger')])
    const chat = await news.next({ event: 'new_chat' })
    expect(chat).toEqual({ event: 'new_chat', chat_id: uuid, chat_name: 'Personal чат с Вера' })
    const body = { chat_id: chat.chat_id, sender_id: as('v').userId, text: 'Привет!' }
    await as('v').json('/api/v1/messages/send', body)
    expect(await news.next({ event: 'unread_chats' }, since)).toEqual({
      event: 'unread_chats',
      chat_ids: [chat.chat_id],
    })

    const made = await as('v').form('/api/v1/groups/create', {
      name: 'Новости',
      group_type: 'private',
      participants: ` S@example.com, ${as('b').userId},`,
    })
    const group = await news.next({ event: 'new_group' })
    expect(group).toEqual({ event: 'new_group', group_id: uuid, group_name: 'Новости' })
    expect(await answered(made)).toEqual([303, below(`/group/${group.group_id}`)])
    await as('v').form(`/api/v1/groups/${group.group_id}/post`, { text: 'Первая новость' })
    expect(await news.next({ event: 'unread_groups' })).toEqual({
      event: 'unread_groups',
      group_ids: [group.group_id],
    })
    await news.close()
  })

  test('POST /chats/create makes group chats, and says what does not fit', async () => {
    const news = await status('b')
    const participants = `b@example.com,${as('s').userId},${as('v').userId}`
    const made = await as('v').form('/api/v1/chats/create', { chat_type: 'group', participants })
    expect(await answered(made)).toEqual([303, below('/messenger')])
    expect(await news.next({ event: 'new_chat' })).toMatchObject({ chat_name: 'Вера, Борис, Саша' })
    const since = news.frames.length
    const several = await as('v').form('/api/v1/chats/create', { chat_type: 'personal', participants })
    expect(await answered(several)).toEqual([303, below('/messenger')])
    expect(await news.next({ event: 'new_chat' }, since)).toMatchObject({ chat_name: 'Вера, Борис, Саша' })
    const create = async (fields: Record<string, string>) => {
      const response = await as('v').form('/api/v1/chats/create', fields)
      return [response.status, ((await response.json()) as Frame).detail]
    }
    expect(await create({ chat_type: 'personal', participants: ' ,' })).toEqual([
      400,
      'Not enough participants',
    ])
    expect(await create({ chat_type: 'group', participants: 'nobody@example.com' })).toEqual([
      404,
      'Some users not found',
    ])
    expect((await create({ chat_type: 'channel', participants }))[0]).toBe(422)
    expect((await create({ chat_type: 'group' }))[0]).toBe(422)
    await news.close()
  })

  test('a group: its socket, and who may join, post and leave', async () => {
    const group = `/api/v1/groups/${ids.group}`
    const [andrei, sasha] = [as('a').socket(group), as('s').socket(group)]
    const { messages } = (await sasha.next({ event: 'history' })) as { messages: Frame[] }
    expect(messages.at(-1)).toEqual({
      id: uuid,
      group_id: ids.group,
      sender_id: as('a').userId,
      sender_name: 'Андрей',
      text: 'Добро пожаловать в группу!',
      created_at: clock,
    })
    await andrei.next({ event: 'history' })
    await andrei.send({ event: 'post', text: 'Объявление' })
    expect(await sasha.next({ event: 'message' })).toMatchObject({ group_id: ids.group, text: 'Объявление' })
    await sasha.send({ event: 'post', text: 'Можно?' })
    expect(await sasha.next({ event: 'error' })).toEqual({ event: 'error', detail: 'Only creator can post' })
    const refused = await as('s').form(`${group}/post`, { text: 'А так?' })
    expect([refused.status, await refused.json()]).toEqual([403, { detail: 'Only creator can post' }])

    expect(await answered(await as('s').form(`${group}/leave`))).toEqual([303, below(`/group/${ids.group}`)])
    expect(await sasha.closed).toBe(1008)
    expect(await answered(await as('s').form(`${group}/join/`))).toEqual([303, below(`/group/${ids.group}`)])
    expect((await historyOf('s', ids.group)).items[0]?.text).toBe('Объявление')
    expect((await as('s').form(`/api/v1/groups/${ids.chat}/join`)).status).toBe(404)
    await andrei.close()
  })

  test('POST /auth/logout ends the session and takes the cookies away', async () => {
    const socket = await status('b')
    const former = as('b').cookies.get('access_token')?.value ?? ''
    expect(await answered(await as('b').form('/api/v1/auth/logout/'))).toEqual([303, below('/')])
    expect([...as('b').cookies.keys()]).toEqual(['device_token'])
    expect(await socket.closed).toBe(1008)
    const after = await as('b').get(`/api/v1/messages/history/${ids.chat}`, {
      cookie: `access_token=${former}`,
    })
    expect(after.status).toBe(401)
    expect(await answered(await as('b').form('/api/v1/auth/logout'))).toEqual([303, below('/')])
  })
})
