// A8: cookies open the doors of those dialects that have them, to pages of an own origin alone, and none of any other dialect.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import type { Call } from '../http-door.ts'
import { Stage } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import { type DialectCases, refusalsOf } from './dialect-case.ts'
import { DialectDoor, keyOf } from './dialect-door.ts'
import { DialectListener } from './dialect-listener.ts'
import { numbersOf, type Place, placeOf } from './place.ts'
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

const foreignPages: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1.evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
]

/** The first call of every route that wants a session, as the owner of a new private group would make it, without a token. */
async function callsOf(cases: DialectCases): Promise<{ readonly call: Call; readonly place: Place }[]> {
  const door = new DialectDoor(stage.door, dialectOf(cases))
  const routes = door.dialect.routes.filter(({ auth }) => auth === 'user')
  return Promise.all(
    routes.map(async (route) => {
      const place = await placeOf(server, await scenes.fresh('private'), 'owner')
      const [item] = cases.routes[keyOf(route)] ?? []
      const people = { self: place.self, other: place.cast.guest }
      const encounter = { ...people, numbers: await numbersOf(server, people), server }
      const parts = item?.about === 'chat' ? item.parts(place) : await item?.parts(encounter)
      return { call: await door.callOf(keyOf(route), null, parts ?? {}), place }
    }),
  )
}

const withHeaders = (call: Call, headers: Readonly<Record<string, string>>): Call => ({
  ...call,
  headers: { ...call.headers, ...headers },
})

const baking = allCases.filter((cases) => dialectOf(cases).cookies !== undefined)

describe.each(baking)('$name, with cookies', (cases) => {
  const dialect = dialectOf(cases)
  const cookie = (token: string) => ({ cookie: `${dialect.cookies?.access}=${token}` })

  test('a cookie is as good as a header, and no better', async () => {
    for (const { call, place } of await callsOf(cases)) {
      for (const [what, token] of Object.entries(uselessTokens(place.cast))) {
        const { status } = await stage.door.send(withHeaders(call, token === null ? {} : cookie(token)))
        expect([what, status]).toEqual([what, 401])
      }
      const own = { ...cookie(place.self.token), origin: server.url }
      expect((await stage.door.send(withHeaders(call, own))).status).not.toBe(401)
    }
  })

  test('pages of other origins change nothing with it', async () => {
    for (const { call, place } of await callsOf(cases)) {
      const before = await stage.versionOf(place.chatId)
      for (const headers of foreignPages) {
        const answer = await stage.door.send(withHeaders(call, { ...cookie(place.self.token), ...headers }))
        // What they may ask for they cannot read: with cookies, only an answer that names their origin and allows credentials.
        expect(answer.headers['access-control-allow-origin']).toBe('*')
        expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
        if (call.method !== 'GET') expect([call.path, answer.status]).toEqual([call.path, 403])
      }
      expect(await stage.versionOf(place.chatId)).toBe(before)
    }
  })

  test('its sockets open with the cookie, for pages of an own origin', async () => {
    for (const socket of dialect.sockets) {
      const own = cases.sockets[socket.path]
      if (own === undefined) throw new Error(`${socket.path} has no cases`)
      const place = await placeOf(server, scenes.shared(own.home ?? 'private'), 'owner')
      const address = { url: server.url, dialect, socket, params: own.doors[0].params(place) }
      const doorFor = async (headers: Readonly<Record<string, string>>) => {
        const listener = new DialectListener(address, null, { headers })
        const door = await listener.door()
        listener.leave()
        return door
      }
      expect(await doorFor({ ...cookie(place.self.token), origin: server.url })).toBe('in')
      for (const page of foreignPages)
        expect(await doorFor({ ...cookie(place.self.token), ...page })).toBe(403)
      expect(await doorFor(cookie(place.cast.revoked.token))).toBe(own.closed)
    }
  })
})

describe.each(allCases)('$name', (cases) => {
  const dialect = dialectOf(cases)
  /** Of the canonical API, and of every other dialect. */
  const foreignNames = ['parley_access', ...baking.map((other) => dialectOf(other).cookies?.access)].filter(
    (name) => name !== undefined && name !== dialect.cookies?.access,
  )

  test('the cookies of others are none', async () => {
    for (const { call, place } of await callsOf(cases)) {
      for (const name of foreignNames) {
        const headers = { cookie: `${name}=${place.self.token}`, origin: server.url }
        expect((await stage.door.send(withHeaders(call, headers))).status).toBe(refusalsOf(cases).anonymous)
      }
    }
  })
})
