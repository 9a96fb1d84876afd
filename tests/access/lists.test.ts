// A22 C5 C6: lists, searches and catching up show what one may see and nothing of the rest.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setDisabled } from '../../packages/server/src/core/accounts/disable-account.ts'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { onlyMembers } from './chat-cases.ts'
import { DialectDoor, keyOf } from './dialects/dialect-door.ts'
import { problemIn } from './http-door.ts'
import { canary, ghostOf, kinds, type Scene, type Seat, Stage, seats, targetOf } from './stage.ts'

let server: TestServer
let stage: Stage
const scenes: Scene[] = []

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  const cast = await stage.cast()
  for (const kind of kinds) scenes.push(await stage.scene(kind, cast))
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

const isIn = (scene: Scene, seat: Seat): boolean => onlyMembers[scene.kind][seat] === 200

describe.each(seats)('%s', (seat) => {
  test('the chat list has the chats that one is in', async () => {
    for (const scene of scenes) {
      const answer = await stage.door.call('listChats', scene.cast[seat].token, { query: { limit: 100 } })
      expect(answer.text.includes(scene.chatId)).toBe(isIn(scene, seat))
    }
  })

  test('C5: public groups are found by their title, others are not', async () => {
    for (const scene of scenes) {
      const { items } = await stage.door.ask('listPublicChats', scene.cast[seat].token, {
        query: { query: canary.toUpperCase(), limit: 100 },
      })
      expect(items.some((chat) => chat.id === scene.chatId)).toBe(scene.kind === 'public')
    }
  })

  test('catching up tells of a hidden chat what it tells of none', async () => {
    for (const scene of scenes) {
      const target = targetOf(scene, seat)
      const sync = async (chatId: string) => {
        const answer = await stage.door.call('sync', target.self.token, { body: { chats: { [chatId]: 0 } } })
        return { ...answer, bytes: answer.bytes.replaceAll(chatId, 'the chat') }
      }
      const [answer, nothing] = [await sync(scene.chatId), await sync(ghostOf(target).chatId)]
      const body = JSON.parse(answer.text)
      expect(body.removed).toEqual(isIn(scene, seat) ? [] : [scene.chatId])
      expect(body.messages.length).toBe(isIn(scene, seat) ? Object.keys(scene.messages).length : 0)
      if (!isIn(scene, seat)) expect(answer.bytes).toBe(nothing.bytes)
    }
  })

  test('a cursor of a list that one may see opens none that one may not', async () => {
    for (const scene of scenes.filter((candidate) => candidate.kind !== 'deleted')) {
      const { next_cursor: cursor } = await stage.door.ask('listMembers', scene.cast.owner.token, {
        params: { chat_id: scene.chatId },
        query: { limit: 1 },
      })
      if (cursor === null) throw new Error('the list has but one page')
      const answer = await stage.door.call('listMembers', scene.cast[seat].token, {
        params: { chat_id: scene.chatId },
        query: { cursor },
      })
      if (isIn(scene, seat)) expect(answer.status).toBe(200)
      else expect(problemIn(answer).code).toBe('not_found')
    }
  })
})

test.each(seats.filter((seat) => onlyMembers.public[seat] !== 200))(
  'C5: %s: of a public group that one is not in one sees no message and no member',
  async (seat) => {
    const scene = scenes.find(({ kind }) => kind === 'public')
    if (scene === undefined) throw new Error('no public group')
    const { chat, users } = await stage.door.ask('getChat', scene.cast[seat].token, {
      params: { chat_id: scene.chatId },
    })
    expect(chat).toMatchObject({ role: null, last_message: null, unread_count: 0, fully_read_seq: 0 })
    expect(users.map((user) => user.id)).toEqual([chat.created_by])
  },
)

test('an email is found only by who knows all of it, and is shown to nobody else', async () => {
  const [scene] = scenes
  if (scene === undefined) throw new Error('no scene')
  const { stranger, owner } = scene.cast
  const search = (query: string) => stage.door.ask('listUsers', stranger.token, { query: { query } })
  expect((await search(owner.email)).items.map((user) => user.id)).toEqual([owner.id])
  expect((await search(owner.email.slice(0, -1))).items).toEqual([])
  const profile = await stage.door.call('getUser', stranger.token, { params: { user_id: owner.id } })
  expect(profile.text).not.toContain('@')
  const members = await stage.door.call('listMembers', owner.token, { params: { chat_id: scene.chatId } })
  expect(members.text).not.toContain('@')
})

