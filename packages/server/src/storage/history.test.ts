// Reading and changing messages that were written: pages, times, revisions, tombstones.
import type { Id } from '@parley/protocol'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PagePosition } from '../core/messages/store.ts'
import type { Stores } from '../core/ports.ts'
import { at, changes, draft, type Fixture, group, person, send, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>
let owner: Id

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
  owner = await person(stores)
})
afterAll(() => fixture.end())

/** A chat with that many messages, one each second. */
async function chatWith(count: number): Promise<Id> {
  const chat = await group(stores, [owner])
  await stores.messages.post(
    Array.from({ length: count }, (_, index) => draft(chat.id, owner, { createdAt: at((index + 1) * 1000) })),
  )
  return chat.id
}

async function seqs(chatId: Id, position: PagePosition, limit: number) {
  const { items, has_before, has_after } = await stores.messages.page(chatId, position, limit)
  return { seqs: items.map((message) => message.seq), has_before, has_after }
}

describe('M4: a page of history', () => {
  let chatId: Id
  beforeAll(async () => {
    chatId = await chatWith(10)
  })

  test.each<[PagePosition, number, number[], boolean, boolean]>([
    [{ from: 'end' }, 3, [8, 9, 10], true, false],
    [{ from: 'end' }, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false, false],
    [{ from: 'end' }, 50, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false, false],
    [{ from: 'before', seq: 4 }, 2, [2, 3], true, true],
    [{ from: 'before', seq: 3 }, 5, [1, 2], false, true],
    [{ from: 'before', seq: 1 }, 5, [], false, true],
    [{ from: 'before', seq: 0 }, 5, [], false, true],
    [{ from: 'before', seq: 11 }, 2, [9, 10], true, false],
    [{ from: 'before', seq: Number.MAX_SAFE_INTEGER }, 2, [9, 10], true, false],
    [{ from: 'after', seq: 0 }, 2, [1, 2], false, true],
    [{ from: 'after', seq: 8 }, 2, [9, 10], true, false],
    [{ from: 'after', seq: 9 }, 5, [10], true, false],
    [{ from: 'after', seq: 10 }, 5, [], true, false],
    [{ from: 'after', seq: Number.MAX_SAFE_INTEGER }, 5, [], true, false],
    [{ from: 'around', seq: 5 }, 3, [4, 5, 6], true, true],
    [{ from: 'around', seq: 5 }, 4, [3, 4, 5, 6], true, true],
    [{ from: 'around', seq: 1 }, 4, [1, 2, 3, 4], false, true],
    [{ from: 'around', seq: 10 }, 4, [7, 8, 9, 10], true, false],
    [{ from: 'around', seq: 0 }, 2, [1, 2], false, true],
    [{ from: 'around', seq: Number.MAX_SAFE_INTEGER }, 2, [9, 10], true, false],
    [{ from: 'around', seq: 5 }, 1, [5], true, true],
  ])('%j of %i is %j', async (position, limit, expected, has_before, has_after) => {
    expect(await seqs(chatId, position, limit)).toEqual({ seqs: expected, has_before, has_after })
  })

  test('of an empty or unknown chat is empty at both ends', async () => {
    const empty = await chatWith(0)
    for (const id of [empty, uuidv7()]) {
      for (const position of [
        { from: 'end' },
        { from: 'after', seq: 0 },
        { from: 'before', seq: 5 },
      ] as const) {
        expect(await seqs(id, position, 5)).toEqual({ seqs: [], has_before: false, has_after: false })
      }
    }
  })

  test('shows deleted messages as tombstones', async () => {
    const other = await chatWith(3)
    const [, second] = (await stores.messages.page(other, { from: 'end' }, 3)).items
    if (second === undefined) throw new Error('There are three')
    const erased = await change.erase(second, at(9))
    expect((await stores.messages.page(other, { from: 'end' }, 3)).items[1]).toEqual(erased)
  })
})

describe('the place of a time', () => {
  test('is the first message at or after it', async () => {
    const chatId = await chatWith(10)
    expect(await stores.messages.seqAt(chatId, at(0))).toBe(1)
    expect(await stores.messages.seqAt(chatId, at(1000))).toBe(1)
    expect(await stores.messages.seqAt(chatId, at(1001))).toBe(2)
    expect(await stores.messages.seqAt(chatId, at(7000))).toBe(7)
    expect(await stores.messages.seqAt(chatId, at(10_000))).toBe(10)
    expect(await stores.messages.seqAt(chatId, at(10_001))).toBe(11)
    expect(await stores.messages.seqAt(chatId, new Date('0000-01-01T00:00:00Z'))).toBe(1)
    expect(await stores.messages.seqAt(await chatWith(0), at(0))).toBe(1)
  })

  test('is so for any times that do not fall', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
      fc.nat(60),
      async (times, asked) => {
        const sorted = times.toSorted((a, b) => a - b)
        const chat = await group(stores, [owner])
        await stores.messages.post(sorted.map((time) => draft(chat.id, owner, { createdAt: at(time) })))
        const index = sorted.findIndex((time) => time >= asked)
        const expected = index === -1 ? sorted.length + 1 : index + 1
        expect(await stores.messages.seqAt(chat.id, at(asked))).toBe(expected)
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })
})

describe('M3: an edited message', () => {
  test('keeps its former texts with the times at which they were written', async () => {
    const chat = await group(stores, [owner])
    const message = await send(stores, chat.id, owner, { text: 'one', createdAt: at(1) })
    const second = await change.edit(message, 'two', at(2))
    const third = await change.edit(second, 'three', at(3))
    expect(third).toEqual({ ...message, text: 'three', edited_at: at(3).toISOString(), version: 4 })
    expect(await stores.messages.find(message.id)).toEqual(third)
    expect(await stores.messages.revisions(chat.id, message.id)).toEqual([
      { text: 'one', at: at(1).toISOString() },
      { text: 'two', at: at(2).toISOString() },
    ])
  })
})

describe('M3: a deleted message', () => {
  test('loses its text and all former ones, and keeps its place', async () => {
    const chat = await group(stores, [owner])
    const message = await send(stores, chat.id, owner, { text: 'secret' })
    const edited = await change.edit(message, 'still secret', at(2))
    const erased = await change.erase(edited, at(3))
    expect(erased).toEqual({ ...edited, text: null, deleted_at: at(3).toISOString(), version: 4 })
    expect(await stores.messages.revisions(chat.id, message.id)).toEqual([])
    const { rows } = await fixture.pool.query(
      `SELECT count(*) AS left FROM message_revisions WHERE text LIKE '%secret%'`,
    )
    expect(rows).toEqual([{ left: 0 }])
  })

  test('cannot be edited or deleted again', async () => {
    const chat = await group(stores, [owner])
    const message = await send(stores, chat.id, owner)
    await change.erase(message, at(2))
    await expect(change.edit(message, 'back', at(3))).rejects.toThrow('not as the caller believes')
    await expect(change.erase(message, at(3))).rejects.toThrow('not as the caller believes')
    expect(await stores.chats.find(chat.id)).toMatchObject({ version: 3 })
  })
})
