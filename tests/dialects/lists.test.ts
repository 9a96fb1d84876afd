// D11: what is asked for without pages ends nowhere in silence, through every dialect.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { SocketClient } from '../../packages/server/src/dialects/kit/test/socket-client.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { viewsOf } from '../access/dialects/views.ts'
import type { Person } from '../access/people.ts'
import { Stage } from '../access/stage.ts'

let server: TestServer
let stage: Stage
let owner: Person
let members: Person[]
let chatId: string
let rich: Person

const texts = Array.from({ length: 120 }, (_, index) => `message ${index + 1}`)

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  owner = await stage.people.arrive('owner')
  members = await Promise.all(Array.from({ length: 130 }, () => stage.people.arrive('member')))
  const { chat } = await stage.door.ask('createChat', owner.token, {
    body: { kind: 'group', title: 'A crowd', member_ids: members.map(({ id }) => id) },
  })
  chatId = chat.id
  rich = await collector()
  for (const text of texts) {
    const body = { text }
    await stage.door.ask('sendMessage', owner.token, { params: { chat_id: chatId }, body })
  }
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

/** More than any contract gives at once elsewhere. */
const titles = Array.from({ length: 1_200 }, (_, index) => `room ${index + 1}`)

/** Somebody who has a group of each title, and a channel in place of every other one. */
async function collector(): Promise<Person> {
  const person = await stage.people.arrive('owner')
  const { chats } = server.app.ports.storage.stores
  const createdAt = new Date()
  const create = (title: string, index: number) =>
    chats.insert({
      id: randomUUID(),
      kind: 'group',
      title,
      description: '',
      posting: index % 2 === 0 ? 'admins' : 'everyone',
      visibility: 'private',
      createdBy: person.id,
      createdAt,
      members: [{ userId: person.id, role: 'owner' }],
    })
  await Promise.all(titles.map(create))
  return person
}

/** The document says itself that its history begins with the oldest, and how to go on. */
const fromTheOldest = new Set(['windi-messenger'])
/** The document says itself that its list of people comes in pages. */
const inPages = new Set(['messenger-api'])

describe.each(dialects)('D11: $name', ({ name, routes }) => {
  const view = () => viewsOf(stage)[name] ?? expect.unreachable()
  const get = (path: string, { token } = owner) =>
    stage.door.send({
      method: 'GET',
      path: `/compat/${name}${path}`,
      headers: { authorization: `Bearer ${token}` },
    })

  test('a history without pages is what was said last, and its pages are all that was said', async () => {
    const history = async (search: string) =>
      (await view().history(chatId, owner, search)).map(({ text }) => text)
    const first = await history('')
    const expected = fromTheOldest.has(name) ? texts.slice(0, first.length) : texts.slice(-first.length)
    expect(first.length).toBeGreaterThanOrEqual(50)
    expect(first).toEqual(expected)
    const found: string[] = []
    for (let offset = 0; offset <= texts.length; offset += 40) {
      found.push(...(await history(`?limit=40&offset=${offset}`)))
    }
    expect(found.toSorted()).toEqual(texts.toSorted())
  })

  test('a chat has all its members, in the list as by itself', async () => {
    const { listed, alone } = view()
    const shown = [await listed?.(chatId, owner), await alone?.(chatId, owner)]
    const counts = shown.flatMap((chat) => (chat === undefined ? [] : [chat.members.length]))
    const showsMembers = routes.some(({ answers }) =>
      /"(members|participants)"/.test(JSON.stringify(answers)),
    )
    expect(counts.length > 0).toBe(showsMembers)
    for (const count of counts) expect(count).toBe(members.length + 1)
  })

  const lists = (what: string) =>
    routes.filter(({ method, path }) => method === 'GET' && path.replace(/\/$/, '').endsWith(`/${what}`))
  test.each(lists('chats'))('$path gives all chats of somebody who has very many', async ({ path }) => {
    const answer = await get(path, rich)
    expect(answer.status).toBe(200)
    const chats: readonly { readonly name: string }[] = JSON.parse(answer.text)
    expect(chats.map((chat) => chat.name).toSorted()).toEqual(titles.toSorted())
  })

  test.each(lists('users'))(
    '$path names everybody, whoever asks without pages or follows them',
    async ({ path }) => {
      const everybody = [owner, rich, ...members].map(({ username }) => username).toSorted()
      const namesAt = async (search: string): Promise<string[]> => {
        const answer = await get(`${path}${search}`)
        expect(answer.status).toBe(200)
        const people: readonly { readonly username: string }[] = JSON.parse(answer.text)
        return people.map(({ username }) => username)
      }
      const paged: string[] = []
      for (let skip = 0; skip < 200; skip += 50) paged.push(...(await namesAt(`?skip=${skip}&limit=50`)))
      expect(paged.toSorted()).toEqual(everybody)
      if (!inPages.has(name)) expect((await namesAt('')).toSorted()).toEqual(everybody)
    },
  )
})

test('D11: by the frames of messenger too somebody hears of all chats', async () => {
  const path = '/compat/messenger/api/v1/messenger/read/status'
  const socket = new SocketClient(`${server.url.replace('http', 'ws')}${path}`, {
    headers: { authorization: `Bearer ${rich.token}` },
  })
  await socket.send({ event: 'check_groups' })
  const { group_ids: channels } = await socket.next({ event: 'unread_groups' })
  await socket.send({ event: 'check_unread' })
  const { chat_ids: unread } = await socket.next({ event: 'unread_chats' })
  await socket.close()
  expect([channels, unread]).toEqual([expect.objectContaining({ length: titles.length / 2 }), []])
})
