// D10: contracts without cookies are open to pages of any origin; those with cookies are in cookies.test.ts and pages.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { Stage } from '../stage.ts'
import { allCases, dialectOf } from './all-cases.ts'
import { DialectDoor, keyOf } from './dialect-door.ts'
import { DialectListener } from './dialect-listener.ts'
import { placeOf } from './place.ts'
import { Scenes } from './scenes.ts'

let server: TestServer
let stage: Stage
let scenes: Scenes

beforeAll(async () => {
  const ports = Object.fromEntries(allCases.map(({ name }) => [name, 0]))
  server = await startTestServer({ dialects: { enabled: allCases.map(({ name }) => name), ports } })
  stage = new Stage(server)
  scenes = await Scenes.make(stage)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

const origins = [
  'https://anywhere.example',
  'http://localhost:3000',
  'http://192.168.1.7:8100',
  'null',
  'capacitor://localhost',
  'ionic://localhost',
  'app://-',
  'chrome-extension://abcdefghijklmnop',
]
const asked = 'authorization,content-type,x-requested-with,x-client-version'

describe.each(allCases)('D10: $name', (cases) => {
  const dialect = dialectOf(cases)
  const isOpen = dialect.cookies === undefined

  test.each(origins)('what pages of %s may ask for, they may read', async (origin) => {
    for (const route of dialect.routes) {
      const door = new DialectDoor(stage.door, dialect)
      const path = door.pathOf(keyOf(route), {})
      const { headers: allowed } = await stage.door.send({
        method: 'OPTIONS',
        path,
        headers: {
          origin,
          'access-control-request-method': route.method,
          'access-control-request-headers': asked,
        },
      })
      const answer = await stage.door.send({ method: route.method, path, headers: { origin } })
      for (const headers of [allowed, answer.headers]) {
        expect([path, headers['access-control-allow-origin']]).toEqual([path, '*'])
        expect(headers).not.toHaveProperty('access-control-allow-credentials')
      }
      expect(allowed['access-control-allow-methods']).toContain(route.method)
      const mayAll = asked
        .split(',')
        .every((name) => String(allowed['access-control-allow-headers']).toLowerCase().includes(name))
      expect([path, mayAll]).toEqual([path, isOpen])
    }
  })

  test('on a port of its own, too', async () => {
    for (const origin of origins) {
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      }
      const at = `http://127.0.0.1:${server.app.dialectPorts[dialect.name]}/anything`
      const response = await fetch(at, { method: 'OPTIONS', headers })
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-headers') === asked).toBe(isOpen)
    }
  })

  test.each(dialect.sockets)('pages of any origin open $path with a token', async (socket) => {
    const own = cases.sockets[socket.path] ?? expect.unreachable()
    const place = await placeOf(server, scenes.shared(own.home ?? 'private'), 'owner')
    const address = { url: server.url, dialect, socket, params: own.doors[0].params(place) }
    for (const origin of origins) {
      const listener = new DialectListener(address, place.self.token, { headers: { origin } })
      expect([origin, await listener.door()]).toEqual([origin, 'in'])
      listener.leave()
    }
  })
})
