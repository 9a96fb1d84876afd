// Transactions: what is committed, what is run again, and what is never called a success.
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { type Fixture, group, person, storageFixture } from './test/fixture.ts'
import { runTransaction } from './transaction.ts'

let fixture: Fixture
let owner: Id

beforeAll(async () => {
  fixture = await storageFixture()
  owner = await person(fixture.stores)
})
afterAll(() => fixture.end())

const titleOf = async (chatId: Id) => (await fixture.stores.chats.find(chatId))?.title
const rename = (chatId: Id, title: string) =>
  fixture.storage.transaction((stores) => stores.chats.update(chatId, { title }))

describe('a transaction', () => {
  test('commits when its work resolves', async () => {
    const chat = await group(fixture.stores, [owner])
    expect(await rename(chat.id, 'New')).toMatchObject({ title: 'New', version: 2 })
    expect(await titleOf(chat.id)).toBe('New')
  })

  test('rolls back when its work rejects, and the connection serves on', async () => {
    const chat = await group(fixture.stores, [owner])
    const before = fixture.pool.totalCount
    for (let round = 0; round < 20; round += 1) {
      const failed = fixture.storage.transaction(async (stores) => {
        await stores.chats.update(chat.id, { title: 'Never' })
        throw new AppError('forbidden')
      })
      await expect(failed).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(await titleOf(chat.id)).toBe('Group')
    expect(fixture.pool.totalCount).toBeLessThanOrEqual(Math.max(before, 1))
  })

  test('sees in each call what others committed before it', async () => {
    const chat = await group(fixture.stores, [owner])
    await fixture.storage.transaction(async (stores) => {
      expect((await stores.chats.find(chat.id))?.title).toBe('Group')
      await rename(chat.id, 'New')
      expect((await stores.chats.find(chat.id))?.title).toBe('New')
    })
  })

  test('is run again when it meets another in a deadlock', async () => {
    const [left, right] = [await group(fixture.stores, [owner]), await group(fixture.stores, [owner])]
    let runs = 0
    const both = Promise.withResolvers<void>()
    let holding = 0
    const crossing = (first: Id, second: Id, name: string) =>
      fixture.storage.transaction(async (stores) => {
        runs += 1
        await stores.chats.update(first, { description: name })
        holding += 1
        if (holding === 2) both.resolve()
        await both.promise
        await stores.chats.update(second, { description: name })
      })
    await Promise.all([crossing(left.id, right.id, 'a'), crossing(right.id, left.id, 'b')])
    expect(runs).toBe(3)
    const [one, other] = [await fixture.stores.chats.find(left.id), await fixture.stores.chats.find(right.id)]
    expect(one?.description).toBe(other?.description)
    expect([one?.version, other?.version]).toEqual([3, 3])
  })

  test('that keeps colliding is unavailable in the end', async () => {
    let runs = 0
    const colliding = runTransaction(fixture.pool, async (database) => {
      runs += 1
      await database.query(
        {
          name: 'test.collide',
          text: `DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$`,
        },
        [],
      )
    })
    await expect(colliding).rejects.toMatchObject({ code: 'unavailable' })
    expect(runs).toBe(3)
  })

  test('is no success when the connection is lost in the commit', async () => {
    const chat = await group(fixture.stores, [owner])
    await fixture.pool.query(`
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid());
        PERFORM pg_sleep(1);
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER die AFTER UPDATE ON chats DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.title = 'Die') EXECUTE FUNCTION die()`)
    await expect(rename(chat.id, 'Die')).rejects.toMatchObject({ code: 'unavailable' })
    expect(await titleOf(chat.id)).toBe('Group')
    await fixture.pool.query('DROP TRIGGER die ON chats')
    expect(await rename(chat.id, 'Live')).toMatchObject({ title: 'Live' })
  })

  test('is no success when one of its statements failed, even if the work went on', async () => {
    const chat = await group(fixture.stores, [owner])
    const careless = runTransaction(fixture.pool, async (database) => {
      await database.query({ name: 'test.rename', text: 'UPDATE chats SET title = $2 WHERE id = $1' }, [
        chat.id,
        'Never',
      ])
      await database.query({ name: 'test.fail', text: 'SELECT 1 / 0' }, []).catch(() => [])
    })
    await expect(careless).rejects.toThrow('rolled back')
    expect(await titleOf(chat.id)).toBe('Group')
  })
})

describe('the database', () => {
  test('answers a ping', async () => {
    await expect(fixture.storage.ping()).resolves.toBeUndefined()
  })
})
