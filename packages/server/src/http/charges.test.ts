// What requests cost whom, and how they are refused.
import { describe, expect, test } from 'vitest'
import { createPayers, type Payers } from '../core/payers.ts'
import type { Handlers } from './call.ts'
import { actor, bearer, problemIn, startRoutes } from './test/start.ts'

const rules = { burst: 10, perSecond: 1, patience: 2, atOnce: 2, waiting: 100 }
const still = (more: Parameters<typeof createPayers>[1] = {}) =>
  createPayers(() => 0, { person: rules, address: rules, ...more })

const handlers: Partial<Handlers> = {
  getMe: async () => {
    throw new Error('not asked')
  },
  sendTyping: async () => ({ status: 204, body: null }),
  sync: async () => ({
    status: 200,
    body: { chats: [], next_cursor: null, messages: [], members: [], gaps: [], removed: [], users: [] },
  }),
}

async function start(payers: Payers) {
  const { server } = await startRoutes(handlers, { payers })
  const typing = (headers: Record<string, string> = bearer) =>
    server.inject({ method: 'POST', url: `/api/v1/chats/${actor.userId}/typing`, headers })
  const sync = (payload: string) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/sync',
      headers: { ...bearer, 'content-type': 'application/json' },
      payload,
    })
  const other = (url: string) => server.inject({ method: 'GET', url })
  return { typing, sync, other }
}

const spend = (payers: Payers, cost: number) => payers.person(actor.userId).take(cost)
const chats = (count: number) =>
  JSON.stringify({
    chats: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
        1,
      ]),
    ),
  })

describe('L1 L2: a call of a person', () => {
  test('costs what the table says, and is refused with the time to wait when there is no more', async () => {
    const payers = still()
    const { typing } = await start(payers)
    spend(payers, 9)
    expect((await typing()).statusCode).toBe(204)
    const refused = await typing()
    expect([refused.statusCode, problemIn(refused).code]).toEqual([429, 'rate_limited'])
    expect(refused.headers['retry-after']).toBe('1')
  })

  test('costs by its size', async () => {
    const payers = still()
    const { sync } = await start(payers)
    expect((await sync(chats(200))).statusCode).toBe(429)
    expect((await sync(chats(20))).statusCode).toBe(200)
  })

  test('costs also when it is refused', async () => {
    const payers = still()
    const { sync } = await start(payers)
    expect((await sync('{"chats"')).statusCode).toBe(400)
    expect(spend(payers, 8)).toBe('refused')
    expect(spend(payers, 7)).toBe('allowed')
  })

  test('is paid by nobody else', async () => {
    const payers = still()
    const { typing } = await start(payers)
    payers.address('127.0.0.1').take(10)
    expect((await typing()).statusCode).toBe(204)
  })
})

describe('L3: the address pays', () => {
  test('for tokens that are none, for what is not there and for what says nothing of its cost', async () => {
    const payers = still()
    const { typing, other } = await start(payers)
    payers.address('127.0.0.1').take(7)
    expect((await typing({ authorization: 'Bearer none' })).statusCode).toBe(401)
    expect((await other('/nothing')).statusCode).toBe(404)
    expect((await other('/nothing')).statusCode).toBe(404)
    expect((await other('/nothing')).statusCode).toBe(429)
    expect((await typing({ authorization: 'Bearer none' })).statusCode).toBe(429)
  })
})

test('L2: whoever keeps asking is answered late, on a connection that ends', async () => {
  const payers = still()
  const { typing } = await start(payers)
  spend(payers, 10)
  const prompt = await typing()
  expect(prompt.headers.connection).not.toBe('close')
  await typing()
  const since = performance.now()
  const late = await typing()
  expect(performance.now() - since).toBeGreaterThan(900)
  expect([late.statusCode, late.headers.connection]).toEqual([429, 'close'])
})
