// Sessions: which are live, and how they end.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SessionRecord } from '../core/accounts/store.ts'
import type { Stores } from '../core/ports.ts'
import { at, type Fixture, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

async function session(userId: Id, given: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const record: SessionRecord = {
    id: uuidv7(),
    userId,
    refreshSalt: Buffer.from([0, 255, 1, 92]),
    generation: 1,
    rotatedAt: at(0),
    usedGeneration: 1,
    door: 'parley',
    userAgent: 'Browser "1"',
    ip: '2001:db8::1',
    createdAt: at(0),
    lastUsedAt: at(0),
    expiresAt: at(1000),
    revokedAt: null,
    ...given,
  }
  await stores.sessions.insert(record)
  return record
}

const idsOf = (sessions: readonly { id: Id }[]) => sessions.map(({ id }) => id)

describe('a session', () => {
  test('is what was inserted', async () => {
    const record = await session(await person(stores))
    expect(await stores.sessions.find(record.id)).toEqual(record)
    expect(await stores.sessions.lock(record.id)).toEqual(record)
    expect(await stores.sessions.find(uuidv7())).toBeNull()
  })

  test('is live until it expires or is revoked', async () => {
    const userId = await person(stores)
    const record = await session(userId)
    expect(await stores.sessions.isLive(record.id, at(999))).toBe(true)
    expect(await stores.sessions.isLive(record.id, at(1000))).toBe(false)
    expect(await stores.sessions.isLive(uuidv7(), at(0))).toBe(false)
    expect(await stores.sessions.revoke(userId, 'all', at(5))).toEqual([record.id])
    expect(await stores.sessions.isLive(record.id, at(6))).toBe(false)
  })

  test('R5: that is in use is prolonged, one that is over is named', async () => {
    const hour = 3_600_000
    const userId = await person(stores)
    const inUse = await session(userId, { expiresAt: at(3 * hour) })
    const fresh = await session(userId, { lastUsedAt: at(2 * hour), expiresAt: at(3 * hour) })
    const expired = await session(userId, { expiresAt: at(hour) })
    const revoked = await session(userId, { expiresAt: at(3 * hour), revokedAt: at(1) })
    const unknown = uuidv7()
    const asked = [inUse.id, fresh.id, expired.id, revoked.id, unknown]
    const over = await stores.sessions.keep(asked, at(2 * hour), { unused: 10 * hour, longest: 100 * hour })
    expect(over.toSorted()).toEqual([expired.id, revoked.id, unknown].toSorted())
    expect(await stores.sessions.find(inUse.id)).toMatchObject({
      lastUsedAt: at(2 * hour),
      expiresAt: at(12 * hour),
    })
    expect(await stores.sessions.find(fresh.id)).toEqual(fresh)
    expect(await stores.sessions.find(expired.id)).toEqual(expired)
    expect(await stores.sessions.keep([], at(0), { unused: hour, longest: hour })).toEqual([])
  })

  test('A5: that is in use is prolonged up to its absolute end, and is over then', async () => {
    const hour = 3_600_000
    const record = await session(await person(stores), { expiresAt: at(3 * hour) })
    const keep = (time: number) =>
      stores.sessions.keep([record.id], at(time), { unused: 10 * hour, longest: 11 * hour })
    expect(await keep(2 * hour)).toEqual([])
    expect(await stores.sessions.find(record.id)).toMatchObject({ expiresAt: at(11 * hour) })
    expect(await keep(10 * hour)).toEqual([])
    expect(await stores.sessions.find(record.id)).toMatchObject({ expiresAt: at(11 * hour) })
    expect(await keep(11 * hour)).toEqual([record.id])
  })

  test('notes the newest generation that was used', async () => {
    const record = await session(await person(stores))
    await stores.sessions.noteUsed(record.id, 3)
    await stores.sessions.noteUsed(record.id, 2)
    expect(await stores.sessions.find(record.id)).toMatchObject({ usedGeneration: 3 })
  })

  test('rotates to a new generation and expiry', async () => {
    const record = await session(await person(stores))
    await stores.sessions.rotate(record.id, { generation: 2, at: at(7), expiresAt: at(2000) })
    expect(await stores.sessions.find(record.id)).toEqual({
      ...record,
      generation: 2,
      rotatedAt: at(7),
      lastUsedAt: at(7),
      expiresAt: at(2000),
    })
  })

  test('is locked for one transaction at a time', async () => {
    const record = await session(await person(stores))
    const rotate = () =>
      fixture.storage.transaction(async ({ sessions }) => {
        const locked = await sessions.lock(record.id)
        if (locked === null) throw new Error('The session is there')
        await sessions.rotate(record.id, {
          generation: locked.generation + 1,
          at: at(1),
          expiresAt: at(1000),
        })
      })
    await Promise.all(Array.from({ length: 8 }, rotate))
    expect((await stores.sessions.find(record.id))?.generation).toBe(9)
  })
})

describe('sessions of a person', () => {
  test('are ended one, all but one, or all, and each once', async () => {
    const [userId, strangerId] = [await person(stores), await person(stores)]
    const [a, b, c, theirs] = [
      await session(userId),
      await session(userId),
      await session(userId),
      await session(strangerId),
    ]
    expect(await stores.sessions.revoke(userId, { only: theirs.id }, at(1))).toEqual([])
    expect(await stores.sessions.revoke(userId, { only: a.id }, at(1))).toEqual([a.id])
    expect(await stores.sessions.revoke(userId, { only: a.id }, at(2))).toEqual([])
    expect(await stores.sessions.revoke(userId, { except: c.id }, at(3))).toEqual([b.id])
    expect(await stores.sessions.revoke(userId, 'all', at(4))).toEqual([c.id])
    expect((await stores.sessions.find(a.id))?.revokedAt).toEqual(at(1))
    expect(await stores.sessions.isLive(theirs.id, at(5))).toBe(true)
  })

  test('are erased with those that are over, and nobody else’s are', async () => {
    const userId = await person(stores)
    const live = [await session(userId), await session(userId)]
    const expired = await session(userId, { expiresAt: at(1) })
    const revoked = await session(userId, { revokedAt: at(1) })
    const other = await session(await person(stores))
    const ended = await stores.sessions.erase(userId, at(2))
    expect(ended.toSorted()).toEqual(idsOf(live).toSorted())
    for (const { id } of [...live, expired, revoked]) expect(await stores.sessions.find(id)).toBeNull()
    expect(await stores.sessions.isLive(other.id, at(2))).toBe(true)
    expect(await stores.sessions.erase(userId, at(3))).toEqual([])
  })

  test('are listed while they are live, the latest used first', async () => {
    const userId = await person(stores)
    const old = await session(userId, { lastUsedAt: at(1) })
    const recent = await session(userId, { lastUsedAt: at(2) })
    await session(userId, { expiresAt: at(10) })
    await session(userId, { revokedAt: at(3) })
    expect(idsOf(await stores.sessions.listLive(userId, at(10)))).toEqual([recent.id, old.id])
  })
})
