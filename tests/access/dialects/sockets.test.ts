// C2 C4 C6: every socket of every dialect: who is let in, and what comes of each of its frames, by everyone, in every kind of chat.
// The actor is the token's person, whatever a frame claims.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DialectSocket } from '../../../packages/server/src/dialects/kit/socket.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { onlyMembers } from '../chat-cases.ts'
import { canary, type Kind, kinds, type Seat, Stage, seats } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import type { FrameCase, FrameFields, Parameters, SocketCase } from './dialect-case.ts'
import { type Address, DialectListener } from './dialect-listener.ts'
import type { DoorVerdict, FrameVerdict } from './dialect-table.ts'
import { homeOf } from './home.ts'
import { ghostPlace, type Place, placeOf } from './place.ts'
import { Scenes } from './scenes.ts'
import { uselessTokens } from './tokens.ts'

let server: TestServer
let stage: Stage
let scenes: Scenes

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  scenes = await Scenes.make(stage)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

describe.each(allCases)('C6 D2: $name', (item) => {
  const dialect = dialectOf(item)

  test('every socket has its place in the table, and every place is of a socket', () => {
    expect(Object.keys(item.sockets).sort()).toEqual(dialect.sockets.map(({ path }) => path).sort())
  })

  describe.each(dialect.sockets)('$path', (socket) => {
    const own = item.sockets[socket.path]
    if (own === undefined) return
    const at = (params: Parameters): Address => ({ url: server.url, dialect, socket, params })

    test('every frame has its place in the table, and every place is of a frame', () => {
      expect(Object.keys(own.frames).sort()).toEqual(Object.keys(socket.command.schemas).sort())
    })

    describe.each(own.doors)('the address $what', ({ params, verdicts }) => {
      test.each(kinds)('%s: lets in and closes', async (kind) => {
        const met: Partial<Record<Seat, DoorVerdict>> = {}
        for (const seat of seats) {
          const place = await placeOf(server, scenes.shared(kind), seat)
          const listener = new DialectListener(at(params(place)), place.self.token)
          met[seat] = await listener.door()
          if (met[seat] !== 'in') expect(listener.texts).toEqual([])
          listener.leave()
        }
        expect(met).toEqual(verdicts[kind])
      })
    })

    test('without a session nobody is let in, whatever the address', async () => {
      const place = await placeOf(server, scenes.shared('private'), 'owner')
      for (const params of [own.doors[0].params(place), own.doors[0].params(ghostPlace(place))]) {
        for (const [what, token] of Object.entries(uselessTokens(place.cast))) {
          const headers = token === null ? {} : { authorization: `Bearer ${token}` }
          for (const listener of [
            new DialectListener(at(params), token),
            new DialectListener(at(params), null, { headers }),
          ]) {
            expect([what, await listener.door()]).toEqual([what, own.closed])
            expect(listener.texts).toEqual([])
          }
        }
      }
    })

    test('a token in the header lets in as one in the query does', async () => {
      const place = await placeOf(server, scenes.shared(own.home ?? 'private'), 'owner')
      const headers = { authorization: `Bearer ${place.self.token}` }
      const listener = new DialectListener(at(own.doors[0].params(place)), null, { headers })
      expect(await listener.door()).toBe('in')
      listener.leave()
    })

    const cases = Object.entries(own.frames).flatMap(([name, list]) =>
      list.map((frame) => ({ ...frame, name, title: [name, frame.what].filter(Boolean).join(', ') })),
    )
    describe.each(cases)('$title', (frame) => {
      test.each(kinds)('%s', async (kind) => {
        const { chatId } = scenes.shared(kind)
        const before = await stage.versionOf(chatId)
        const verdicts: Partial<Record<Seat, FrameVerdict>> = {}
        for (const seat of seats) {
          verdicts[seat] = await tryOut({ at, own, socket, frame, kind, seat })
        }
        expect(verdicts).toEqual(frame.verdicts[kind])
        expect(await stage.versionOf(chatId)).toBe(before)
      })
    })
  })
})

interface Attempt {
  readonly at: (params: Parameters) => Address
  readonly own: SocketCase
  readonly socket: DialectSocket
  readonly frame: FrameCase & { readonly name: string }
  readonly kind: Kind
  readonly seat: Seat
}

async function tryOut({ at, own, socket, frame, kind, seat }: Attempt): Promise<FrameVerdict> {
  const isDone = frame.verdicts[kind][seat] === 'done'
  const scene = isDone ? await scenes.fresh(kind) : scenes.shared(kind)
  const place = await placeOf(server, scene, seat)
  const { cast, self } = place
  const home = frame.fromHome === undefined ? place : await homeOf(stage, cast, self, frame.fromHome)
  const listener = new DialectListener(at(own.doors[0].params(home)), self.token)
  try {
    if ((await listener.door()) !== 'in') return 'shut'
    const isIn = onlyMembers[kind][seat] === 200
    const faultOf = async (fields: FrameFields): Promise<string | undefined> => {
      listener.send(fields)
      const told = (await listener.heard()).join('\n')
      if (!isIn) expect(told).not.toContain(canary)
      if (!isIn && !JSON.stringify(fields).includes(place.chatId)) expect(told).not.toContain(place.chatId)
      return told.split('\n').find((text) => listener.isFault(text))
    }
    for (const fields of frame.before?.(place) ?? []) await faultOf(fields)
    const others = await actionsOfOthers(place)
    const named = (of: Place) => ({
      ...claims(of),
      [socket.command.field]: frame.name,
      ...frame.frame(of, home),
    })
    const fault = await faultOf(named(place))
    expect(await actionsOfOthers(place)).toEqual(others)
    if (fault === undefined) return 'done'
    expect(fault).not.toContain(canary)
    const namesIt = JSON.stringify(named(place)) !== JSON.stringify(named(ghostPlace(place)))
    return namesIt && fault === (await faultOf(named(ghostPlace(place)))) ? '-' : 'fault'
  } finally {
    listener.leave()
  }
}

/** Says that somebody else acts: fields that no contract has a place for in its frames. */
const claims = ({ cast }: Place): FrameFields => ({
  sender_id: cast.bystander.id,
  user_id: cast.bystander.id,
  reader_id: cast.bystander.id,
})

/** What the others have written and read: nobody acts for them. */
async function actionsOfOthers({ chatId, self }: Place): Promise<unknown> {
  const { stores } = server.app.ports.storage
  const members = await stores.chatFacts.members([chatId], 100)
  const { items } = await stores.messages.page(chatId, { from: 'after', seq: 0 }, 100)
  return {
    cursors: members.filter(({ user_id }) => user_id !== self.id).map((member) => member.read_seq),
    messages: items.filter(({ sender_id }) => sender_id !== self.id),
  }
}
