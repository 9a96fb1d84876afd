// Walks the document of Messenger API from top to bottom, below its prefix and on a port of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { type Frame, SocketClient } from '../kit/test/socket-client.ts'
import { ContractClient, listedCalls, messageFrame, readFrame, socketPath } from './test/contract.ts'

const name = 'messenger-api'
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

test('the document lists the calls and frames that are walked here', () => {
  expect(listedCalls).toHaveLength(13)
  expect(socketPath).toBe('/ws/{chat_id}?token=access_token')
  expect([JSON.parse(messageFrame).type, JSON.parse(readFrame).type]).toEqual(['message', 'read'])
})

describe.each(['below the prefix', 'on its own port'])('D1: %s', (place) => {
  const base = () =>
    place === 'on its own port'
      ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
      : `${server.url}/compat/${name}`
  const suffix = place === 'on its own port' ? '2' : ''
  const tokens = new Map<string, string>()
  const ids = new Map<string, number>()
  const id = (of: string) => ids.get(of) ?? 0
  const as = (user: string) => tokens.get(user) ?? ''
  const account = (user: string) => ({
    email: `${user}${suffix}@example.com`,
    username: user + suffix,
    password: 'password123',
  })
  let client: ContractClient
  beforeAll(() => {
    client = new ContractClient(base())
  })
  const call: ContractClient['call'] = (line, parts) => client.call(line, parts)
  const connect: ContractClient['connect'] = (chat, token) => client.connect(chat, token)

  test('POST /api/v1/users registers', async () => {
    for (const user of ['alice', 'bob', 'carol']) {
      const { status, body } = await call('POST /api/v1/users', { body: account(user) })
      const { email, username } = account(user)
      expect([status, body]).toEqual([
        201,
        { id: expect.any(Number), email, username, is_active: true, created_at: time },
      ])
      ids.set(user, body.id)
    }
    const sameName = { ...account('alice'), email: `other${suffix}@example.com` }
    const sameEmail = { ...account('ALICE'), username: `other${suffix}` }
    for (const body of [sameName, sameEmail]) {
      const taken = await call('POST /api/v1/users', { body })
      expect([taken.status, taken.body]).toEqual([
        400,
        { detail: 'Такой email или такое имя пользователя уже заняты' },
      ])
    }
    const wrong = await call('POST /api/v1/users', {
      body: { email: 'none', username: 'a-b', password: 'short' },
    })
    expect(wrong.status).toBe(422)
    expect(wrong.body.detail.map((fault: { loc: string[] }) => fault.loc)).toEqual([
      ['body', 'email'],
      ['body', 'username'],
      ['body', 'password'],
    ])
  })

  test('POST /api/v1/users/login gives a pair of tokens', async () => {
    for (const user of ['alice', 'bob', 'carol']) {
      const { email, password } = account(user)
      const { status, body } = await call('POST /api/v1/users/login', { body: { email, password } })
      expect([status, body]).toEqual([
        200,
        { access_token: expect.any(String), refresh_token: expect.any(String), token_type: 'bearer' },
      ])
      tokens.set(user, body.access_token)
      tokens.set(`${user}'s refresh`, body.refresh_token)
    }
    const wrong = await call('POST /api/v1/users/login', {
      body: { email: account('alice').email, password: 'password124' },
    })
    expect([wrong.status, wrong.body]).toEqual([401, { detail: 'Email или пароль не подходят' }])
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('POST /api/v1/users/refresh takes the refresh token, which is good for nothing else', async () => {
    const { status, body } = await call('POST /api/v1/users/refresh', { token: as("carol's refresh") })
    expect([status, Object.keys(body)]).toEqual([200, ['access_token', 'refresh_token', 'token_type']])
    expect(body.refresh_token).not.toBe(as("carol's refresh"))
    tokens.set('carol', body.access_token)
    expect((await call('POST /api/v1/users/refresh', { token: as('carol') })).status).toBe(403)
    expect((await call('POST /api/v1/users/refresh')).status).toBe(401)
    const elsewhere = await call('GET /api/v1/chats', { token: body.refresh_token })
    expect([elsewhere.status, elsewhere.body]).toEqual([403, { detail: 'Could not validate credentials' }])
  })

  test('GET /api/v1/users lists people, page by page', async () => {
    const all = await call('GET /api/v1/users', { token: as('alice') })
    const everyone = all.body.map((user: { id: number }) => user.id)
    expect(everyone).toEqual(expect.arrayContaining([id('alice'), id('bob'), id('carol')]))
    const page = await call('GET /api/v1/users', { token: as('alice'), query: '?skip=1&limit=2' })
    expect(page.body).toEqual(all.body.slice(1, 3))
    for (const query of ['?limit=101', '?limit=0', '?skip=-1', '?skip=x']) {
      expect((await call('GET /api/v1/users', { token: as('alice'), query })).status).toBe(422)
    }
  })

  test('GET /api/v1/users/{user_id}', async () => {
    const bob = await call('GET /api/v1/users/{user_id}', { token: as('alice'), values: [id('bob')] })
    const { username } = account('bob')
    // Alice and Bob have not written to each other.
    const email = `${id('bob')}@users.invalid`
    expect([bob.status, bob.body]).toEqual([
      200,
      { id: id('bob'), email, username, is_active: true, created_at: time },
    ])
    const none = await call('GET /api/v1/users/{user_id}', { token: as('alice'), values: [99_999_999] })
    expect([none.status, none.body]).toEqual([404, { detail: 'Такого пользователя нет' }])
    const odd = await call('GET /api/v1/users/{user_id}', { token: as('alice'), values: ['me'] })
    expect([odd.status, odd.body.detail[0].loc]).toEqual([422, ['path', 'user_id']])
    expect((await call('GET /api/v1/users/{user_id}', { values: [id('bob')] })).status).toBe(401)
  })

  test('PUT /api/v1/users/{user_id} changes the own account alone', async () => {
    const put = (body: object, token = as('carol'), values = [id('carol')]) =>
      call('PUT /api/v1/users/{user_id}', { token, values, body })
    const email = `caroline${suffix}@example.com`
    const renamed = await put({ email, username: `caroline_${suffix}`, password: null, is_active: true })
    expect([renamed.status, renamed.body.email, renamed.body.username, renamed.body.is_active]).toEqual([
      200,
      email,
      `caroline_${suffix}`,
      true,
    ])
    expect((await put({ password: 'another password' })).status).toBe(200)
    const again = await call('POST /api/v1/users/login', { body: { email, password: 'another password' } })
    expect(again.status).toBe(200)
    expect((await put({ username: account('alice').username })).status).toBe(400)
    expect((await put({ password: 'short' })).status).toBe(422)
    expect((await put({}, as('carol'), [id('bob')])).status).toBe(403)
    expect((await put({}, as('carol'), [99_999_999])).status).toBe(403)
  })

  test('PUT /api/v1/users/{user_id} with is_active: false ends the sessions until the next login', async () => {
    const body = { ...account('dave') }
    const dave = (await call('POST /api/v1/users', { body })).body.id
    const login = async () => (await call('POST /api/v1/users/login', { body })).body.access_token as string
    const token = await login()
    const rest = await call('PUT /api/v1/users/{user_id}', {
      token,
      values: [dave],
      body: { is_active: false },
    })
    expect([rest.status, rest.body.is_active]).toEqual([200, false])
    expect((await call('GET /api/v1/chats', { token })).status).toBe(403)
    const seen = () => call('GET /api/v1/users/{user_id}', { token: as('alice'), values: [dave] })
    expect((await seen()).body.is_active).toBe(false)
    await login()
    expect((await seen()).body.is_active).toBe(true)
  })

  test('DELETE /api/v1/users/{user_id} deletes the own account alone', async () => {
    const body = account('erin')
    const erin = (await call('POST /api/v1/users', { body })).body.id
    const token = (await call('POST /api/v1/users/login', { body })).body.access_token
    const remove = (values: number[]) => call('DELETE /api/v1/users/{user_id}', { token, values })
    expect((await remove([id('bob')])).status).toBe(403)
    const gone = await remove([erin])
    expect([gone.status, gone.body]).toEqual([204, null])
    expect((await call('GET /api/v1/chats', { token })).status).toBe(403)
    expect((await call('POST /api/v1/users/login', { body })).status).toBe(401)
    const looked = await call('GET /api/v1/users/{user_id}', { token: as('alice'), values: [erin] })
    expect(looked.status).toBe(404)
  })

  test('POST /api/v1/chats makes the direct chat of two, once, and groups of more', async () => {
    const make = (body: object, token = as('alice')) => call('POST /api/v1/chats', { token, body })
    const people = (...names: string[]) =>
      names.map((user) => ({
        user_id: id(user),
        username: user === 'carol' ? `caroline_${suffix}` : user + suffix,
      }))
    const direct = await make({ participant_ids: [id('bob')] })
    expect(direct.status).toBe(201)
    expect(direct.body).toEqual({
      id: expect.any(Number),
      name: null,
      is_group: false,
      created_at: time,
      participants: expect.arrayContaining(people('alice', 'bob')),
      last_message: null,
    })
    ids.set('direct', direct.body.id)
    const again = await make({ is_group: false, participant_ids: [id('alice'), id('bob')] }, as('bob'))
    expect([again.status, again.body.id, again.body.name]).toEqual([201, id('direct'), null])

    const group = await make({ name: 'Рабочий чат', is_group: true, participant_ids: [id('bob')] })
    expect([group.status, group.body.name, group.body.is_group]).toEqual([201, 'Рабочий чат', true])
    ids.set('group', group.body.id)
    const nameless = await make({ participant_ids: [id('bob'), id('carol')] })
    expect([nameless.body.is_group, nameless.body.name]).toEqual([
      true,
      `alice${suffix}, bob${suffix}, caroline_${suffix}`,
    ])
    expect(nameless.body.participants).toEqual(expect.arrayContaining(people('alice', 'bob', 'carol')))
    const unknown = await make({ is_group: true, participant_ids: [id('bob'), 99_999_999] })
    expect([unknown.status, unknown.body.participants]).toEqual([201, people('alice', 'bob')])
    await call('DELETE /api/v1/chats/{chat_id}/participants/{user_id}', {
      token: as('bob'),
      values: [unknown.body.id, id('bob')],
    })
    expect((await make({ name: 'x' })).status).toBe(422)
  })

  test('GET /api/v1/chats and GET /api/v1/chats/{chat_id}', async () => {
    const list = await call('GET /api/v1/chats', { token: as('bob') })
    expect(list.status).toBe(200)
    const chats = list.body.map((chat: { id: number }) => chat.id)
    expect(chats).toHaveLength(3)
    expect(chats).toEqual(expect.arrayContaining([id('direct'), id('group')]))
    const get = (token: string, chat: number) =>
      call('GET /api/v1/chats/{chat_id}', { token, values: [chat] })
    const one = await get(as('bob'), id('direct'))
    expect([one.status, one.body.id, one.body.name]).toEqual([200, id('direct'), null])
    const stranger = await get(as('carol'), id('direct'))
    expect([stranger.status, stranger.body]).toEqual([403, { detail: 'Этот чат вам недоступен' }])
    expect((await get(as('carol'), 99_999_999)).status).toBe(404)
  })

  test('POST /api/v1/chats/{chat_id}/participants adds, in both ways, and DELETE removes', async () => {
    const add = (token: string, chat: number, user: number) =>
      call('POST /api/v1/chats/{chat_id}/participants', { token, values: [chat], body: { user_id: user } })
    const remove = (token: string, chat: number, user: number) =>
      call('DELETE /api/v1/chats/{chat_id}/participants/{user_id}', { token, values: [chat, user] })
    const participants = async () => {
      const { body } = await call('GET /api/v1/chats/{chat_id}', { token: as('bob'), values: [id('group')] })
      return body.participants.map((participant: { user_id: number }) => participant.user_id)
    }
    const added = await add(as('alice'), id('group'), id('carol'))
    expect([added.status, added.body]).toEqual([200, { message: 'Участник добавлен в чат' }])
    expect(await participants()).toEqual([id('alice'), id('bob'), id('carol')])

    expect((await remove(as('bob'), id('group'), id('carol'))).status).toBe(403)
    const left = await remove(as('carol'), id('group'), id('carol'))
    expect([left.status, left.body]).toEqual([200, { message: 'Участник удалён из чата' }])
    expect(await participants()).toEqual([id('alice'), id('bob')])
    // Asking again is no fault; somebody who never was in the chat is one.
    expect((await remove(as('alice'), id('group'), id('carol'))).status).toBe(200)
    expect((await remove(as('alice'), id('group'), 99_999_999)).status).toBe(404)

    const byPath = await call('POST /api/v1/chats/{chat_id}/participants/{user_id}', {
      token: as('alice'),
      values: [id('group'), id('carol')],
    })
    expect([byPath.status, (await participants()).length]).toEqual([200, 3])

    expect((await add(as('alice'), id('direct'), id('carol'))).status).toBe(400)
    expect((await remove(as('alice'), id('direct'), id('alice'))).status).toBe(400)
    expect((await add(as('carol'), id('direct'), id('carol'))).status).toBe(403)
    expect((await add(as('alice'), id('group'), 99_999_999)).status).toBe(404)
  })

  test('the socket carries messages to all, and reads to the sender alone', async () => {
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((user) => connect(id('group'), as(user))) as [
      SocketClient,
      SocketClient,
      SocketClient,
    ]
    await Promise.all([alice.opened, bob.opened, carol.opened])
    await alice.send(messageFrame)
    const frame = await bob.next({ type: 'message' })
    expect(frame).toEqual({
      type: 'message',
      data: {
        id: uuid,
        chat_id: id('group'),
        sender_id: id('alice'),
        text: 'Текст сообщения',
        created_at: time,
        read_by: [],
      },
    })
    expect(await alice.next({ type: 'message' })).toEqual(frame)
    const message = (frame.data as Frame).id as string
    await bob.send(readFrame.replace('"uuid"', JSON.stringify(message)))
    expect(await alice.next({ type: 'read' })).toEqual({
      type: 'read',
      data: { message_id: message, reader_id: id('bob'), read_at: time },
    })
    // Whoever reads everything is told of to the sender of each message, and the others hear nothing of it.
    await bob.send({ type: 'message', text: 'ответ' })
    const answer = (await carol.next({ data: { text: 'ответ' } })).data as Frame
    await carol.send({ type: 'read', message_id: answer.id })
    await bob.next({ type: 'read', data: { message_id: answer.id, reader_id: id('carol') } })
    await alice.next({ type: 'read', data: { message_id: message, reader_id: id('carol') } })
    await Promise.all([alice.close(), bob.close(), carol.close()])
    const reads = (client: SocketClient) => client.frames.filter((told) => told.type === 'read').length
    expect([reads(alice), reads(bob), reads(carol)]).toEqual([2, 1, 0])
  })

  test('GET /api/v1/chats/{chat_id}/messages gives the latest, from old to new, with their readers', async () => {
    const get = (query = '', token = as('alice'), chat = id('group')) =>
      call('GET /api/v1/chats/{chat_id}/messages', { token, values: [chat], query })
    const { status, body } = await get()
    expect([status, body]).toEqual([
      200,
      [
        {
          id: uuid,
          chat_id: id('group'),
          sender_id: id('alice'),
          text: 'Текст сообщения',
          created_at: time,
          read_by: [
            { user_id: id('bob'), username: `bob${suffix}`, read_at: time },
            { user_id: id('carol'), username: `caroline_${suffix}`, read_at: time },
          ],
        },
        expect.objectContaining({
          text: 'ответ',
          read_by: [expect.objectContaining({ user_id: id('carol') })],
        }),
      ],
    ])
    const one = await call('GET /api/v1/chats/{chat_id}', { token: as('alice'), values: [id('group')] })
    expect(one.body.last_message).toEqual(body[1])
    expect((await get('?limit=1')).body).toEqual(body.slice(1))
    expect((await get('?limit=1&offset=1')).body).toEqual(body.slice(0, 1))
    expect((await get('?offset=2')).body).toEqual([])
    expect((await get('?limit=101')).status).toBe(422)
    expect((await get('', as('carol'), id('direct'))).status).toBe(403)
    expect((await get('', as('carol'), 99_999_999)).status).toBe(404)
  })

  test('a deleted message is gone, also as the last one of its chat', async () => {
    const [before] = (
      await call('GET /api/v1/chats/{chat_id}/messages', {
        token: as('alice'),
        values: [id('group')],
        query: '?limit=1',
      })
    ).body
    const socket = connect(id('group'), as('alice'))
    await socket.send({ type: 'message', text: 'лишнее' })
    const { id: message } = (await socket.next({ data: { text: 'лишнее' } })).data as { id: string }
    const deleted = await fetch(`${server.url}/api/v1/messages/${message}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${as('alice')}` },
    })
    expect(deleted.ok).toBe(true)
    const { body } = await call('GET /api/v1/chats', { token: as('alice') })
    const chat = body.find((candidate: { id: number }) => candidate.id === id('group'))
    expect(chat.last_message.id).toBe(before.id)
    await socket.send({ type: 'read', message_id: message })
    await socket.next({ type: 'error', data: { detail: 'Такого сообщения нет' } })
    await socket.close()
  })

  test('a bad token, or no access to the chat, closes the socket with 1008', async () => {
    const sockets = [
      connect(id('group'), 'no token at all'),
      connect(id('direct'), as('carol')),
      connect(99_999_999, as('alice')),
      connect(id('group'), as("alice's refresh")),
      new SocketClient(`${base()}/ws/${id('group')}`),
      new SocketClient(`${base()}/ws/abc?token=${as('alice')}`),
    ]
    for (const socket of sockets) expect(await socket.closed).toBe(1008)
    for (const socket of sockets) expect(socket.frames).toEqual([])
  })

  test('the socket is also below the prefix of the calls', async () => {
    const socket = new SocketClient(`${base()}/api/v1/ws/${id('direct')}/?token=${as('alice')}`)
    await socket.send({ type: 'message', text: 'привет' })
    await socket.next({ type: 'message', data: { chat_id: id('direct'), text: 'привет' } })
    await socket.close()
  })

  test('health says that the service and its database are there, at the root and below the prefix', async () => {
    for (const root of ['', '/api/v1']) {
      const liveness = await fetch(`${base()}${root}/health/liveness`)
      expect([liveness.status, await liveness.json()]).toEqual([200, { status: 'alive' }])
      const readiness = await fetch(`${base()}${root}/health/readiness`)
      expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ready' }])
    }
  })

  test('every call of the document was made', () => {
    expect(listedCalls.filter((line) => !client.walked.has(line))).toEqual([])
  })
})
