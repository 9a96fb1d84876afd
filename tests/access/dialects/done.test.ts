// R3 R6: every call and frame of every dialect that does something is answered as done once that is committed, although nothing more can be
// read; and those who listen are told when it can.
import { setImmediate as turn } from 'node:timers/promises'
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usersOf } from '../../../packages/server/src/core/users-of.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import type { Answer } from '../http-door.ts'
import type { Person } from '../people.ts'
import { type Kind, kinds, type Seat, Stage, seats } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import type { CallCase, ChatCall, PersonalCall } from './dialect-case.ts'
import { DialectDoor, type DialectParts, type RouteKey } from './dialect-door.ts'
import { DialectListener } from './dialect-listener.ts'
import { homeOf } from './home.ts'
import { numbersOf, placeOf } from './place.ts'
import { RefusingStorage } from './refusing-storage.ts'
import { Scenes } from './scenes.ts'

let server: TestServer
let stage: Stage
let scenes: Scenes
let storage: RefusingStorage

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  scenes = await Scenes.make(stage)
  storage = new RefusingStorage(server.app.ports.storage)
  // Small pictures are made when nobody waits for an answer, and their commits are not the ones that are counted.
  Object.assign(server.app.ports.previews, { wanted: () => undefined })
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

/** What asks for nothing that is kept, or for what is so already. */
const commitsNothing: ReadonlySet<string> = new Set([
  'DELETE /groups/{group_id}/members, somebody who is not in',
  'typing',
  'join_chat',
  'leave_chat',
  'check_unread',
  'check_groups',
])

/** Calls that carry out more than one command: when all of them are, and not before, the call is done. */
const commandsOf: Readonly<Record<string, number>> = { 'PUT /api/v1/users/{user_id}, oneself': 2 }

const succeeds = (status: number | string): boolean => typeof status === 'number' && status < 400

/** Where somebody may make the call: the owner if that will do. */
function seatFor({ verdicts }: ChatCall): { readonly kind: Kind; readonly seat: Seat } | undefined {
  const all = kinds.flatMap((kind) => seats.toReversed().map((seat) => ({ kind, seat })))
  return all.find(({ kind, seat }) => succeeds(verdicts[kind][seat]))
}

const mayBeDone = (call: CallCase): boolean =>
  call.about === 'chat' ? seatFor(call) !== undefined : succeeds(call.verdicts.person)

describe.each(allCases)('R3 R6: $name', (item) => {
  const dialect = dialectOf(item)
  const calls = Object.entries(item.routes)
    .filter(([key]) => !key.startsWith('GET '))
    .flatMap(([key, list = []]) => list.map((call) => ({ key: key as RouteKey, call })))
    .filter(({ call }) => mayBeDone(call))
    .map(({ key, call }) => [[key, call.what].filter(Boolean).join(', '), key, call] as const)

  test.each(calls)('%s is answered as done', async (what, key, call) => {
    const { token, parts, people, chats } =
      call.about === 'chat' ? await chatCallOf(call) : await personalCallOf(call, item.name)
    await forget(people, chats)
    storage.refuseAfter(commandsOf[what] ?? 1)
    const answer = await new DialectDoor(stage.door, dialect).call(key, token, parts)
    expect({ committed: storage.letBe(), answer: shortOf(answer) }).toEqual({
      committed: !commitsNothing.has(what),
      answer: expect.stringMatching(/^[23]\d\d /),
    })
    expect(answer.headers.location ?? '').not.toContain('error')
  })

  describe.each(dialect.sockets)('$path', (socket) => {
    const own = item.sockets[socket.path]
    const kind = own?.home ?? 'private'
    const frames = Object.entries(own?.frames ?? {})
      .flatMap(([name, list]) => list.map((frame) => ({ name, frame })))
      .filter(({ frame }) => frame.verdicts[kind].owner === 'done')
      .map(({ name, frame }) => [[name, frame.what].filter(Boolean).join(', '), name, frame] as const)

    test.each(frames)('%s gets no fault, and what is told of it is told later', async (_, name, frame) => {
      const place = await placeOf(server, await scenes.fresh(kind), 'owner')
      const { cast, self } = place
      const home = frame.fromHome === undefined ? place : await homeOf(stage, cast, self, frame.fromHome)
      const address = { url: server.url, dialect, socket, params: own?.doors[0].params(home) ?? {} }
      const listener = await DialectListener.enter(address, self.token)
      for (const fields of [own?.enter?.(place), frame.before?.(place)].flatMap((all) => all ?? []))
        listener.send(fields)
      await listener.heard()
      const fields = { [socket.command.field]: name, ...frame.frame(place, home) }
      await forget(peopleOf(cast), [place.chatId, home.chatId])
      storage.refuseAfter(1)
      listener.send(fields)
      const told = await listener.heard()
      expect({ committed: storage.letBe(), faults: told.filter((text) => listener.isFault(text)) }).toEqual({
        committed: !commitsNothing.has(name),
        faults: [],
      })
      if ('text' in fields) {
        await listener.hears(1)
        expect((await listener.heard()).join()).toContain(fields.text)
      }
      listener.leave()
    })
  })
})

interface Ready {
  readonly token: string
  readonly parts: DialectParts
  readonly people: readonly Id[]
  readonly chats: readonly Id[]
}

async function chatCallOf(call: ChatCall): Promise<Ready> {
  const { kind, seat } = seatFor(call) ?? { kind: 'private', seat: 'owner' }
  const place = await placeOf(server, await scenes.fresh(kind), seat)
  return {
    token: place.self.token,
    parts: call.parts(place),
    people: peopleOf(place.cast),
    chats: [place.chatId],
  }
}

async function personalCallOf(call: PersonalCall, door: string): Promise<Ready> {
  const people = { self: await stage.people.arrive('self', door), other: await stage.people.arrive('other') }
  const encounter = { ...people, numbers: await numbersOf(server, people), server }
  return {
    token: call.token?.(encounter) ?? people.self.token,
    parts: await call.parts(encounter),
    people: peopleOf(people),
    chats: [],
  }
}

const peopleOf = <K extends string>(people: Readonly<Record<K, Person>>): Id[] =>
  Object.values<Person>(people).map(({ id }) => id)

/** What the server remembers of them to name them is dropped, as half a minute would do. */
async function forget(userIds: readonly Id[], chatIds: readonly Id[]): Promise<void> {
  const { bus, storage } = server.app.ports
  const audience = { kind: 'users', user_ids: [] } as const
  for (const user of await usersOf(storage.stores, userIds))
    bus.publish([{ audience, event: { type: 'user_updated', user } }])
  for (const id of chatIds) {
    const chat = await storage.stores.chats.find(id)
    if (chat === null) continue
    const { version } = chat
    bus.publish([{ audience, event: { type: 'chat_updated', chat_id: id, version, chat } }])
  }
  await turn()
}

const shortOf = ({ status, text }: Answer): string => `${status} ${text}`
