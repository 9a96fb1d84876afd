// D5: whoever ends a session closes its sockets of every dialect, and nobody else's.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { Stage } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import { type Address, DialectListener } from './dialect-listener.ts'
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

describe.each(allCases)('D5: $name', (item) => {
  const dialect = dialectOf(item)

  test.each(dialect.sockets)('$path', async (socket) => {
    const own = item.sockets[socket.path]
    if (own === undefined) throw new Error(`${socket.path} has no place in the table`)
    const scene = await stage.scene(own.home ?? 'private', await stage.cast())
    const place = await placeOf(server, scene, 'owner')
    const address: Address = { url: server.url, dialect, socket, params: own.doors[0].params(place) }
    const other = await stage.people.again(place.self)
    const [ended, living] = [
      await DialectListener.enter(address, place.self.token),
      await DialectListener.enter(address, other.token),
    ]
    await stage.door.ask('revokeSession', other.token, { params: { session_id: place.self.sessionId } })
    expect(await ended.closed).toBe(own.closed)
    await living.heard()
    expect(living.ending).toBeNull()
    const again = new DialectListener(address, place.self.token)
    expect(await again.closed).toBe(own.closed)
    living.leave()
  })
})