test('a session of somebody else is like none', async () => {
  const [scene] = scenes
  if (scene === undefined) throw new Error('no scene')
  const { stranger, owner, revoked } = scene.cast
  const end = (sessionId: string) =>
    stage.door.call('revokeSession', stranger.token, { params: { session_id: sessionId } })
  const theirs = await end(owner.sessionId)
  expect(problemIn(theirs).code).toBe('not_found')
  expect(theirs.bytes).toBe((await end(crypto.randomUUID())).bytes)
  expect(theirs.bytes).toBe((await end(revoked.sessionId)).bytes)
  expect((await stage.door.call('getMe', owner.token)).status).toBe(200)
})

describe('A22: somebody whose account is disabled', () => {
  /** What a stranger asks, in the words of every door, who does not know whom to ask for: whatever can be asked without naming anything. */
  async function offers(token: string, name: string): Promise<string[]> {
    const found: string[] = []
    const note = (what: string, text: string) => text.includes(name) && found.push(what)
    for (const [what, query] of Object.entries({
      'the list': {},
      'the search by name': { query: name.toUpperCase() },
      'the search by a part': { query: name.slice(0, -1) },
      'the search by email': { query: `${name}@example.org` },
    })) {
      note(what, (await stage.door.call('listUsers', token, { query: { ...query, limit: 100 } })).text)
    }
    for (const dialect of dialects) {
      const door = new DialectDoor(stage.door, dialect)
      const routes = dialect.routes.filter(({ method, auth, path }) => {
        return method === 'GET' && auth === 'user' && !path.includes('{')
      })
      for (const route of routes) {
        const query = { limit: 100, skip: 0, query: name, search: name }
        const { status, text } = await door.call(keyOf(route), token, { query })
        expect([route.path, status]).toEqual([route.path, 200])
        note(`${dialect.name} ${keyOf(route)}`, text)
      }
    }
    return found
  }

  test('is offered by no search and no list of any door until it is enabled', async () => {
    const culprit = await stage.people.arrive('culprit')
    const stranger = await stage.people.arrive('stranger')
    const everywhere = [
      'the list',
      'the search by name',
      'the search by a part',
      'the search by email',
      'chat-backend GET /api/users',
      'messenger-api GET /api/v1/users',
    ]
    const asked = () => offers(stranger.token, culprit.username)
    expect(await asked()).toEqual(everywhere)
    await setDisabled(server.app.ports, culprit.id, true)
    expect(await asked()).toEqual([])
    await setDisabled(server.app.ports, culprit.id, false)
    expect(await asked()).toEqual(everywhere)
  })

  test('is shown as before to those who have talked', async () => {
    const [culprit, other] = [await stage.people.arrive('talker'), await stage.people.arrive('other')]
    const { chat } = await stage.door.ask('createChat', culprit.token, {
      body: { kind: 'direct', user_id: other.id },
    })
    await stage.say(culprit, chat.id, 'before')
    const shown = async () => {
      const asked = dialects.flatMap((dialect) =>
        dialect.routes
          .filter(({ method, auth, path }) => method === 'GET' && auth === 'user' && /\/chats\/?$/.test(path))
          .map((route) => new DialectDoor(stage.door, dialect).call(keyOf(route), other.token)),
      )
      const own = [
        stage.door.call('getUser', other.token, { params: { user_id: culprit.id } }),
        stage.door.call('listMembers', other.token, { params: { chat_id: chat.id } }),
        stage.door.call('listMessages', other.token, { params: { chat_id: chat.id } }),
      ]
      return (await Promise.all([...asked, ...own])).map(({ text }) => text)
    }
    const before = await shown()
    expect(before.length).toBe(7)
    await setDisabled(server.app.ports, culprit.id, true)
    expect(await shown()).toEqual(before)
  })
})
