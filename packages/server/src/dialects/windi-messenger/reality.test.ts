// The program that the document came from: what its suite, its page and its command for test data ask for and expect, call by call.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { applyDemo } from '../kit/demo.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { demo } from './demo.ts'
import { Door, type WindiPerson } from './test/door.ts'

const name = 'windi-messenger'
const nobody = '00000000-0000-4000-8000-000000000000'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

describe.each([
  ['below the prefix', 'a'],
  ['on its own port', 'b'],
])('D1: %s', (place, suffix) => {
  let door: Door
  let ann: WindiPerson
  let ben: WindiPerson
  let eve: WindiPerson
  let chat: string
  let group: string

  beforeAll(async () => {
    const root =
      place === 'on its own port'
        ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
        : `${server.url}/compat/${name}`
    door = new Door(root)
    ann = await door.arrive(`Ann-${suffix}`)
    ben = await door.arrive(`Ben-${suffix}`)
    eve = await door.arrive(`Eve-${suffix}`)
    chat = await door.chat(ann, ben)
    const made = await door.call('POST', '/groups', ann.token, { title: 'Group', member_ids: [ben.id] })
    group = made.body.id
  })

  describe('its suite', () => {
    test('registers once, and logs in', async () => {
      const account = { name: 'Test User', email: `test_${suffix}@example.com`, password: 'password123' }
      const made = await door.call('POST', '/auth/register', undefined, account)
      expect([made.status, made.body.id]).toEqual([201, expect.any(String)])
      expect((await door.call('POST', '/auth/register', undefined, account)).status).toBe(409)
      const { email, password } = account
      const login = await door.call('POST', '/auth/login', undefined, { email, password })
      expect([login.status, login.body]).toEqual([200, { access_token: expect.any(String) }])
    })

    test('finds a new personal chat in the list', async () => {
      const other = await door.arrive(`Other-${suffix}`)
      const made = await door.call('POST', '/chats', ann.token, { user_id: other.id })
      expect([made.status, made.body.type]).toEqual([201, 'personal'])
      const { status, body } = await door.call('GET', '/chats', ann.token)
      expect([status, body.find(({ id }: { id: string }) => id === made.body.id)]).toEqual([200, made.body])
    })

    test('makes a group of nobody else, and reads a history that is empty', async () => {
      const made = await door.call('POST', '/groups', ann.token, { title: 'Test Group', member_ids: [] })
      expect([made.status, made.body.title]).toEqual([201, 'Test Group'])
      const history = await door.call('GET', `/messages/history/${chat}`, ben.token)
      expect([history.status, history.body]).toEqual([200, []])
    })

    test('is answered when it joins a chat that is none', async () => {
      const socket = door.socket(ann.token)
      await socket.send({ action: 'join_chat', chat_id: '00000000-0000-0000-0000-000000000000' })
      await expect.poll(() => socket.frames.length).toBe(1)
      await socket.close()
    })
  })

  describe('its schemas', () => {
    test.each([1, 128])('take a name of %i letters', async (length) => {
      const account = {
        name: 'Ж'.repeat(length),
        email: `name_${length}_${suffix}@example.com`,
        password: 'password123',
      }
      const made = await door.call('POST', '/auth/register', undefined, account)
      expect([made.status, made.body.name]).toEqual([201, account.name])
    })

    test('refuse one of 129, and a group without a title', async () => {
      const account = { name: 'x'.repeat(129), email: `long_${suffix}@example.com`, password: 'password123' }
      expect((await door.call('POST', '/auth/register', undefined, account)).status).toBe(422)
      expect((await door.call('POST', '/groups', ann.token, { title: '' })).status).toBe(422)
    })
  })

  describe('its errors', () => {
    test('tell no token from a bad one', async () => {
      for (const [method, path] of [
        ['GET', '/chats'],
        ['POST', '/chats'],
        ['POST', '/groups'],
        ['GET', `/groups/${nobody}`],
        ['GET', `/messages/history/${nobody}`],
      ] as const) {
        const without = await door.call(method, path)
        expect([without.status, without.body]).toEqual([403, { detail: 'Not authenticated' }])
        const bad = await door.call(method, path, 'bad')
        expect([bad.status, bad.body]).toEqual([401, { detail: 'Invalid token' }])
      }
    })

    test('are those of its table', async () => {
      const oneself = await door.call('POST', '/chats', ann.token, { user_id: ann.id })
      expect([oneself.status, oneself.body]).toEqual([400, { detail: 'Invalid chat participant' }])
      const twice = await door.call('POST', '/chats', ben.token, { user_id: ann.id })
      expect([twice.status, twice.body]).toEqual([409, { detail: 'Chat already exists' }])
      const none = await door.call('POST', '/chats', ann.token, { user_id: nobody })
      expect([none.status, none.body]).toEqual([404, { detail: 'User not found' }])
      const history = await door.call('GET', `/messages/history/${nobody}`, ann.token)
      expect([history.status, history.body]).toEqual([404, { detail: 'Chat not found' }])
      const missing = await door.call('GET', `/groups/${nobody}`, ann.token)
      expect([missing.status, missing.body]).toEqual([404, { detail: 'Group not found' }])
      const path = `/groups/${group}/members`
      expect((await door.call('POST', path, ben.token, { user_ids: [eve.id] })).status).toBe(403)
      const creator = await door.call('DELETE', path, ann.token, { user_ids: [ann.id] })
      expect([creator.status, creator.body]).toEqual([403, { detail: 'Cannot remove group creator' }])
      expect((await door.call('DELETE', `/groups/${group}`, ben.token)).status).toBe(403)
    })
  })

  test('its documentation is below the prefix of its calls too', async () => {
    for (const path of ['/docs', '/redoc', '/api/v1/docs', '/api/v1/redoc']) {
      expect([path, (await door.call('GET', path)).status]).toEqual([path, 200])
    }
    const openapi = await door.call('GET', '/api/v1/openapi.json')
    expect([openapi.status, openapi.body.paths['/chats']]).toEqual([200, expect.any(Object)])
    expect(openapi.body.paths['/chats'].get.responses).toHaveProperty('403')
  })

  test('a personal chat is called after both, the same for both', async () => {
    for (const { token } of [ann, ben]) {
      const { body } = await door.call('GET', '/chats', token)
      const found = body.find(({ id }: { id: string }) => id === chat)
      expect(found.name).toBe(`Чат ${ann.name} и ${ben.name}`)
    }
  })

  describe('its page', () => {
    /** As the page makes them: the time and a number. */
    const key = () => `${Date.now()}-${Math.floor(Math.random() * 1_000_000)}`

    test('sends with a key, finds its own message by it, and sees who types and reads', async () => {
      const own = await door.join(ann.token, chat)
      const theirs = await door.join(ben.token, chat)
      await theirs.send({ action: 'typing', chat_id: chat })
      await own.next({ event: 'typing', user_name: ben.name })
      const idempotency_key = key()
      await own.send({ action: 'send_message', chat_id: chat, text: 'Привет', idempotency_key })
      const told = await own.next({ event: 'new_message', data: { idempotency_key, sender: { id: ann.id } } })
      const { id: message_id, created_at } = told.data as { id: string; created_at: string }
      expect(Date.parse(created_at)).not.toBeNaN()
      await theirs.next({ event: 'new_message', data: { id: message_id, text: 'Привет' } })
      await theirs.send({ action: 'message_read', chat_id: chat, message_id })
      await own.next({ event: 'message_read', data: { chat_id: chat, message_id, user_id: ben.id } })
      await Promise.all([own.close(), theirs.close()])
    })

    test('in a second window hears what the first joined, until one of them leaves', async () => {
      const first = await door.join(ben.token, group)
      const second = door.socket(ben.token)
      const own = await door.join(ann.token, group)
      const say = (text: string) =>
        own.send({ action: 'send_message', chat_id: group, text, idempotency_key: key() })
      await second.opened
      // An answer shows that the server has let it in.
      await second.send({ action: 'dance' })
      await second.next({ error: 'Unknown action' })
      await say('to both')
      await second.next({ event: 'new_message', data: { text: 'to both' } })
      await first.next({ event: 'new_message', data: { text: 'to both' } })
      await second.send({ action: 'leave_chat', chat_id: group })
      await second.next({ status: 'left', chat_id: group })
      await say('to none')
      await own.next({ event: 'new_message', data: { text: 'to none' } })
      await first.send({ action: 'join_chat', chat_id: group })
      await first.next({ status: 'joined' }, 2)
      expect(JSON.stringify([first.frames, second.frames])).not.toContain('to none')
      // The first window goes; what it joined stays for the other.
      await first.close()
      await say('to the second')
      await second.next({ event: 'new_message', data: { text: 'to the second' } })
      await second.close()
      const again = door.socket(ben.token)
      await again.send({ action: 'dance' })
      await again.next({ error: 'Unknown action' })
      await say('to nobody')
      await own.next({ event: 'new_message', data: { text: 'to nobody' } })
      expect(again.frames).toHaveLength(1)
      await Promise.all([again.close(), own.close()])
    })

    test('that of somebody else hears nothing by it, nor one of a person who was taken out', async () => {
      const own = await door.join(ann.token, group)
      const [first, second] = [await door.join(ben.token, group), door.socket(ben.token)]
      const spy = door.socket(eve.token)
      for (const socket of [second, spy]) {
        await socket.send({ action: 'dance' })
        await socket.next({ error: 'Unknown action' })
      }
      const path = `/groups/${group}/members`
      expect((await door.call('DELETE', path, ann.token, { user_ids: [ben.id] })).status).toBe(200)
      expect((await door.call('POST', path, ann.token, { user_ids: [ben.id] })).status).toBe(200)
      await own.send({ action: 'send_message', chat_id: group, text: 'unheard' })
      await own.next({ event: 'new_message', data: { text: 'unheard' } })
      for (const socket of [first, second, spy]) {
        await socket.send({ action: 'dance' })
        await socket.next({ error: 'Unknown action' }, 1)
        expect(JSON.stringify(socket.frames)).not.toContain('unheard')
      }
      await Promise.all([own, first, second, spy].map((socket) => socket.close()))
    })

    test('is closed with 4001 without a token, and with a bad one', async () => {
      const without = new SocketClient(`${door.base}/ws`)
      expect(await Promise.all([without.closed, door.socket('bad').closed])).toEqual([4001, 4001])
    })
  })

  test('its test data has the people, the chat and the group', async () => {
    await applyDemo(server.app.ports, demo)
    const people = []
    for (const who of ['alice', 'bob', 'charlie', 'david']) {
      const account = { email: `${who}@example.com`, password: 'password123' }
      const { body } = await door.call('POST', '/auth/login', undefined, account)
      const chats = (await door.call('GET', '/chats', body.access_token)).body
      people.push(chats.map((one: { name: string }) => one.name).sort())
    }
    const both = ['Группа 1', 'Чат Alice и Bob']
    expect(people).toEqual([both, both, ['Группа 1'], ['Группа 1']])
  })

  test('differs: a message without a key', async () => {
    const own = await door.join(ann.token, chat)
    await own.send({ action: 'send_message', chat_id: chat, text: 'as the document has it' })
    await own.next({ event: 'new_message', data: { idempotency_key: null } })
    await own.close()
  })

  test('differs: a stranger’s group', async () => {
    const real = await door.call('GET', `/groups/${group}`, eve.token)
    const none = await door.call('GET', `/groups/${nobody}`, eve.token)
    expect([real.status, real.body]).toEqual([404, none.body])
  })

  test('differs: joining a stranger’s chat', async () => {
    const spy = door.socket(eve.token)
    for (const action of ['join_chat', 'typing']) {
      const before = spy.frames.length
      await spy.send({ action, chat_id: chat })
      await spy.next({ error: 'Chat not found' }, before)
    }
    await spy.close()
  })

  test('differs: the email of a stranger', async () => {
    const made = await door.call('POST', '/groups', eve.token, { title: 'Group', member_ids: [ann.id] })
    const other = made.body.members.find(({ user }: { user: { id: string } }) => user.id === ann.id)
    expect(other.user.email).toMatch(/^\d+@users\.invalid$/)
  })

  test('differs: a token in the header', async () => {
    const socket = new SocketClient(`${door.base}/ws`, { headers: { authorization: `Bearer ${ann.token}` } })
    await socket.send({ action: 'join_chat', chat_id: chat })
    await socket.next({ status: 'joined' })
    await socket.close()
  })

  test('differs: what is read', async () => {
    const [first] = (await door.call('GET', `/messages/history/${chat}`, ann.token)).body
    expect([first.text, first.is_read, first.read_at]).toEqual(['Привет', true, expect.any(String)])
  })

  test('differs: a long title', async () => {
    const made = await door.call('POST', '/groups', ann.token, { title: 'x'.repeat(101), member_ids: [] })
    expect(made.status).toBe(201)
  })
})
