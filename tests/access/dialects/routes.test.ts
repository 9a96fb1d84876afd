// C2 C4 C6 A20: every call of every dialect, by everyone, in every kind of chat. What an actor may not see must answer byte for byte like
// what does not exist, and what is refused must change nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import type { Answer } from '../http-door.ts'
import { emailsOfOthers, outsiders } from '../people.ts'
import { canary, type Kind, kinds, type Seat, Stage, seats } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import { type ChatCall, callers, type Encounter, refusalsOf } from './dialect-case.ts'
import { DialectDoor, type DialectParts, keyOf, type RouteKey } from './dialect-door.ts'
import type { CallVerdict } from './dialect-table.ts'
import { ghostPlace, numbersOf, placeOf } from './place.ts'
import { Scenes } from './scenes.ts'
import { forged, uselessTokens } from './tokens.ts'

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

test('every dialect has its cases', () => {
  expect(allCases.map(({ name }) => name).sort()).toEqual(dialects.map(({ name }) => name).sort())
})

describe.each(allCases)('C6 D2 A20: $name', (item) => {
  const dialect = dialectOf(item)
  const door = () => new DialectDoor(stage.door, dialect)
  const cases = Object.entries(item.routes).flatMap(([key, list = []]) =>
    list.map((call) => ({
      ...call,
      key: key as RouteKey,
      name: [key, call.what].filter(Boolean).join(', '),
    })),
  )

  test('every route has its place in a table, and every place is of a route', () => {
    expect(Object.keys(item.routes).sort()).toEqual(dialect.routes.map(keyOf).sort())
  })

  describe.each(cases.filter((call) => call.about === 'chat'))('$name', (call) => {
    test.each(kinds)('%s', async (kind) => {
      const { chatId } = scenes.shared(kind)
      const before = await stage.versionOf(chatId)
      const verdicts: Partial<Record<Seat, CallVerdict>> = {}
      for (const seat of seats) verdicts[seat] = await tryOut(door(), call, kind, seat)
      expect(verdicts).toEqual(call.verdicts[kind])
      expect(await stage.versionOf(chatId)).toBe(before)
    })

    test('an id in capitals is the same id', async () => {
      const place = await placeOf(server, await scenes.fresh('private'), 'owner')
      const parts = call.parts(place)
      const answer = await door().call(call.key, place.self.token, { ...parts, ...inCapitals(parts) })
      expect(verdictOf(answer)).toBe(call.verdicts.private.owner)
      // Whoever is told of it must find it under the id that they know.
      expect(answer.text).not.toContain(place.chatId.toUpperCase())
    })

    test('without a session nobody is told anything', async () => {
      for (const kind of kinds) {
        const place = await placeOf(server, scenes.shared(kind), 'owner')
        for (const [what, token] of Object.entries(uselessTokens(place.cast))) {
          for (const prefix of ['', ...(dialect.prefixes ?? [])]) {
            const below = new DialectDoor(stage.door, dialect, prefix)
            const answer = await below.call(call.key, token, call.parts(place))
            const nothing = await below.call(call.key, token, call.parts(ghostPlace(place)))
            const { anonymous, forged: useless } = refusalsOf(item)
            const status = token === null ? anonymous : useless
            expect([what, answer.status]).toEqual([what, status])
            expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
            expect(answer.bytes).toBe(nothing.bytes)
          }
        }
      }
    })
  })

  describe.each(cases.filter((call) => call.about === 'person'))('$name', (call) => {
    test.each(callers)('%s', async (caller) => {
      const encounter = await meet(item.name)
      const parts = await call.parts(encounter)
      const token = call.token?.(encounter) ?? encounter.self.token
      if (caller === 'ended') await stage.door.ask('logout', encounter.self.token, { body: {} })
      const shown = { anonymous: null, forged: forged(token), ended: token, person: token }[caller]
      const answer = await door().call(call.key, shown, parts)
      expect([answer.status, answer.text]).toEqual([call.verdicts[caller], answer.text])
      expect(answer.bytes).not.toContain(encounter.other.email)
    })
  })
})

const verdictOf = ({ status }: Answer): CallVerdict => (status === 404 ? '-' : status)

function inCapitals({ params, body }: DialectParts): DialectParts {
  const text = JSON.stringify({ params, body })
  const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g
  return JSON.parse(text.replaceAll(uuid, (id) => id.toUpperCase()))
}

async function meet(door: string): Promise<Encounter> {
  const people = { self: await stage.people.arrive('self', door), other: await stage.people.arrive('other') }
  return { ...people, numbers: await numbersOf(server, people), server }
}

async function tryOut(
  door: DialectDoor,
  call: ChatCall & { readonly key: RouteKey },
  kind: Kind,
  seat: Seat,
): Promise<CallVerdict> {
  const expected = call.verdicts[kind][seat]
  const changes = door.route(call.key).method !== 'GET' && typeof expected === 'number' && expected < 400
  const scene = changes ? await scenes.fresh(kind) : scenes.shared(kind)
  const place = await placeOf(server, scene, seat)
  const { token } = place.self
  const answer = await door.call(call.key, token, call.parts(place))
  if (answer.status >= 400) expect(answer.text).not.toContain(canary)
  if (outsiders.has(seat)) expect(emailsOfOthers(answer.bytes, place.self)).toEqual([])
  if (answer.status !== 404) return answer.status
  const nothing = await door.call(call.key, token, call.parts(ghostPlace(place)))
  expect(answer.bytes).toBe(nothing.bytes)
  return '-'
}
