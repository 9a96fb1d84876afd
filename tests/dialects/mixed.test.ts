// D4 D12 A21: whatever is done in a chat, and by whatever door, every contract shows it in its own shape: live, in its history and among chats.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { allCases } from '../access/dialects/all-cases.ts'
import { viewsOf } from '../access/dialects/views.ts'
import { type Cast, Stage } from '../access/stage.ts'
import {
  type Happening,
  type MixedChat,
  mixedChat,
  newestOf,
  placeIn,
  type Role,
  said,
} from './mixed/chat.ts'
import { contracts } from './mixed/contracts.ts'
import { type Deed, type Doing, deeds, repeatable, says } from './mixed/deeds.ts'
import { type Door, doors } from './mixed/doors.ts'
import { expectedLook, lookInto, peopleIn, type Seen, type Viewpoint, viewpointOf } from './mixed/look.ts'
import { made } from './mixed/through.ts'
import { expectedOf, expectSame, heardBy, type Watcher, watch } from './mixed/watch.ts'

let server: TestServer
let stage: Stage
let cast: Cast

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  cast = await stage.cast()
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

/** A chat that every contract shows to the member. */
interface Watched {
  readonly chat: MixedChat
  readonly viewpoint: Viewpoint
  readonly watchers: readonly Watcher[]
}

async function watched(people: Cast): Promise<Watched> {
  const chat = await mixedChat(stage, people)
  const viewpoint = await viewpointOf(chat, 'member')
  const watchers = await Promise.all(contracts.map((contract) => watch(contract, chat, viewpoint)))
  return { chat, viewpoint, watchers: watchers.flat() }
}

async function carryOut(deed: Deed, doorName: string, chat: MixedChat) {
  const door = doors[doorName] ?? expect.unreachable(doorName)
  const { actor = 'owner' } = deed
  const about = {
    own: newestOf(chat, actor),
    theirs: newestOf(chat, actor === 'member' ? 'owner' : 'member'),
    ...deed.about?.(chat),
  }
  const place = await placeIn(chat, actor, about.own, about.theirs)
  const doing: Doing = { stage, door, doorName, chat, place, ...about }
  return deed.carryOut(doing)
}

/** Every contract shows the chat as it is now, and its sockets told what happened and nothing else. Gives everything that came, by contract. */
async function expectShown(
  { viewpoint, watchers }: Watched,
  chat: MixedChat,
  happenings: readonly Happening[],
): Promise<Map<string, Seen>> {
  const looks = contracts.map(async (contract) => {
    const seen = await lookInto(contract, chat, viewpoint)
    expect({ [contract.name]: seen.look }).toEqual({
      [contract.name]: expectedLook(contract, chat, viewpoint.viewer),
    })
    return [contract.name, seen] as const
  })
  const shown = new Map(await Promise.all(looks))
  // What is told of it comes after all that was to be told before.
  const end = said('owner', 'This is the end')
  const { token } = chat.cast.owner
  await stage.door.ask('sendMessage', token, { params: { chat_id: chat.chatId }, body: { text: end.text } })
  const all: readonly Happening[] = [...happenings, { what: 'message', said: end }]
  for (const watcher of watchers) {
    const { contract, path, listener } = watcher
    const expected = expectedOf(watcher, all, viewpoint)
    const heard = await heardBy(watcher, expected.length, viewpoint)
    listener.leave()
    expect({ [`${contract.name} ${path}`]: heard.told }).toEqual({ [`${contract.name} ${path}`]: expected })
    const seen = shown.get(contract.name) ?? expect.unreachable()
    expectSame(contract, heard.messages, seen.messages)
    shown.set(contract.name, { ...seen, raw: [...seen.raw, ...heard.raw] })
  }
  return shown
}

const doorsThat = (can: (door: Door) => boolean) =>
  Object.keys(doors).filter((name) => can(doors[name] as Door))

describe.each(deeds.map((deed) => [deed.name, deed] as const))('D4 D12: who %s', (_, deed) => {
  test.each(doorsThat(deed.can))('by %s', async (doorName) => {
    const scene = await watched(cast)
    const { chat, happenings, id } = await carryOut(deed, doorName, scene.chat)
    const shown = await expectShown(scene, chat, happenings)
    const { contract } = doors[doorName] as Door
    if (contract !== undefined && id !== undefined)
      expect(
        shown.get(contract)?.messages.at(-1)?.id,
        'the answer names the message as the history does',
      ).toBe(id)
  })
})

