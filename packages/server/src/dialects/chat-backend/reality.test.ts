// The program that the document came from: what its calls and frames take and answer, one after the other, as its source has them. Those about
// accounts are in reality-accounts.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from '../../../test/harness.ts'
import { type ProgramClient, type ProgramPerson, password } from './test/program-client.ts'
import { openStage, places } from './test/program-stage.ts'

const nobody = 99_999_999
const ofBefore = '0190a000-0000-7000-8000-000000000000'

describe.each(places)('D1: %s', (place) => {
  let server: TestServer
  let base: string
  let client: ProgramClient
  let ann: ProgramPerson
  let ben: ProgramPerson
  let eve: ProgramPerson
  let chat: number

  const note = () => new File(['Список дел'], 'дела.txt', { type: 'text/plain' })
  const fileAt = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}/${path}`, { headers })
    return { status: response.status, text: await response.text() }
  }

  beforeAll(async () => {
    ;({ server, client, ann, ben, eve } = await openStage(place))
    base = client.base
    chat = await client.chat(ann, ben)
  })
  afterAll(() => server?.stop())

  describe('chats', () => {
    test('of two are made once, whoever asks, and listed for both', async () => {
      const carl = await client.arrive(`Carl`)
      const made = await client.call('POST', '/api/chats', carl.token, { user2_id: ann.id })
      expect([made.status, made.body]).toMatchObject([
        200,
        { id: expect.any(Number), user1_id: carl.id, user2_id: ann.id, created_at: expect.any(String) },
      ])
      const again = await client.call('POST', '/api/chats', ann.token, { user2_id: carl.id })
      const { id, user1_id, user2_id, created_at } = made.body
      expect([again.status, again.body]).toMatchObject([200, { id, user1_id, user2_id, created_at }])
      for (const person of [ann, carl]) {
        const list = await client.call('GET', '/api/chats', person.token)
        expect([list.status, list.body.find((item: { id: number }) => item.id === id)]).toMatchObject([
          200,
          { user1_id, user2_id, created_at },
        ])
      }
      expect((await client.call('GET', '/api/chats', eve.token)).body).toEqual([])
    })

    test('of one are with oneself', async () => {
      const dora = await client.arrive(`Dora`)
      const made = await client.call('POST', '/api/chats', dora.token, { user2_id: dora.id })
      expect([made.status, made.body]).toMatchObject([200, { user1_id: dora.id, user2_id: dora.id }])
    })

    test('are made with somebody', async () => {
      const none = await client.call('POST', '/api/chats', ann.token, { user2_id: nobody })
      expect([none.status, none.body]).toEqual([404, { detail: 'User not found' }])
      const missing = await client.call('POST', '/api/chats', ann.token, {})
      expect([missing.status, missing.body.detail[0]?.loc]).toEqual([422, ['body', 'user2_id']])
    })
  })

  describe('messages', () => {
    test('are written, read in their order, changed and deleted, and all of it is told to who joined', async () => {
      const socket = await client.listen(ben, chat)
      const sent = await client.say(ann, chat, 'Привет')
      expect([sent.status, sent.body]).toMatchObject([
        200,
        {
          id: expect.any(Number),
          chat_id: chat,
          sender_id: ann.id,
          text: 'Привет',
          created_at: expect.any(String),
          edited_at: null,
          files: [],
        },
      ])
      const { id } = sent.body
      const told = await socket.next({ type: 'new_message' })
      expect(told.message).toEqual(sent.body)

      const answer = await client.say(ben, chat, 'И тебе')
      expect(answer.body.id).toBeGreaterThan(id)
      await socket.next({ type: 'new_message', message: { id: answer.body.id, sender_id: ben.id } })
      const history = await client.messages(ann, chat)
      expect([history.status, history.body.map((message: { id: number }) => message.id)]).toEqual([
        200,
        [id, answer.body.id],
      ])

      const edited = await client.call('PUT', `/api/messages/${id}`, ann.token, { text: 'Привет, Бен' })
      expect([edited.status, edited.body]).toMatchObject([
        200,
        { id, text: 'Привет, Бен', edited_at: expect.any(String), created_at: sent.body.created_at },
      ])
      const updated = await socket.next({ type: 'message_updated' })
      expect(updated.message).toEqual(edited.body)

      const deleted = await client.call('DELETE', `/api/messages/${id}`, ann.token)
      expect([deleted.status, deleted.body]).toEqual([200, { message: 'Message deleted successfully' }])
      expect(await socket.next({ type: 'message_deleted' })).toMatchObject({ message_id: id })
      const rest = await client.messages(ben, chat)
      expect(rest.body.map((message: { text: string }) => message.text)).toEqual(['И тебе'])
      await socket.close()
    })

    test('of somebody else are not found, nor are those that are none', async () => {
      const { id } = (await client.say(ann, chat, 'Моё')).body
      for (const [person, message] of [
        [ben, id],
        [eve, id],
        [ann, nobody],
        [ann, ofBefore],
      ] as const) {
        for (const answer of [
          await client.call('PUT', `/api/messages/${message}`, person.token, { text: 'x' }),
          await client.call('DELETE', `/api/messages/${message}`, person.token),
          await client.attach(person, message, note()),
        ]) {
          expect([answer.status, answer.body]).toEqual([404, { detail: 'Message not found' }])
        }
      }
      expect((await client.messages(ben, chat)).body.at(-1)).toMatchObject({ id, text: 'Моё', files: [] })
    })

    test('of a chat that is none, or somebody else’s, are not found', async () => {
      for (const [person, number] of [
        [eve, chat],
        [ann, nobody],
        [ann, ofBefore],
      ] as const) {
        for (const answer of [
          await client.call('GET', `/api/chats/${number}/messages`, person.token),
          await client.call('POST', `/api/chats/${number}/messages`, person.token, { text: 'x' }),
        ]) {
          expect([answer.status, answer.body]).toEqual([404, { detail: 'Chat not found' }])
        }
      }
    })

    test('are numbered, not named by words', async () => {
      for (const path of ['/api/chats/x/messages', '/api/chats/1.5/messages', '/api/chats/-1/messages']) {
        const { status, body } = await client.call('GET', path, ann.token)
        expect([path, status, body.detail[0]?.loc]).toEqual([path, 422, ['path', 'chat_id']])
      }
    })

    test('take a file, which is at its path', async () => {
      const { id } = (await client.say(ann, chat, 'С файлом')).body
      const made = await client.attach(ann, id, note())
      expect([made.status, made.body]).toMatchObject([
        200,
        {
          id: expect.any(Number),
          filename: 'дела.txt',
          file_path: expect.stringMatching(/^media\/messages\/[\da-f-]{36}\.txt$/),
          file_size: 19,
          file_type: 'text/plain',
        },
      ])
      const { id: number, filename, file_path, file_size, file_type } = made.body
      const other = await client.attach(ann, id, new File(['x'], 'без расширения'))
      expect(other.body.id).not.toBe(number)
      expect(other.body.file_path).toMatch(/^media\/messages\/[\da-f-]{36}$/)
      const { files } = (await client.messages(ben, chat)).body.at(-1)
      expect(files).toMatchObject([
        { id: number, filename, file_path, file_size, file_type },
        { id: other.body.id, file_path: other.body.file_path },
      ])
      const got = await fileAt(file_path, { authorization: `Bearer ${ben.token}` })
      expect(got).toEqual({ status: 200, text: 'Список дел' })
      const missing = await client.call('POST', `/api/messages/${id}/files`, ann.token, new FormData())
      expect(missing.status).toBe(422)
    })

    test('are told to nobody who has left', async () => {
      const socket = await client.listen(ben, chat)
      await socket.send({ type: 'leave_chat', chat_id: chat })
      await socket.next({ type: 'left' })
      await client.say(ann, chat, 'Ещё здесь?')
      await socket.send({ type: 'join_chat', chat_id: chat })
      await socket.next({ type: 'joined' }, socket.frames.length)
      expect(socket.frames.map(({ type }) => type)).toEqual(['joined', 'left', 'joined'])
      await socket.close()
    })
  })

  test('ids of before are not found by the socket either', async () => {
    const socket = await client.listen(ann)
    for (const type of ['join_chat', 'leave_chat', 'typing']) {
      const before = socket.frames.length
      await socket.send({ type, chat_id: ofBefore })
      expect(await socket.next({ type: 'error' }, before)).toEqual({
        type: 'error',
        detail: 'Chat not found',
      })
    }
    await socket.close()
    const own = await server.app.ports.storage.stores.accounts.findByLogin(ann.email)
    expect(await client.socket({ id: own?.me.id ?? '' }, ann.token).closed).toBe(1008)
  })

  test('differs: a socket without a token', async () => {
    expect(await client.socket(ann, null).closed).toBe(1008)
    expect(await client.socket(ann, ben.token).closed).toBe(1008)
  })

  test('differs: joining', async () => {
    const socket = await client.listen(eve)
    await socket.send({ type: 'join_chat', chat_id: chat })
    expect(await socket.next({})).toEqual({ type: 'error', detail: 'Chat not found' })
    await client.say(ann, chat, 'Между нами')
    const own = await client.chat(eve, ann)
    await socket.send({ type: 'join_chat', chat_id: own })
    expect(await socket.next({}, 1)).toEqual({ type: 'joined', chat_id: own })
    // As of one that was not joined.
    await socket.send({ type: 'leave_chat', chat_id: nobody })
    expect(await socket.next({}, 2)).toEqual({ type: 'left', chat_id: nobody })
    await socket.close()
  })

  test('differs: typing', async () => {
    const [own, theirs] = [await client.listen(ann, chat), await client.listen(ben, chat)]
    await own.send({ type: 'typing', chat_id: chat })
    expect(await theirs.next({ type: 'typing' })).toMatchObject({
      chat_id: chat,
      user_id: ann.id,
      is_typing: true,
    })
    await Promise.all([own.close(), theirs.close()])
  })

  test('differs: a wrong frame', async () => {
    const socket = await client.listen(ann)
    for (const frame of [
      '{',
      { type: 'dance' },
      { type: 'join_chat' },
      { type: 'join_chat', chat_id: 'x' },
    ]) {
      const before = socket.frames.length
      await socket.send(frame)
      await socket.next({ type: 'error' }, before)
    }
    await socket.close()
  })

  test('differs: files for strangers', async () => {
    const { id } = (await client.say(ann, chat, 'Для двоих')).body
    const { file_path } = (await client.attach(ann, id, note())).body
    expect((await fileAt(file_path)).status).toBe(401)
    expect((await fileAt(file_path, { authorization: `Bearer ${eve.token}` })).status).toBe(404)
    expect((await fileAt(`${file_path}?token=${ben.token}`)).status).toBe(200)
  })

  test('differs: city and avatar', async () => {
    const account = { email: `city@example.com`, name: 'Городской', password }
    const made = await client.register({ ...account, city: 'Казань', avatar: 'media/avatars/me.png' })
    expect([made.status, made.body.city, made.body.avatar]).toEqual([200, null, null])
    const me = await client.call('GET', '/api/users/me', made.body.access_token)
    expect([me.body.city, me.body.avatar]).toEqual([null, null])
  })

  test('differs: the email of a stranger', async () => {
    const emailOf = async (person: ProgramPerson) => {
      const { body } = await client.call('GET', '/api/users', person.token)
      return body.find((user: { id: number }) => user.id === ann.id).email
    }
    expect(await emailOf(eve)).toBe(`${ann.id}@users.invalid`)
    // They have written to each other.
    expect(await emailOf(ben)).toBe(ann.email)
    const { body } = await client.register({ username: `plain`, password })
    expect(body.email).toBe(`${body.id}@users.invalid`)
  })

  test('differs: groups', async () => {
    const body = { name: 'Поход', is_group: true, participant_ids: [ben.id, eve.id] }
    const { body: made } = await client.call('POST', '/api/chats', ann.token, body)
    const { body: list } = await client.call('GET', '/api/chats', ben.token)
    expect(list.find((item: { id: number }) => item.id === made.id)).toMatchObject({
      user1_id: ann.id,
      user2_id: null,
      name: 'Поход',
      is_group: true,
    })
  })

  test('differs: a long history', async () => {
    const long = await client.chat(ben, eve)
    for (let count = 1; count <= 205; count += 1) await client.say(ben, long, `${count}`)
    const textsAt = async (path: string) => {
      const { body, headers } = await client.call('GET', path, eve.token)
      const link = /^<(.+)>; rel="prev"$/.exec(headers.get('link') ?? '')?.[1]
      const texts = body.map((message: { text: string }) => Number(message.text))
      return { texts, older: link?.slice(new URL(base).pathname.replace(/\/$/, '').length) }
    }
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)
    const newest = await textsAt(`/api/chats/${long}/messages`)
    expect(newest.texts).toEqual(numbers(106, 205))
    const older = await textsAt(newest.older ?? '')
    expect(older.texts).toEqual(numbers(6, 105))
    const oldest = await textsAt(older.older ?? '')
    expect(oldest).toEqual({ texts: numbers(1, 5), older: undefined })
    const fromTheOldest = await textsAt(`/api/chats/${long}/messages?limit=100&offset=100`)
    expect(fromTheOldest).toEqual({ texts: numbers(101, 200), older: undefined })
  })

  test('differs: bounds', async () => {
    for (const text of ['', ' ', 'x'.repeat(10_001)]) {
      expect((await client.say(ann, chat, text)).status).toBe(422)
    }
    const account = { email: `short@example.com`, name: 'Short', password: '1234567' }
    expect((await client.register(account)).status).toBe(422)
    const { id } = (await client.say(ann, chat, 'Одиннадцать файлов')).body
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) statuses.push((await client.attach(ann, id, note())).status)
    expect(statuses).toEqual([...Array(10).fill(200), 409])
  })

  test('differs: a file is told', async () => {
    const socket = await client.listen(ben, chat)
    const { id } = (await client.say(ann, chat, 'Смотри')).body
    const { body: file } = await client.attach(ann, id, note())
    const told = await socket.next({ type: 'message_updated', message: { id } })
    expect(told.message).toEqual(file.message)
    const edited = await client.call('PUT', `/api/messages/${id}`, ann.token, { text: 'Смотри сюда' })
    expect(edited.body.files).toMatchObject([{ id: file.id, file_path: file.file_path }])
    await socket.close()
  })

  test('differs: the type of a file', async () => {
    const { id } = (await client.say(ann, chat, 'Картинка?')).body
    const claimed = new File(['Список дел'], 'me.png', { type: 'image/png' })
    expect((await client.attach(ann, id, claimed)).body.file_type).toBe('text/plain')
  })

  test('differs: the same text again', async () => {
    const { id } = (await client.say(ann, chat, 'Как есть')).body
    const same = await client.call('PUT', `/api/messages/${id}`, ann.token, { text: 'Как есть' })
    expect([same.status, same.body.edited_at]).toEqual([200, null])
  })

  test('differs: times', async () => {
    const { body } = await client.say(ann, chat, 'Который час?')
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('differs: what a token says', () => {
    const claims = JSON.parse(Buffer.from(ann.token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims.sub).toMatch(/^[\da-f-]{36}$/)
  })

  test('differs: pages of other origins', async () => {
    const { headers } = await fetch(`${base}/api/chats`, {
      method: 'OPTIONS',
      headers: { origin: 'https://chat.example', 'access-control-request-method': 'POST' },
    })
    expect([
      headers.get('access-control-allow-origin'),
      headers.get('access-control-allow-credentials'),
    ]).toEqual(['*', null])
  })

  test('differs: a long list of people', async () => {
    const { ports } = server.app
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        ports.storage.stores.accounts.insert({
          id: ports.ids.next(),
          username: null,
          email: `crowd-${index}@example.com`,
          name: 'Crowd',
          bio: '',
          locale: 'en',
          passwordHash: 'none',
          createdAt: ports.clock.now(),
        }),
      ),
    )
    const first = await client.call('GET', '/api/users', ann.token)
    expect(first.body).toHaveLength(1_000)
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const rest = await fetch(new URL(next, base), { headers: { authorization: `Bearer ${ann.token}` } })
    const ids = [...first.body, ...((await rest.json()) as { id: number }[])].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(1_002)
  })
})
