// C2 C4 C5 C6: every call of the route table, by everyone, in every kind of chat. What an actor may not see must answer byte for
// byte like what does not exist, and what is refused must change nothing.
import { routes } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { type AccountScene, accountCases, type Caller, callers } from './account-cases.ts'
import { type ChatCase, chatCases } from './chat-cases.ts'
import { fileCases } from './file-cases.ts'
import { type Answer, problemIn } from './http-door.ts'
import { messageCases } from './message-cases.ts'
import { emailsOfOthers } from './people.ts'
import {
  type Cast,
  canary,
  ghostOf,
  type Kind,
  kinds,
  type Scene,
  type Seat,
  Stage,
  seats,
  targetOf,
} from './stage.ts'
import type { Verdict } from './verdict-table.ts'

const cases = [...chatCases, ...messageCases, ...fileCases]

let server: TestServer
let stage: Stage
let cast: Cast
const shared = new Map<Kind, Scene>()

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  cast = await stage.cast()
  for (const kind of kinds) shared.set(kind, await stage.scene(kind, cast))
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

/** A chat that nobody changes: for calls that only read, or that must be refused. */
function sharedScene(kind: Kind): Scene {
  const scene = shared.get(kind)
  if (scene === undefined) throw new Error(`no ${kind} chat was made`)
  return scene
}

const verdictOf = (answer: Answer): Verdict => (answer.status < 400 ? answer.status : problemIn(answer).code)

test('every route has its place in a table, and every place is of a route', () => {
  const told = new Set([...cases, ...accountCases].map((item) => item.route))
  expect([...told].sort()).toEqual(Object.keys(routes).sort())
})

async function tryOut({ route, parts, verdicts }: ChatCase, kind: Kind, seat: Seat): Promise<Verdict> {
  const changes = routes[route].method !== 'GET' && typeof verdicts[kind][seat] === 'number'
  const scene = changes ? await stage.scene(kind, cast) : sharedScene(kind)
  const target = targetOf(scene, seat)
  const { token } = scene.cast[seat]
  const answer = await stage.door.call(route, token, parts(target))
  const verdict = verdictOf(answer)
  if (typeof verdict === 'string') expect(answer.text).not.toContain(canary)
  // The canonical contract shows nobody's email but one's own.
  expect(emailsOfOthers(answer.bytes, scene.cast[seat])).toEqual([])
  if (verdict === 'not_found') {
    const nothing = await stage.door.call(route, token, parts(ghostOf(target)))
    expect(answer.bytes).toBe(nothing.bytes)
  }
  return verdict
}

describe.each(cases)('C2 C4 C5 C6 M3 A20: $name', (item) => {
  test.each(kinds)('%s', async (kind) => {
    const { chatId } = sharedScene(kind)
    const before = await stage.versionOf(chatId)
    const verdicts: Partial<Record<Seat, Verdict>> = {}
    for (const seat of seats) verdicts[seat] = await tryOut(item, kind, seat)
    expect(verdicts).toEqual(item.verdicts[kind])
    expect(await stage.versionOf(chatId)).toBe(before)
  })

  test('without a session nobody is told anything', async () => {
    for (const kind of kinds) {
      const scene = sharedScene(kind)
      const target = targetOf(scene, 'owner')
      for (const [token, code] of [
        [null, 'unauthenticated'],
        [scene.cast.revoked.token, 'session_revoked'],
      ] as const) {
        const answer = await stage.door.call(item.route, token, item.parts(target))
        const nothing = await stage.door.call(item.route, token, item.parts(ghostOf(target)))
        expect(problemIn(answer)).toMatchObject({ status: 401, code })
        expect(answer.bytes).toBe(nothing.bytes)
      }
    }
  })
})

describe.each(accountCases)('$name', (item) => {
  test.each(callers)('%s', async (caller) => {
    const scene: AccountScene = {
      self: await stage.people.arrive('caller'),
      other: await stage.people.arrive('other'),
      people: stage.people,
      door: stage.door,
    }
    const parts = await item.parts(scene)
    if (caller !== 'person') await stage.door.ask('logout', scene.self.token, { body: {} })
    const token = caller === 'anonymous' ? null : scene.self.token
    const answer = await stage.door.call(item.route, token, parts)
    expect(verdictOf(answer)).toBe(item.verdicts[caller satisfies Caller])
    // Whoever logs in as the other is the other.
    if (item.route !== 'login') expect(answer.bytes).not.toContain(scene.other.email)
  })
})