test('D4 D12: a chat with all of it, by every door, is shown by every contract', async () => {
  const scene = await watched(cast)
  let { chat } = scene
  const happenings: Happening[] = []
  for (const [doorName, door] of Object.entries(doors)) {
    for (const deed of repeatable.filter(({ can }) => can(door))) {
      const outcome = await carryOut(deed, doorName, chat)
      chat = outcome.chat
      happenings.push(...outcome.happenings)
    }
  }
  expect(chat.said.length).toBeGreaterThan(20)
  await expectShown(scene, chat, happenings)
})

const longName = '𝄞'.repeat(limits.nameMax)

/** What a field says of the person; of chat-backend an email is for its owner alone. */
const ofPeople: readonly (readonly [role: Role, name: string, username: string | null, email: RegExp])[] = [
  ['owner', longName, 'owner', /^\d+@users\.invalid$/],
  ['bystander', longName, null, /@example\.org$/],
]

describe('D12 A21: who has no email, or no username, and a name at its longest', () => {
  test.each(Object.keys(doors))('speaks by %s, and is the same person everywhere', async (doorName) => {
    const owner = await stage.people.arrive('owner', undefined, { email: null, name: longName })
    const bystander = await stage.people.arrive('bystander', undefined, { username: null, name: longName })
    const scene = await watched({ ...cast, owner, bystander })
    const { chat, happenings } = await carryOut(says, doorName, scene.chat)
    const shown = await expectShown(scene, chat, happenings)
    for (const [contract, { raw }] of shown) {
      const people = peopleIn(raw, scene.viewpoint.roleOf)
      for (const [role, name, username, email] of ofPeople) {
        const facts = people.get(role) ?? expect.unreachable(`${contract} shows no ${role}`)
        const called = username === null ? name : expect.stringContaining(username)
        for (const [field, values] of facts) {
          const expected = { name, username: called, email: expect.stringMatching(email) }[field]
          if (field === 'email' && contract === 'chat-backend') continue
          expect([contract, role, field, [...values]]).toEqual([contract, role, field, [expected]])
        }
      }
    }
  })
})

describe('D4 D5: whom the deed is about', () => {
  test.each(doorsThat(({ add }) => add !== undefined))(
    'who is added by %s has all of the chat, and nothing unread',
    async (doorName) => {
      const adding = deeds.find(({ name }) => name === 'adds somebody') ?? expect.unreachable()
      const { chat } = await carryOut(adding, doorName, await mixedChat(stage, cast))
      const viewpoint = await viewpointOf(chat, 'guest')
      for (const contract of contracts) {
        const { look } = await lookInto(contract, chat, viewpoint)
        const expected = expectedLook(contract, chat, 'guest')
        const nothing = Object.fromEntries(
          (['unread', 'marked'] as const)
            .filter((field) => contract.lists.includes(field))
            .map((field) => [field, field === 'unread' ? 0 : false]),
        )
        expect({ [contract.name]: look }).toEqual({ [contract.name]: { ...expected, ...nothing } })
      }
    },
  )

  test.each(doorsThat(({ remove }) => remove !== undefined))(
    'who is removed by %s has nothing of the chat any more',
    async (doorName) => {
      const removing = deeds.find(({ name }) => name === 'removes somebody') ?? expect.unreachable()
      const { chat } = await carryOut(removing, doorName, await mixedChat(stage, cast))
      for (const { name } of contracts) {
        const { listed, alone, history } = viewsOf(stage)[name] ?? expect.unreachable(name)
        const looks = [history, listed, alone].flatMap((look) => look ?? [])
        for (const look of looks)
          await expect(look(chat.chatId, cast.bystander)).rejects.toThrow(/40[34]|is not in/)
      }
    },
  )
})

/** About accounts, whole chats or channels; or files by their addresses. */
const otherwise = /groups\/\{group_id\}(?:\/(?:join|leave|post))?$|post$|leave_chat$|join_chat$|check_\w+$/

test('D4: every call and frame that changes something in a chat was made', () => {
  const calls = allCases.flatMap(({ name, routes }) =>
    Object.entries(routes)
      .filter(([key, list]) => !key.startsWith('GET ') && list?.[0].about === 'chat')
      .map(([key]) => `${name} ${key}`),
  )
  const frames = allCases.flatMap(({ name, sockets }) =>
    Object.values(sockets).flatMap((socket) => Object.keys(socket.frames).map((frame) => `${name} ${frame}`)),
  )
  expect(calls.length + frames.length).toBeGreaterThan(20)
  const left = [...calls, ...frames].filter((deed) => !made.has(deed) && !otherwise.test(deed))
  expect(left).toEqual([])
})
