// The program that the document came from: what its calls take and answer, one after the other, as its source has them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { ContractClient } from './test/contract.ts'

const name = 'messenger-api'
const nobody = 99_999_999

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ dialects: { enabled: [name], ports: { [name]: 0 } } })
})
afterAll(() => server?.stop())

type Person = Awaited<ReturnType<ContractClient['signUp']>>

describe.each([
  ['below the prefix', 'a'],
  ['on its own port', 'b'],
])('D1: %s', (place, suffix) => {
  let base: string
  let client: ContractClient
  let ann: Person
  let ben: Person
  let eve: Person
  let group: number

  const make = (person: Person, body: object) =>
    client.call('POST /api/v1/chats', { token: person.token, body })
  const idsOf = (chat: { participants: { user_id: number }[] }) =>
    chat.participants.map(({ user_id }) => user_id).sort((one, other) => one - other)

  beforeAll(async () => {
    base =
      place === 'on its own port'
        ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
        : `${server.url}/compat/${name}`
    client = new ContractClient(base)
    ann = await client.signUp(`ann_${suffix}`)
    ben = await client.signUp(`ben_${suffix}`)
    eve = await client.signUp(`eve_${suffix}`)
    group = (await make(ann, { name: 'Друзья', is_group: true, participant_ids: [ben.id] })).body.id
  })

  describe('users', () => {
    test('are registered, looked up, changed and listed', async () => {
      const account = {
        email: `new_${suffix}@example.com`,
        username: `new_${suffix}`,
        password: 'password123',
      }
      const made = await client.call('POST /api/v1/users', { body: account })
      expect([made.status, made.body]).toEqual([
        201,
        {
          id: expect.any(Number),
          email: account.email,
          username: account.username,
          is_active: true,
          created_at: expect.any(String),
        },
      ])
      for (const again of [
        { ...account, username: `${account.username}_2` },
        { ...account, email: `2${account.email}` },
      ]) {
        expect((await client.call('POST /api/v1/users', { body: again })).status).toBe(400)
      }
      const query = '?skip=0&limit=100'
      const list = await client.call('GET /api/v1/users', { token: ann.token, query })
      expect(list.body.map(({ id }: { id: number }) => id)).toContain(made.body.id)
      const tooMany = await client.call('GET /api/v1/users', { token: ann.token, query: '?limit=101' })
      expect(tooMany.status).toBe(422)
      const none = await client.call('GET /api/v1/users/{user_id}', { token: ann.token, values: [nobody] })
      expect(none.status).toBe(404)
    })

    test.each(['a-b', 'ab', 'x'.repeat(51), 'с пробелом'])('cannot be called %s', async (username) => {
      const account = { email: `odd_${suffix}@example.com`, username, password: 'password123' }
      expect((await client.call('POST /api/v1/users', { body: account })).status).toBe(422)
    })

    test('log in, and refresh with the refresh token alone', async () => {
      const { email, password } = ann.account
      const login = await client.call('POST /api/v1/users/login', { body: { email, password } })
      expect([login.status, login.body.token_type]).toEqual([200, 'bearer'])
      const wrong = await client.call('POST /api/v1/users/login', {
        body: { email, password: 'password124' },
      })
      expect(wrong.status).toBe(401)
      const pair = await client.call('POST /api/v1/users/refresh', { token: login.body.refresh_token })
      expect([pair.status, Object.keys(pair.body).sort()]).toEqual([
        200,
        ['access_token', 'refresh_token', 'token_type'],
      ])
      expect((await client.call('POST /api/v1/users/refresh', { token: ann.token })).status).toBe(403)
      const elsewhere = await client.call('GET /api/v1/chats', { token: pair.body.refresh_token })
      expect(elsewhere.status).toBe(403)
    })

    test('change and delete nobody else', async () => {
      const parts = { token: ann.token, values: [ben.id] }
      expect((await client.call('PUT /api/v1/users/{user_id}', { ...parts, body: {} })).status).toBe(403)
      expect((await client.call('DELETE /api/v1/users/{user_id}', parts)).status).toBe(403)
    })
  })

  test('no token is 401, one that is no good 403', async () => {
    for (const line of ['GET /api/v1/chats', 'POST /api/v1/chats', 'POST /api/v1/users/refresh']) {
      const without = await client.call(line)
      expect([line, without.status, without.body]).toEqual([line, 401, { detail: 'Not authenticated' }])
      expect(without.headers.get('www-authenticate')).toBe('Bearer')
      const bad = await client.call(line, { token: 'bad' })
      expect([line, bad.status, bad.body]).toEqual([line, 403, { detail: 'Could not validate credentials' }])
    }
  })

  test('what is refused is said in the language of the contract', async () => {
    const { token } = ann
    const direct = (await make(ann, { participant_ids: [ben.id] })).body.id
    const add = 'POST /api/v1/chats/{chat_id}/participants/{user_id}'
    const get = 'GET /api/v1/chats/{chat_id}'
    const answers = await Promise.all([
      client.call(get, { token, values: [nobody] }),
      client.call('GET /api/v1/chats/{chat_id}/messages', { token: eve.token, values: [group] }),
      client.call(add, { token, values: [direct, eve.id] }),
      client.call(add, { token, values: [group, nobody] }),
      client.call(add, { token, values: [nobody, eve.id] }),
      client.call('PUT /api/v1/users/{user_id}', { token, values: [eve.id], body: {} }),
      client.call('POST /api/v1/users', { body: ann.account }),
      client.call('POST /api/v1/users/login', { body: { ...ann.account, password: 'password124' } }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 403, 400, 404, 404, 403, 400, 401])
    for (const { body } of answers) expect(body.detail).toMatch(/^[А-ЯЁ][^A-Z]+$|^Email [а-яё ]+$/)
  })

  test('its document is below the prefix of its calls', async () => {
    const { status, body } = await client.call('GET /api/v1/openapi.json')
    expect([status, body.paths['/api/v1/chats']]).toEqual([200, expect.any(Object)])
  })

  describe('chats', () => {
    test('leave out participants who are nobody', async () => {
      const made = await make(ann, {
        name: 'Группа',
        is_group: true,
        participant_ids: [nobody, ben.id, ann.id],
      })
      expect([made.status, idsOf(made.body)]).toEqual([201, [ann.id, ben.id]])
      const direct = await make(ann, { participant_ids: [ben.id, nobody] })
      expect([direct.status, direct.body.is_group, idsOf(direct.body)]).toEqual([
        201,
        false,
        [ann.id, ben.id],
      ])
    })

    test('of two have no name', async () => {
      const made = await make(ann, { participant_ids: [ben.id] })
      expect([made.status, made.body.name, made.body.last_message]).toEqual([201, null, null])
      const seen = await client.call('GET /api/v1/chats/{chat_id}', {
        token: ben.token,
        values: [made.body.id],
      })
      expect(seen.body).toEqual(made.body)
    })

    test('called the same are two', async () => {
      const body = { name: 'Дважды', is_group: true, participant_ids: [ben.id] }
      const [one, other] = [await make(ann, body), await make(ann, body)]
      expect(one.body.id).not.toBe(other.body.id)
      expect([one.body.name, other.body.name]).toEqual(['Дважды', 'Дважды'])
    })

    test('take participants in by body and by path, and let them go', async () => {
      const { token } = ann
      const byPath = 'POST /api/v1/chats/{chat_id}/participants/{user_id}'
      for (let times = 0; times < 2; times += 1) {
        const added = await client.call(byPath, { token, values: [group, eve.id] })
        expect([added.status, added.body]).toEqual([200, { message: expect.stringMatching(/[а-я]/) }])
      }
      const left = await client.call('DELETE /api/v1/chats/{chat_id}/participants/{user_id}', {
        token: eve.token,
        values: [group, eve.id],
      })
      expect([left.status, left.body]).toEqual([200, { message: expect.stringMatching(/[а-я]/) }])
      const gone = await client.call('GET /api/v1/chats/{chat_id}', { token: eve.token, values: [group] })
      expect(gone.status).toBe(403)
    })
  })

  test('the socket carries messages both ways, and a reading to the sender', async () => {
    const [own, theirs] = [client.connect(group, ann.token), client.connect(group, ben.token)]
    await Promise.all([own.opened, theirs.opened])
    await own.send({ type: 'message', text: 'Привет' })
    const told = await theirs.next({ type: 'message' })
    expect(told.data).toMatchObject({ chat_id: group, sender_id: ann.id, text: 'Привет', read_by: [] })
    await theirs.send({ type: 'read', message_id: (told.data as { id: string }).id })
    const read = await own.next({ type: 'read', data: { reader_id: ben.id } })
    expect(Object.keys(read.data as object).sort()).toEqual(['message_id', 'read_at', 'reader_id'])
    const history = await client.call('GET /api/v1/chats/{chat_id}/messages', {
      token: ann.token,
      values: [group],
    })
    expect(history.body.at(-1).read_by).toEqual([
      { user_id: ben.id, username: ben.account.username, read_at: expect.any(String) },
    ])
    await Promise.all([own.close(), theirs.close()])
  })

  test('the socket is closed with 1008 for strangers, and with a bad token', async () => {
    expect(await client.connect(group, eve.token).closed).toBe(1008)
    expect(await client.connect(group, 'bad').closed).toBe(1008)
    expect(await client.connect(nobody, ann.token).closed).toBe(1008)
  })

  test('differs: who adds people', async () => {
    const values = [group, eve.id]
    const line = 'POST /api/v1/chats/{chat_id}/participants/{user_id}'
    expect((await client.call(line, { token: ben.token, values })).status).toBe(403)
  })

  test('differs: a chat of several people', async () => {
    const made = await make(ann, { is_group: false, participant_ids: [ben.id, eve.id] })
    const names = [ann, ben, eve].map(({ account }) => account.username).join(', ')
    expect([made.status, made.body.is_group, made.body.name]).toEqual([201, true, names])
  })

  test('differs: the same chat again', async () => {
    const one = await make(ann, { participant_ids: [ben.id] })
    const again = await make(ben, { name: 'Вдвоём', participant_ids: [ann.id] })
    expect([again.body.id, again.body.name]).toEqual([one.body.id, null])
  })

  test('differs: removing others', async () => {
    const made = await make(ann, { name: 'Кто куда', is_group: true, participant_ids: [ben.id, eve.id] })
    const line = 'DELETE /api/v1/chats/{chat_id}/participants/{user_id}'
    const values = [made.body.id, eve.id]
    expect((await client.call(line, { token: ben.token, values })).status).toBe(403)
    expect((await client.call(line, { token: ann.token, values })).status).toBe(200)
  })

  test('differs: people for strangers', async () => {
    expect((await client.call('GET /api/v1/users')).status).toBe(401)
    expect((await client.call('GET /api/v1/users/{user_id}', { values: [ann.id] })).status).toBe(401)
    const seen = await client.call('GET /api/v1/users/{user_id}', { token: ann.token, values: [eve.id] })
    expect(seen.body.email).toBe(`${eve.id}@users.invalid`)
  })

  test('differs: what a token says', () => {
    const claims = JSON.parse(Buffer.from(ann.token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toMatch(/^[\da-f-]{36}$/)
  })

  test('differs: a wrong frame', async () => {
    const socket = client.connect(group, ann.token)
    for (const frame of [{ type: 'message' }, { type: 'message', text: '' }, { type: 'dance' }]) {
      const before = socket.frames.length
      await socket.send(frame)
      await socket.next({ type: 'error' }, before)
    }
    await socket.close()
  })

  test('differs: leaving a chat of two', async () => {
    const made = await make(ann, { participant_ids: [eve.id] })
    const values = [made.body.id, ann.id]
    const line = 'DELETE /api/v1/chats/{chat_id}/participants/{user_id}'
    expect((await client.call(line, { token: ann.token, values })).status).toBe(400)
  })

  test('differs: leaving twice', async () => {
    const made = await make(ann, { name: 'Туда', is_group: true, participant_ids: [ben.id] })
    const line = 'DELETE /api/v1/chats/{chat_id}/participants/{user_id}'
    const leave = () => client.call(line, { token: ben.token, values: [made.body.id, ben.id] })
    expect([(await leave()).status, (await leave()).status]).toEqual([200, 403])
  })

  test('differs: reading one’s own', async () => {
    const socket = client.connect(group, ann.token)
    await socket.send({ type: 'message', text: 'своё' })
    const { data } = await socket.next({ type: 'message', data: { text: 'своё' } })
    const since = socket.frames.length
    await socket.send({ type: 'read', message_id: (data as { id: string }).id })
    await socket.send({ type: 'dance' })
    await socket.next({ type: 'error' }, since)
    expect(socket.frames).toHaveLength(since + 1)
    await socket.close()
  })
})
