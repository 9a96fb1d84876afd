// I7 S6: over every socket of every dialect members hear what their contract tells them of a chat, and nobody else hears anything:
// no stranger, nobody who was in it before, and who is removed nothing of what comes after.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { canary, Stage } from '../stage.ts'
import { actionsIn, lastWords, readAll } from './actions.ts'
import { allCases, dialectOf } from './all-cases.ts'
import { type Action, actions, type Ear, ears, type SocketCase } from './dialect-case.ts'
import { type Address, DialectListener } from './dialect-listener.ts'
import { homeOf } from './home.ts'
import { placeOf } from './place.ts'

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

const members: readonly Ear[] = ['owner', 'admin', 'member']

function toldOf(own: SocketCase, action: Action, ear: Ear): string {
  const told = own.told[action] ?? ''
  return typeof told === 'string' ? told : (told[ear] ?? '')
}

/** The names of the frames that each is told. */
function toldTo(own: SocketCase, ear: Ear): string[] {
  if (!members.includes(ear)) return []
  const all = actions.map((action) => toldOf(own, action, ear))
  const untilRemoval = ear === 'member' ? all.slice(0, actions.indexOf('remove') + 1) : all
  return untilRemoval.join(' ').split(' ').filter(Boolean)
}

describe.each(allCases)('I7 S6 D5: $name', (item) => {
  const dialect = dialectOf(item)

  test.each(dialect.sockets)('$path', async (socket) => {
    const own = item.sockets[socket.path]
    if (own === undefined) throw new Error(`${socket.path} has no place in the table`)
    const scene = await stage.scene(own.home ?? 'private', await stage.cast())
    await readAll(stage, scene)
    const listeners = new Map<Ear, DialectListener>()
    for (const ear of ears) {
      const place = await placeOf(server, scene, ear)
      const isAtHome = own.home !== undefined && !members.includes(ear)
      const at = isAtHome ? await homeOf(stage, scene.cast, place.self, own.home ?? 'private') : place
      const address: Address = { url: server.url, dialect, socket, params: own.doors[0].params(at) }
      const listener = await DialectListener.enter(address, place.self.token)
      for (const frame of own.enter?.(place) ?? []) listener.send(frame)
      await listener.heard()
      listeners.set(ear, listener)
    }

    const toDo = actionsIn(stage, scene)
    for (const action of actions) await toDo[action]()

    const listenerOf = (ear: Ear) => listeners.get(ear) ?? expect.unreachable()
    // One event goes to all sockets of a kind at once: what others are told of the actions is written when somebody hears the last.
    const last = members.find((ear) => ear !== 'member' && toldOf(own, 'message after', ear) !== '')
    if (last === undefined) throw new Error(`nobody is told of the last action over ${socket.path}`)
    await listenerOf(last).hears(toldTo(own, last).length)
    if (own.home !== undefined) expect(await listenerOf('member').closed).toBe(own.closed)
    const heard: Partial<Record<Ear, string[]>> = {}
    for (const ear of ears) {
      const texts = await listenerOf(ear).heard()
      heard[ear] = texts.map((text) => JSON.parse(text)[own.namedBy])
      if (!members.includes(ear)) expect(listenerOf(ear).texts.join()).not.toContain(canary)
    }
    expect(heard).toEqual(Object.fromEntries(ears.map((ear) => [ear, toldTo(own, ear)])))
    expect(listenerOf('member').texts.join()).not.toContain(lastWords)
    for (const listener of listeners.values()) listener.leave()
  })
})
