// The program that the document came from: what its pages, their forms and scripts send and expect.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Frame, SocketClient } from '../kit/test/socket-client.ts'
import { Visitor } from './test/visitor.ts'

const name = 'messenger'
const nobody = '00000000-0000-4000-8000-000000000000'
/** What its forms are sent with. */
const browser = { accept: 'text/html,application/xhtml+xml' }

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    dialects: { enabled: [name], ports: { [name]: 0 } },
    policy: { testData: 'own machine' },
  })
})
afterAll(() => server?.stop())

describe.each([
  ['below the prefix', 'a'],
  ['on its own port', 'b'],
])('D1: %s', (place, suffix) => {
  let base: string
  let ann: Visitor
  let ben: Visitor
  let eve: Visitor
  let chat: string
  let group: string

  const signUp = async (who: string): Promise<Visitor> => {
    const person = { name: who, email: `${who}_${suffix}@example.com`, password: 'password123' }
    const visitor = new Visitor(base)
    expect((await visitor.form('/api/v1/users/register', person, browser)).status).toBe(303)
    expect((await visitor.form('/api/v1/auth/login', person, browser)).status).toBe(303)
    return visitor
  }
  const status = async (who: Visitor): Promise<SocketClient> => {
    const socket = who.socket('/api/v1/messenger/read/status')
    await socket.send({ event: 'check_unread' })
    await socket.next({ event: 'unread_chats' })
    return socket
  }
  const makeGroup = async (type: 'public' | 'private', participants = ''): Promise<string> => {
    const fields = { name: 'Новости', group_type: type, participants }
    const made = await ann.form('/api/v1/groups/create', fields, browser)
    expect(made.status).toBe(303)
    return made.headers.get('location')?.split('/').at(-1) ?? ''
  }
  const opened = async (who: Visitor, path: string) => {
    const socket = who.socket(path)
    const { messages } = (await socket.next({ event: 'history' })) as { messages: Frame[] }
    return { socket, messages }
  }

  beforeAll(async () => {
    base =
      place === 'on its own port'
        ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
        : `${server.url}/compat/${name}`
    ann = await signUp('ann')
    ben = await signUp('ben')
    eve = await signUp('eve')
    const news = await status(ben)
    const fields = { chat_type: 'personal', participants: ben.userId }
    expect((await ann.form('/api/v1/chats/create', fields, browser)).status).toBe(303)
    const told = await news.next({ event: 'new_chat' })
    expect(told.chat_name).toBe('Personal чат с ann')
    chat = String(told.chat_id)
    await news.close()
    group = await makeGroup('public')
  })

  test('its test accounts log in with its password, and with the document’s', async () => {
    expect((await new Visitor(base).request('/api/v1/test/test-data', { method: 'POST' })).status).toBe(200)
    for (const [email, documented] of [
      ['a@example.com', 'pass1'],
      ['b@example.com', 'pass2'],
      ['S@example.com', 'pass3'],
    ] as const) {
      for (const password of ['password123', documented]) {
        const login = await new Visitor(base).form('/api/v1/auth/login', { email, password }, browser)
        expect([email, password, login.status]).toEqual([email, password, 303])
      }
      const wrong = await new Visitor(base).form('/api/v1/auth/login', { email, password: 'password124' })
      expect(wrong.status).toBe(401)
    }
  })

  test('a form that is refused says why, as JSON, in the browser too', async () => {
    const refused = async (who: Visitor, path: string, fields: Record<string, string>) => {
      const told = await who.form(path, fields, browser)
      return [told.status, ((await told.json()) as { detail: unknown }).detail]
    }
    const person = { name: 'ann', email: `ann_${suffix}@example.com`, password: 'password123' }
    expect(await refused(eve, '/api/v1/users/register', person)).toEqual([400, 'Email already in use'])
    expect(await refused(eve, '/api/v1/auth/login', { ...person, password: 'password124' })).toEqual([
      401,
      'Incorrect email or password',
    ])
    const create = '/api/v1/chats/create'
    expect(await refused(eve, create, { chat_type: 'personal', participants: ',' })).toEqual([
      400,
      'Not enough participants',
    ])
    for (const participants of [nobody, 'nobody@example.com']) {
      expect(await refused(eve, create, { chat_type: 'personal', participants })).toEqual([
        404,
        'Some users not found',
      ])
    }
    expect(await refused(eve, `/api/v1/groups/${group}/post`, { text: 'Можно?' })).toEqual([
      404,
      'Group not found',
    ])
    expect((await refused(new Visitor(base), create, {}))[0]).toBe(401)
  })

  test('a personal chat with several people is a group chat', async () => {
    const news = await status(eve)
    const fields = { chat_type: 'personal', participants: `${ben.userId},eve_${suffix}@example.com` }
    expect((await ann.form('/api/v1/chats/create', fields, browser)).status).toBe(303)
    const told = await news.next({ event: 'new_chat' })
    expect((await opened(ben, `/api/v1/chats/chat/${told.chat_id}`)).messages).toEqual([])
    await news.close()
  })

  test('the page of chats hears of what is unread, of new groups, and of what all have read', async () => {
    const [own, theirs] = [await status(ann), await status(ben)]
    const [mine, other] = [
      await opened(ann, `/api/v1/chats/chat/${chat}`),
      await opened(ben, `/api/v1/chats/chat/${chat}`),
    ]
    const since = theirs.frames.length
    await mine.socket.send({ event: 'message', sender_id: ann.userId, chat_id: chat, text: 'Привет' })
    expect(await theirs.next({ event: 'unread_chats' }, since)).toEqual({
      event: 'unread_chats',
      chat_ids: [chat],
    })
    const { id } = await other.socket.next({ event: 'message', text: 'Привет' })
    await other.socket.send({ event: 'read', message_id: id, user_id: ben.userId })
    await mine.socket.next({ event: 'read', message_id: id as string, user_id: ben.userId })
    expect(await own.next({ event: 'fully_read' })).toEqual({
      event: 'fully_read',
      message_id: id,
      chat_id: chat,
      chat_name: 'Personal чат с ben',
    })
    const made = await makeGroup('private', ben.userId)
    expect(await theirs.next({ event: 'new_group' })).toEqual({
      event: 'new_group',
      group_id: made,
      group_name: 'Новости',
    })
    await Promise.all([own, theirs, mine.socket, other.socket].map((socket) => socket.close()))
  })

  test('the page of chats asks for its groups, and gets all of them', async () => {
    const carl = await signUp('carl')
    const socket = await status(carl)
    const groups = [await makeGroup('public', carl.userId), await makeGroup('private', carl.userId)]
    await socket.next({ event: 'new_group', group_id: groups[1] ?? '' })
    const since = socket.frames.length
    await socket.send({ event: 'check_groups' })
    const { group_ids } = (await socket.next({ event: 'unread_groups' }, since)) as { group_ids: string[] }
    expect([...group_ids].sort()).toEqual([...groups].sort())
    await socket.close()
  })

  test('the page of a chat shows the history, messages and who types', async () => {
    const [mine, theirs] = [
      await opened(ann, `/api/v1/chats/chat/${chat}`),
      await opened(ben, `/api/v1/chats/chat/${chat}`),
    ]
    expect(mine.messages.at(-1)).toMatchObject({ text: 'Привет', sender_name: 'ann', is_read: true })
    expect(mine.messages.at(-1)?.created_at).toMatch(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d$/)
    await theirs.socket.send({ event: 'typing', sender_id: ben.userId, chat_id: chat })
    await mine.socket.next({ event: 'typing', sender_id: ben.userId, sender_name: 'ben' })
    await Promise.all([mine.socket.close(), theirs.socket.close()])
  })

  test('C9: the page of a public group shows its history to whoever is logged in, who then joins', async () => {
    const own = await opened(ann, `/api/v1/groups/${group}`)
    await own.socket.send({ event: 'post', text: 'Объявление' })
    await own.socket.next({ event: 'message', text: 'Объявление' })
    const before = await opened(eve, `/api/v1/groups/${group}`)
    expect(before.messages.map(({ text }) => text)).toContain('Объявление')
    await before.socket.send({ event: 'post', text: 'Можно?' })
    await before.socket.next({ event: 'error' })
    expect((await eve.form(`/api/v1/groups/${group}/join`, {}, browser)).status).toBe(303)
    const joined = await opened(eve, `/api/v1/groups/${group}`)
    await own.socket.send({ event: 'post', text: 'Добро пожаловать' })
    await joined.socket.next({ event: 'message', text: 'Добро пожаловать' })
    expect((await eve.form(`/api/v1/groups/${group}/leave`, {}, browser)).status).toBe(303)
    expect(await joined.socket.closed).toBe(1008)
    await Promise.all([own.socket.close(), before.socket.close()])
    expect(await new Visitor(base).socket(`/api/v1/groups/${group}`).closed).toBe(1008)
  })

  test('its page of all chats logs out', async () => {
    const carl = await signUp('carla')
    expect((await carl.form('/api/v1/auth/logout/', {}, browser)).status).toBe(303)
    expect(carl.cookies.has('access_token')).toBe(false)
  })

  test('differs: an unknown email', async () => {
    const fields = { email: `nobody_${suffix}@example.com`, password: 'password123' }
    const refused = await new Visitor(base).form('/api/v1/auth/login', fields)
    const known = await new Visitor(base).form('/api/v1/auth/login', {
      email: `ann_${suffix}@example.com`,
      password: 'password124',
    })
    expect([refused.status, await refused.json()]).toEqual([401, await known.json()])
  })

  test('differs: posts before joining', async () => {
    const [own, guest] = [
      await opened(ann, `/api/v1/groups/${group}`),
      await opened(eve, `/api/v1/groups/${group}`),
    ]
    await own.socket.send({ event: 'post', text: 'Для своих' })
    await own.socket.next({ event: 'message', text: 'Для своих' })
    await guest.socket.send({ event: 'dance' })
    await guest.socket.next({ event: 'error' })
    expect(guest.socket.frames).toHaveLength(2)
    await Promise.all([own.socket.close(), guest.socket.close()])
  })

  test('differs: a private group', async () => {
    const made = await makeGroup('private')
    expect(await eve.socket(`/api/v1/groups/${made}`).closed).toBe(1008)
    expect(await eve.socket(`/api/v1/chats/chat/${chat}`).closed).toBe(1008)
    expect((await eve.form(`/api/v1/groups/${made}/join`)).status).toBe(404)
  })

  test('differs: a group of two', async () => {
    const news = await status(eve)
    await ann.form('/api/v1/chats/create', { chat_type: 'group', participants: eve.userId })
    expect(await news.next({ event: 'new_chat' })).toMatchObject({ chat_name: 'ann, eve' })
    await news.close()
  })

  test('differs: the same chat again', async () => {
    const again = { chat_type: 'personal', participants: ann.userId }
    expect((await ben.form('/api/v1/chats/create', again)).status).toBe(303)
    const mine = await opened(ben, `/api/v1/chats/chat/${chat}`)
    expect(mine.messages.map(({ text }) => text)).toContain('Привет')
    await mine.socket.close()
  })

  test('differs: the name of a group chat', async () => {
    const news = await status(ben)
    const participants = `${ben.userId},${eve.userId}`
    await ann.form('/api/v1/chats/create', { chat_type: 'group', participants })
    expect(await news.next({ event: 'new_chat' })).toMatchObject({ chat_name: 'ann, ben, eve' })
    await news.close()
  })

  test('differs: the sender of a frame', async () => {
    const { socket } = await opened(ann, `/api/v1/chats/chat/${chat}`)
    await socket.send({ event: 'message', sender_id: ben.userId, chat_id: chat, text: 'Я не Бен' })
    expect(await socket.next({ event: 'message' })).toMatchObject({ sender_id: ann.userId })
    await socket.close()
  })

  test('differs: the email of a stranger', async () => {
    const [dora, news] = [await signUp('dora'), await status(ann)]
    await dora.form('/api/v1/chats/create', { chat_type: 'personal', participants: ann.userId })
    const { chat_id } = await news.next({ event: 'new_chat' })
    const [mine, theirs] = [
      await opened(ann, `/api/v1/chats/chat/${chat_id}`),
      await opened(dora, `/api/v1/chats/chat/${chat_id}`),
    ]
    await theirs.socket.send({ event: 'message', text: 'Кто здесь?' })
    const told = await mine.socket.next({ event: 'message' })
    expect([told.sender_id, told.sender_email]).toEqual([
      dora.userId,
      expect.stringMatching(/^\d+@users\.invalid$/),
    ])
    await Promise.all([news, mine.socket, theirs.socket].map((socket) => socket.close()))
  })

  test('differs: what a reading takes along', async () => {
    const [own, other] = [
      await opened(ann, `/api/v1/chats/chat/${chat}`),
      await opened(ben, `/api/v1/chats/chat/${chat}`),
    ]
    const texts = ['раз', 'два', 'три']
    for (const text of texts) {
      await own.socket.send({ event: 'message', text })
      await other.socket.next({ event: 'message', text })
    }
    const { id } = await other.socket.next({ event: 'message', text: 'два' })
    await other.socket.send({ event: 'read', message_id: id, user_id: ben.userId })
    await own.socket.next({ event: 'read', message_id: String(id) })
    const { messages } = await opened(ann, `/api/v1/chats/chat/${chat}`)
    expect(messages.slice(0, 3).map(({ text, is_read }) => [text, is_read])).toEqual([
      ['три', false],
      ['два', true],
      ['раз', true],
    ])
    await Promise.all([own.socket.close(), other.socket.close()])
  })

  test('differs: reading what is read', async () => {
    const { socket } = await opened(ann, `/api/v1/chats/chat/${chat}`)
    await socket.send({ event: 'message', text: 'своё' })
    const { id } = await socket.next({ event: 'message', text: 'своё' })
    const since = socket.frames.length
    await socket.send({ event: 'read', message_id: id, user_id: ann.userId })
    await socket.send({ event: 'dance' })
    await socket.next({ event: 'error' }, since)
    expect(socket.frames).toHaveLength(since + 1)
    await socket.close()
  })
})
