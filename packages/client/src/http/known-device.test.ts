// A device that is known at the next login: what the server gave is shown there, and nowhere else.
import type { RouteBody } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DeviceStoreError } from '../errors.ts'
import { Parley } from '../parley.ts'
import { storePatience } from '../patience.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { me, meId } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { until } from '../testing/until.ts'
import type { AccountOptions, DeviceStore, ParleyClient } from '../types.ts'

const password = 'a long password'
let items: Map<string, string>
let store: DeviceStore
let server: FakeServer
let clients: ParleyClient[]
let reported: unknown[]

/** The bodies of all logins. `gives`: the device token of the answer. */
const hearLogins = (at: FakeServer, gives: string | undefined) => {
  const bodies: unknown[] = []
  at.restOverride = (call, body) => {
    if (call !== 'POST /auth/login' && call !== 'POST /auth/register') return undefined
    bodies.push(body)
    const tokens = { access_token: at.token, refresh_token: at.refreshToken }
    const account = {
      user: { ...me, id: meId, username: 'Ana.B', email: 'ana@example.org' },
      session_id: meId,
    }
    const device = gives === undefined ? {} : { device_token: gives }
    return { status: 200, body: { ...account, token_type: 'Bearer', expires_in: 900, ...tokens, ...device } }
  }
  return bodies
}
const optionsOf = (more: Partial<AccountOptions> = {}): AccountOptions => ({
  ...{ url: server.url, devices: store, clock: new FakeClock() },
  ...{ onError: (error: unknown) => reported.push(error), ...more },
})
const logIn = async (body: Partial<RouteBody<'login'>> = {}, more: Partial<AccountOptions> = {}) => {
  const client = await Parley.login(optionsOf(more), { login: 'ana.b', password, ...body })
  clients.push(client)
  return client
}

beforeEach(async () => {
  items = new Map()
  store = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
  }
  server = await FakeServer.start()
  clients = []
  reported = []
})
afterEach(async () => {
  for (const client of clients) await client.close()
  await server.stop()
})

describe('K12: the device that somebody logged in on', () => {
  it('is shown at the next login of the account, also after logging out, by any of its names', async () => {
    const bodies = hearLogins(server, 'known 1')
    const client = await logIn()
    await client.logout()
    for (const login of ['ana.b', 'Ana.B', 'ana@example.org']) await logIn({ login })
    const again = { password, device_token: 'known 1' }
    expect(bodies).toEqual([
      { login: 'ana.b', password },
      ...['ana.b', 'Ana.B', 'ana@example.org'].map((login) => ({ login, ...again })),
    ])
    expect(reported).toEqual([])
  })

  it('is known from the registration on', async () => {
    const bodies = hearLogins(server, 'known 1')
    clients.push(await Parley.register(optionsOf(), { username: 'Ana.B', password }))
    await logIn({ login: 'Ana.B' })
    expect(bodies[1]).toEqual({ login: 'Ana.B', password, device_token: 'known 1' })
  })

  it('shows the newest of what it was given, or what the application shows', async () => {
    hearLogins(server, 'known 1')
    await logIn()
    const bodies = hearLogins(server, 'known 2')
    await logIn()
    await logIn({ device_token: 'of the application' })
    await logIn()
    expect(bodies).toMatchObject(
      ['known 1', 'of the application', 'known 2'].map((device_token) => ({ device_token })),
    )
  })

  it('is not shown for another account, nor to another server', async () => {
    const other = await FakeServer.start()
    try {
      hearLogins(server, 'known 1')
      const atOther = hearLogins(other, 'of the other')
      await logIn()
      const bodies = hearLogins(server, undefined)
      await logIn({ login: 'somebody' })
      await logIn({}, { url: other.url })
      await logIn({}, { url: `${other.url}/` })
      expect(bodies).toEqual([{ login: 'somebody', password }])
      expect(atOther).toEqual([
        { login: 'ana.b', password },
        { login: 'ana.b', password, device_token: 'of the other' },
      ])
    } finally {
      await other.stop()
    }
  })

  it('is left to the cookie where there is one', async () => {
    hearLogins(server, 'known 1')
    await logIn()
    const bodies = hearLogins(server, undefined)
    await logIn({ transport: 'cookie' })
    expect(bodies).toEqual([{ login: 'ana.b', password, transport: 'cookie' }])
    expect([...items.values()]).toEqual(['known 1', 'known 1', 'known 1'])
  })
})

describe('K3: a store of devices', () => {
  const broken = new DOMException('The quota is exceeded', 'QuotaExceededError')
  const refuse = () => {
    throw broken
  }

  it.each([
    ['throws', refuse],
    ['rejects', () => Promise.reject(broken)],
  ])('that %s keeps nobody from logging in', async (_, work) => {
    const bodies = hearLogins(server, 'known 1')
    await logIn({}, { devices: { getItem: work, setItem: work } })
    expect(bodies).toEqual([{ login: 'ana.b', password }])
    expect(reported).toEqual([expect.any(DeviceStoreError), expect.any(DeviceStoreError)])
    expect(reported).toMatchObject([{ cause: broken }, { cause: broken }])
  })

  it('that never answers keeps nobody for longer than its patience', async () => {
    const bodies = hearLogins(server, 'known 1')
    const clock = new FakeClock()
    const silent = () => new Promise<never>(() => undefined)
    const entering = logIn({}, { clock, devices: { getItem: silent, setItem: silent } })
    clock.advance(storePatience)
    await entering
    expect(bodies).toEqual([{ login: 'ana.b', password }])
    await until(() => reported.length === 2)
  })
})
