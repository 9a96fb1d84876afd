// A18: the contract's own cookies where people come by TLS, below the base and on a port of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { SocketClient } from '../kit/test/socket-client.ts'
import { Visitor } from './test/visitor.ts'

const password = 'password123'
const email = 'vera@example.com'
const status = '/api/v1/messenger/read/status'

interface Place {
  /** Where a program finds it, and where a browser does. */
  readonly address: string
  readonly page: string
  readonly headers: Readonly<Record<string, string>>
}

let server: TestServer

const serverWith = (http: { readonly publicUrl?: string; readonly trustProxy?: boolean }) =>
  startTestServer({ http, dialects: { enabled: ['messenger'], ports: { messenger: 0 } } })

const places = ['below its base', 'on its port'] as const
const addressOf = (place: (typeof places)[number]): string =>
  place === 'on its port'
    ? `http://127.0.0.1:${server.app.dialectPorts.messenger}`
    : `${server.url}/compat/messenger`

const pair = (visitor: Visitor, names: Readonly<Record<string, string>>): string =>
  Object.entries(names)
    .map(([name, sent]) => `${sent}=${visitor.cookies.get(name)?.value}`)
    .join('; ')

/** What comes of a socket: its first frame, or the code that it is closed with. */
async function socketWith(place: Place, cookie: string): Promise<unknown> {
  const headers = { ...place.headers, cookie, origin: place.page }
  const socket = new SocketClient(`${place.address}${status}`, { headers })
  const opened = socket.send({ event: 'check_unread' }).then(() => socket.next({ event: 'unread_chats' }))
  const outcome = await Promise.race([opened.catch(() => socket.closed), socket.closed])
  await socket.close()
  return outcome
}

const ways = [
  {
    way: 'the public address is https',
    http: { publicUrl: 'https://chat.example' },
    page: 'https://chat.example',
    headers: {},
  },
  {
    way: 'a trusted proxy was called by https',
    http: { trustProxy: true },
    page: 'https://talk.example',
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'talk.example' },
  },
] as const

describe.each(ways)('A18: where $way', ({ http, page, headers }) => {
  beforeAll(async () => {
    server = await serverWith(http)
    const registered = await new Visitor(`${server.url}/compat/messenger`).form('/api/v1/users/register', {
      name: 'Vera',
      email,
      password,
    })
    expect(registered.status).toBe(303)
  })
  afterAll(() => server?.stop())

  const placeAt = (place: (typeof places)[number]): Place => ({ address: addressOf(place), page, headers })
  async function loggedIn(place: Place): Promise<Visitor> {
    const visitor = new Visitor(place.address)
    const own = { ...headers, origin: page }
    expect((await visitor.form('/api/v1/auth/login', { email, password }, own)).status).toBe(303)
    return visitor
  }

  test.each(places)('%s cookies are of this very host', async (name) => {
    const visitor = await loggedIn(placeAt(name))
    expect([...visitor.cookies.keys()]).toEqual([
      '__Host-access_token',
      '__Host-refresh_token',
      '__Host-device_token',
    ])
    for (const { path, attributes } of visitor.cookies.values()) {
      expect(path).toBe('/')
      expect(attributes).toMatch(/Secure/)
      expect(attributes).not.toMatch(/Domain/i)
    }
  })

  test.each(places)('%s they open calls and sockets, and those of the former names do not', async (name) => {
    const place = placeAt(name)
    const visitor = await loggedIn(place)
    const own = pair(visitor, { '__Host-access_token': '__Host-access_token' })
    const plain = pair(visitor, { '__Host-access_token': 'access_token' })
    const create = async (cookie: string) => {
      const fields = { name: 'A group', group_type: 'private' }
      const given = { ...headers, cookie, origin: page }
      return (await new Visitor(place.address).form('/api/v1/groups/create', fields, given)).status
    }
    expect([await create(own), await create(plain)]).toEqual([303, 401])
    expect([await socketWith(place, own), await socketWith(place, plain)]).toEqual([
      { event: 'unread_chats', chat_ids: [] },
      1008,
    ])
  })

  test.each(places)('%s every answer says to come no other way, where that is sure', async (name) => {
    const expected = 'publicUrl' in http ? 'max-age=31536000' : null
    for (const path of ['/api/v1/messages/history/x', '/nowhere', '/openapi.json', '/api/v1/auth/login']) {
      const { headers: told } = await fetch(placeAt(name).address + path, { headers })
      expect([path, told.get('strict-transport-security')]).toEqual([path, expected])
    }
  })

  test.each(places)('%s a session with the former names has the new ones after a refresh', async (name) => {
    const place = placeAt(name)
    const former = pair(await loggedIn(place), {
      '__Host-access_token': 'access_token',
      '__Host-refresh_token': 'refresh_token',
    })
    const answer = await new Visitor(place.address).form(
      '/api/v1/auth/refresh',
      {},
      { ...headers, cookie: former, origin: page },
    )
    expect(answer.status).toBe(200)
    const below = new URL(`${place.address}/api/v1/auth`).pathname
    expect(answer.headers.getSetCookie().map((line) => line.split('; ', 1)[0]?.replace(/=.+/, '=…'))).toEqual(
      ['__Host-access_token=…', '__Host-refresh_token=…', 'access_token=', 'refresh_token='],
    )
    expect(answer.headers.getSetCookie().at(-1)).toContain(`Path=${below}`)
  })
})

describe('where nobody comes by TLS', () => {
  beforeAll(async () => {
    server = await serverWith({})
  })
  afterAll(() => server?.stop())

  test('the cookies have the names of the contract', async () => {
    const visitor = new Visitor(addressOf('below its base'))
    await visitor.form('/api/v1/users/register', { name: 'Vera', email, password })
    await visitor.form('/api/v1/auth/login', { email, password })
    expect([...visitor.cookies.keys()]).toEqual(['access_token', 'refresh_token', 'device_token'])
  })
})
