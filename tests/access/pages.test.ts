// P7 W9: which pages may use the cookies of whoever looks at them, at every door of a server that nobody configured: those of the server, and on its
// own machine those of port 3000.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import type { Dialect } from '../../packages/server/src/dialects/kit/dialect.ts'
import type { TestServer } from '../../packages/server/test/harness.ts'
import { type CallerOf, neighbourOf, startUnconfigured, strangers, strangerTo } from './stranger.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, '0190a6f0-0000-7000-8000-00000000000a')

const ownMachine = ['http://localhost:3000', 'http://127.0.0.1:3000'] as const
const foreign = ['https://evil.example', 'http://localhost:3001', 'https://localhost:3000'] as const

let server: TestServer
/** Of somebody who is logged in, at every door that knows cookies. */
let cookie = ''
beforeAll(async () => {
  server = await startUnconfigured({ messenger: 0 })
  const { text } = await register(neighbourOf(server.app.port), { username: 'somebody' })
  const { access_token: token } = JSON.parse(text)
  const names = ['parley_access', ...dialects.flatMap(({ cookies }) => cookies?.access ?? [])]
  cookie = names.map((name) => `${name}=${token}`).join('; ')
})
afterAll(() => server?.stop())

const register = ({ ask }: CallerOf, account: object, headers: Record<string, string> = {}) =>
  ask({
    method: 'POST',
    path: '/api/v1/auth/register',
    body: JSON.stringify({ password: 'correct horse', ...account }),
    headers: { 'content-type': json, ...headers },
  })

/** Where the canonical API is, with dialects. */
const places = [
  {
    place: 'on the main port',
    port: () => server.app.port,
    known: dialects,
    baseOf: ({ name }: Dialect) => `/compat/${name}`,
  },
  {
    place: 'on the port of messenger',
    port: () => server.app.dialectPorts.messenger ?? 0,
    known: dialects.filter(({ name }) => name === 'messenger'),
    baseOf: () => '',
  },
] as const

describe.each(places)('P7 W9: $place', ({ port, known, baseOf }) => {
  /** Calls that change something. */
  const calls = known.flatMap((dialect) =>
    dialect.routes
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, auth }) => ({
        name: `${dialect.name} ${method} ${path}`,
        method,
        path: baseOf(dialect) + filled(path),
        // Where the contract knows no cookies they are nobody's.
        refusal:
          dialect.cookies !== undefined
            ? 403
            : auth === 'user'
              ? (dialect.withoutToken?.unauthenticated?.[0] ?? 401)
              : null,
      })),
  )
  /** Sockets that open with a cookie. */
  const sockets = [
    '/api/v1/ws',
    ...known.flatMap((dialect) =>
      dialect.cookies === undefined ? [] : dialect.sockets.map(({ path }) => baseOf(dialect) + filled(path)),
    ),
  ]

  /** What a page of the origin gets by the cookies that it must not. */
  async function gains({ ask }: CallerOf, origin: string): Promise<string[]> {
    const gained: string[] = []
    for (const { name, method, path, refusal } of calls) {
      const preflight = { origin, 'access-control-request-method': method }
      const answer = await ask({ method, path, headers: { origin, cookie } })
      for (const { headers } of [await ask({ method: 'OPTIONS', path, headers: preflight }), answer]) {
        if (headers['access-control-allow-origin'] !== '*') gained.push(`${name} may be read`)
        if (headers['access-control-allow-credentials'] !== undefined) gained.push(`${name} takes cookies`)
      }
      if (refusal !== null && answer.status !== refusal) gained.push(`${name}: ${answer.status}`)
      if (answer.headers['set-cookie'] !== undefined) gained.push(`${name} sets cookies`)
    }
    const account = { username: `eve${crypto.randomUUID().slice(0, 8)}`, transport: 'cookie' }
    const { text } = await register({ ask, address: '' }, account, { origin })
    if (JSON.parse(text).code !== 'origin_refused') gained.push(`an account: ${text}`)
    return gained
  }

  /** The status of a handshake with cookies, as a browser makes it for a page of the origin. */
  async function handshake({ ask }: CallerOf, path: string, origin: string): Promise<number> {
    const key = Buffer.alloc(16).toString('base64')
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const headers = { ...upgrade, 'sec-websocket-key': key, cookie, origin }
    return (await ask({ method: 'GET', path, headers })).status
  }

  /** What becomes of a group that a page of the origin asks for, by a call of a dialect with cookies. */
  const groupFor = async ({ ask }: CallerOf, origin: string): Promise<number> => {
    const group = calls.find(({ path }) => path.endsWith('/groups/create'))?.path ?? ''
    const body = 'name=ours&group_type=private'
    const headers = { origin, cookie, 'content-type': form }
    return (await ask({ method: 'POST', path: group, body, headers })).status
  }

  test('there are calls and sockets that know cookies', () => {
    expect(calls.filter(({ refusal }) => refusal === 403).length).toBeGreaterThan(5)
    expect(sockets.length).toBeGreaterThan(2)
  })

  describe.each(strangers)('for a stranger %s', (which) => {
    test.each([...ownMachine, ...foreign])('a page of %s uses no cookies', async (origin) => {
      expect(await gains(strangerTo(port(), which), origin)).toEqual([])
    })

    test.each([...ownMachine, ...foreign])('a page of %s opens no socket with cookies', async (origin) => {
      const stranger = strangerTo(port(), which)
      for (const path of sockets) expect([path, await handshake(stranger, path, origin)]).toEqual([path, 403])
    })

    test('a page of the server does both', async () => {
      const stranger = strangerTo(port(), which)
      expect(await groupFor(stranger, stranger.address)).toBe(303)
      for (const path of sockets)
        expect([path, await handshake(stranger, path, stranger.address)]).toEqual([path, 101])
    })
  })

  describe('on the server’s own machine', () => {
    test.each(ownMachine)('a page of %s uses cookies and opens sockets with them', async (origin) => {
      const neighbour = neighbourOf(port())
      expect(await groupFor(neighbour, origin)).toBe(303)
      for (const path of sockets)
        expect([path, await handshake(neighbour, path, origin)]).toEqual([path, 101])
      const headers = { origin, 'access-control-request-method': 'POST' }
      for (const path of ['/api/v1/chats', ...calls.map((call) => call.path)]) {
        const { headers: allowed } = await neighbour.ask({ method: 'OPTIONS', path, headers })
        expect([path, allowed['access-control-allow-origin']]).toEqual([path, origin])
        expect([path, allowed['access-control-allow-credentials']]).toEqual([path, 'true'])
      }
    })

    test.each(foreign)('a page of %s does neither', async (origin) => {
      const neighbour = neighbourOf(port())
      expect(await gains(neighbour, origin)).toEqual([])
      for (const path of sockets)
        expect([path, await handshake(neighbour, path, origin)]).toEqual([path, 403])
    })
  })
})
