// C1 D4 A21: a chat of two, made by whatever door, is for every contract the chat of these two, and for each of them called as the contract calls it.
import type { Id } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { dialectOf } from '../access/dialects/all-cases.ts'
import { DialectDoor, type DialectParts, type RouteKey } from '../access/dialects/dialect-door.ts'
import { DialectListener } from '../access/dialects/dialect-listener.ts'
import { numbersOf } from '../access/dialects/place.ts'
import { viewsOf } from '../access/dialects/views.ts'
import type { Person } from '../access/people.ts'
import { Stage } from '../access/stage.ts'
import { casesOf } from './mixed/through.ts'

let server: TestServer
let stage: Stage

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

interface Pair {
  readonly maker: Person
  readonly other: Person
  /** Integers. */
  readonly numbers: Readonly<Record<'self' | 'other', number>>
}

/** How each contract is asked for it; the ids are those that its own list of people, or the canonical API, gives. */
const requests: Readonly<Record<string, readonly [key: RouteKey, parts: (pair: Pair) => DialectParts]>> = {
  'chat-application': ['POST /api/v1/chats/', ({ numbers }) => ({ body: { user_id: numbers.other } })],
  'messenger-api': ['POST /api/v1/chats', ({ numbers }) => ({ body: { participant_ids: [numbers.other] } })],
  'windi-messenger': ['POST /chats', ({ other }) => ({ body: { user_id: other.id } })],
  messenger: [
    'POST /api/v1/chats/create',
    ({ other }) => ({ body: { chat_type: 'personal', participants: other.id } }),
  ],
}

async function make(name: string, { maker, other, numbers }: Pair): Promise<void> {
  if (name === 'the canonical API') {
    await stage.door.ask('createChat', maker.token, { body: { kind: 'direct', user_id: other.id } })
    return
  }
  const cases = casesOf(name)
  const door = new DialectDoor(stage.door, dialectOf(cases))
  const [key, parts] = requests[name] ?? ['POST /api/chats', backendParts]
  const answer = await door.call(key, maker.token, parts({ maker, other, numbers }))
  expect([answer.text, answer.status < 400]).toEqual([answer.text, true])
}

/** As the contract's own example names the other one. */
const backendParts = ({ maker, other, numbers }: Pair): DialectParts => {
  const call = casesOf('chat-backend').routes['POST /api/chats']?.find(({ what }) => what === 'a private one')
  if (call?.about !== 'person') throw new Error('chat-backend has no example of a chat of two')
  return call.parts({ self: maker, other, numbers, server }) as DialectParts
}

/** What each contract calls the chat: for the viewer, and for both. */
const names: Readonly<
  Record<
    string,
    (of: { readonly maker: string; readonly other: string; readonly seen: string }) => string | null
  >
> = {
  'chat-application': ({ seen }) => seen,
  'chat-backend': ({ seen }) => seen,
  'messenger-api': () => null,
  'windi-messenger': ({ maker, other }) => `Чат ${maker} и ${other}`,
}

const longName = '𝄞'.repeat(limits.nameMax)

test.each([
  'the canonical API',
  'chat-application',
  'chat-backend',
  'messenger',
  'messenger-api',
  'windi-messenger',
])('C1 D4: by %s', async (doorName) => {
  const maker = await stage.people.arrive('maker', undefined, { email: null })
  const other = await stage.people.arrive('other', undefined, { username: null, name: longName })
  const numbers = await numbersOf(server, { self: maker, other })
  const socket = dialectOf(casesOf('messenger')).sockets.find(({ path }) => path.endsWith('/status'))
  const address = {
    url: server.url,
    dialect: dialectOf(casesOf('messenger')),
    socket: socket ?? expect.unreachable(),
    params: {},
  }
  const status = await DialectListener.enter(address, other.token)
  await make(doorName, { maker, other, numbers })
  const { items } = await stage.door.ask('listChats', maker.token, { query: {} })
  const [chat = expect.unreachable()] = items
  expect([items.length, chat.kind]).toEqual([1, 'direct'])
  await status.hears(1)
  expect((await status.heard()).map((text) => JSON.parse(text))).toEqual([
    { event: 'new_chat', chat_id: chat.id, chat_name: 'Personal чат с maker' },
  ])
  status.leave()

  await expectNamed(chat.id, maker, other)
  await stage.say(maker, chat.id, 'hello')
  for (const [name, view] of Object.entries(viewsOf(stage))) {
    for (const [viewer, unread] of [
      [maker, 0],
      [other, 1],
    ] as const) {
      const history = await view.history(chat.id, viewer)
      expect([name, history.map(({ text }) => text)]).toEqual([name, ['kanarienvogel: hello']])
      const listed = await view.listed?.(chat.id, viewer)
      if (listed?.last !== undefined) expect([name, listed.last]).toEqual([name, history[0]])
      expect([name, listed?.unread ?? unread]).toEqual([name, unread])
    }
  }
})

async function expectNamed(chatId: Id, maker: Person, other: Person): Promise<void> {
  for (const [name, nameOf] of Object.entries(names)) {
    // Some contracts know people by usernames, others by names.
    const makerName = name === 'windi-messenger' ? 'maker' : maker.username
    for (const viewer of [maker, other]) {
      const view = viewsOf(stage)[name] ?? expect.unreachable(name)
      const listed = await view.listed?.(chatId, viewer)
      const seen = viewer === maker ? longName : makerName
      expect([name, listed?.name]).toEqual([name, nameOf({ maker: makerName, other: longName, seen })])
      expect([name, listed?.members.length, listed?.last ?? null]).toEqual([name, 2, null])
    }
  }
}
