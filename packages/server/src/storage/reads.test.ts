// Read cursors: they only rise, and tell who has read what and when.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stores } from '../core/ports.ts'
import type { CursorMove } from '../core/reads/store.ts'
import { at, changes, draft, type Fixture, group, people, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
})
afterAll(() => fixture.end())

/** A chat with messages of its owner; the others have read nothing. */
async function chatWith(messages: number, others: number) {
  const ids = await people(stores, others + 1)
  const [owner] = ids as [Id]
  const chat = await group(stores, ids)
  await stores.messages.post(Array.from({ length: messages }, () => draft(chat.id, owner)))
  return { chatId: chat.id, owner, readers: ids.slice(1) as [Id, Id, Id] }
}

const advance = (chatId: Id, userId: Id, seq: number, time = 5) =>
  stores.reads.advance(chatId, userId, seq, at(time))
const marks = async (chatId: Id) =>
  (
    await fixture.pool.query(
      'SELECT user_id, seq, at FROM read_marks WHERE chat_id = $1 ORDER BY user_id, seq',
      [chatId],
    )
  ).rows

/** Resolves when a statement waits for the lock of another transaction. */
async function someoneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await fixture.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return
  }
}

describe('U1: a cursor', () => {
  test('rises to the seq and notes when', async () => {
    const { chatId, owner, readers } = await chatWith(5, 1)
    expect(await advance(chatId, readers[0], 3)).toEqual({
      seq: 3,
      at: at(5).toISOString(),
      moved: true,
      unreadCount: 2,
      version: 6,
      memberCount: 2,
      before: {
        ...{ holder: [owner, readers[0]].toSorted()[0], lowest: 0, second: 0 },
        ...{ reader: null, furthest: 0, runner_up: 0 },
      },
      after: { holder: owner, lowest: 0, second: 3, reader: readers[0], furthest: 3, runner_up: 0 },
    })
    expect(await marks(chatId)).toEqual([{ user_id: readers[0], seq: 3, at: at(5) }])
    expect(await stores.members.find(chatId, readers[0])).toMatchObject({ read_seq: 3, version: 1 })
  })

  test('never falls, and what does not move is not noted', async () => {
    const { chatId, readers } = await chatWith(5, 1)
    await advance(chatId, readers[0], 4, 5)
    for (const seq of [4, 2, 0]) {
      const move = await advance(chatId, readers[0], seq, 9)
      expect(move).toMatchObject({ seq: 4, at: at(5).toISOString(), moved: false, unreadCount: 1 })
      expect(move?.before).toEqual(move?.after)
    }
    expect(await marks(chatId)).toHaveLength(1)
  })

  test('never passes the last message', async () => {
    const { chatId, readers } = await chatWith(5, 1)
    expect(await advance(chatId, readers[0], Number.MAX_SAFE_INTEGER)).toMatchObject({
      seq: 5,
      unreadCount: 0,
    })
    expect(await advance(chatId, readers[0], 6)).toMatchObject({ seq: 5, moved: false })
  })

  test('that never moved is as old as the membership', async () => {
    const { chatId, readers } = await chatWith(0, 1)
    expect(await advance(chatId, readers[0], 7)).toMatchObject({
      seq: 0,
      at: at(0).toISOString(),
      moved: false,
    })
  })

  test('is only for members of a chat that is there', async () => {
    const { chatId, readers } = await chatWith(2, 2)
    expect(await advance(chatId, await person(stores), 1)).toBeNull()
    expect(await advance(uuidv7(), readers[0], 1)).toBeNull()
    await change.remove(chatId, readers[1], at(1))
    expect(await advance(chatId, readers[1], 1)).toBeNull()
    await stores.chats.update(chatId, { deletedAt: at(2) })
    expect(await advance(chatId, readers[0], 1)).toBeNull()
    expect(await marks(chatId)).toEqual([])
  })

  test('moves in a transaction with it', async () => {
    const { chatId, readers } = await chatWith(3, 1)
    const failed = fixture.storage.transaction(async ({ reads }) => {
      expect(await reads.advance(chatId, readers[0], 2, at(5))).toMatchObject({
        seq: 2,
        moved: true,
        unreadCount: 1,
      })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await stores.members.find(chatId, readers[0])).toMatchObject({ read_seq: 0 })
  })

  test('does not fall when another move of it commits first', async () => {
    const { chatId, readers } = await chatWith(5, 1)
    const late = await fixture.storage.transaction(async ({ reads }) => {
      await reads.advance(chatId, readers[0], 5, at(5))
      const move = advance(chatId, readers[0], 3, 6)
      await someoneWaits()
      return { move }
    })
    expect(await late.move).toMatchObject({ seq: 5, at: at(5).toISOString(), moved: false })
    expect(await stores.members.find(chatId, readers[0])).toMatchObject({ read_seq: 5 })
    expect(await marks(chatId)).toHaveLength(1)
  })

  test('moved from many places at once ends at the highest', async () => {
    const { chatId, readers } = await chatWith(50, 1)
    const nodes = [stores, fixture.otherNode().stores]
    const moves = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        nodes[index % 2]?.reads.advance(chatId, readers[0], 1 + ((index * 7) % 50), at(5)),
      ),
    )
    expect(moves.every((move) => move !== null && move !== undefined)).toBe(true)
    expect(await stores.members.find(chatId, readers[0])).toMatchObject({ read_seq: 50 })
    const noted = (await marks(chatId)).map((mark) => mark.seq)
    const moved = moves.filter((move) => move?.moved).length
    expect(noted).toHaveLength(moved)
    expect(noted.at(-1)).toBe(50)
  })
})

describe('the progress of a chat', () => {
  test('has the cursors of the two who have read least, ties by id', async () => {
    const { chatId, owner, readers } = await chatWith(9, 3)
    const [low, high] = [...readers].toSorted() as [Id, Id]
    await advance(chatId, owner, 9)
    for (const reader of readers) await advance(chatId, reader, 4)
    expect(await stores.reads.progress(chatId)).toMatchObject({ holder: low, lowest: 4, second: 4 })
    await advance(chatId, low, 8)
    expect(await stores.reads.progress(chatId)).toMatchObject({ holder: high, lowest: 4, second: 4 })
  })

  test('counts a cursor that is missing as one at the end', async () => {
    const { chatId, owner, readers } = await chatWith(9, 1)
    await change.remove(chatId, readers[0], at(5))
    expect(await stores.reads.progress(chatId)).toMatchObject({ holder: owner, lowest: 0, second: 9 })
    const move = await advance(chatId, owner, 4)
    expect(move?.before).toMatchObject({ holder: owner, lowest: 0, second: 9 })
    expect(move?.after).toMatchObject({ holder: owner, lowest: 4, second: 9 })
  })

  test('U5: has the readings of those who left, and no cursor that was only set by joining', async () => {
    const { chatId, owner, readers } = await chatWith(9, 2)
    const [reader, other] = readers
    await advance(chatId, reader, 6)
    await change.remove(chatId, reader, at(6))
    await change.remove(chatId, other, at(6))
    expect(await stores.reads.progress(chatId)).toMatchObject({ reader, furthest: 6, runner_up: 0 })
    for (const userId of [reader, other]) await change.add(chatId, userId, at(7))
    expect(await stores.reads.progress(chatId)).toEqual({
      ...{ holder: owner, lowest: 0, second: 9 },
      ...{ reader, furthest: 6, runner_up: 0 },
    })
  })

  test('is told by some move whenever it rises, of moves that run together, here and on other nodes', async () => {
    const nodes = [stores, fixture.otherNode().stores]
    for (let round = 0; round < 10; round += 1) {
      const { chatId, owner, readers } = await chatWith(4, 3)
      const moves = await Promise.all(
        [owner, ...readers].map((userId, index) => nodes[index % 2]?.reads.advance(chatId, userId, 4, at(5))),
      )
      const told = moves.filter(
        (move): move is CursorMove => move?.after.lowest === 4 && move.before.lowest < 4,
      )
      expect(told.length).toBeGreaterThan(0)
    }
  })

  test('of moves in one batch is told once', async () => {
    const { chatId, owner, readers } = await chatWith(4, 3)
    const moves = await Promise.all([owner, ...readers].map((userId) => advance(chatId, userId, 4)))
    expect(moves.every((move) => move?.moved)).toBe(true)
    expect(moves.filter((move) => move?.before.lowest !== move?.after.lowest)).toHaveLength(1)
  })
})

describe('the readers of a message', () => {
  const readersOf = (chatId: Id, seq: number, senderId: Id) => stores.reads.readersOf(chatId, seq, senderId)

  test('are those whose cursor reached it, at the time it did', async () => {
    const { chatId, owner, readers } = await chatWith(9, 3)
    await advance(chatId, owner, 9, 1)
    await advance(chatId, readers[0], 3, 10)
    await advance(chatId, readers[0], 7, 20)
    await advance(chatId, readers[1], 5, 15)
    expect(await readersOf(chatId, 4, owner)).toEqual([
      { user_id: readers[1], at: at(15).toISOString() },
      { user_id: readers[0], at: at(20).toISOString() },
    ])
    expect(await readersOf(chatId, 3, owner)).toContainEqual({
      user_id: readers[0],
      at: at(10).toISOString(),
    })
    expect(await readersOf(chatId, 8, owner)).toEqual([])
    expect(await readersOf(chatId, 8, readers[0])).toEqual([{ user_id: owner, at: at(1).toISOString() }])
  })

  test('U5: are not those who joined later, unless they go back and read', async () => {
    const { chatId, owner } = await chatWith(3, 0)
    const late = await person(stores)
    await change.add(chatId, late, at(30))
    expect(await readersOf(chatId, 2, owner)).toEqual([])
    await stores.messages.post([draft(chatId, owner)])
    await advance(chatId, late, 4, 40)
    expect(await readersOf(chatId, 2, owner)).toEqual([])
    expect(await readersOf(chatId, 4, owner)).toEqual([{ user_id: late, at: at(40).toISOString() }])
  })

  test('U5: stay when they leave, and come back without what was sent meanwhile', async () => {
    const { chatId, owner, readers } = await chatWith(3, 1)
    const read = (seq: number, time: number) => ({
      seq,
      reads: [{ user_id: readers[0], at: at(time).toISOString() }],
    })
    const all = async (last: number) => {
      const found = []
      for (let seq = 1; seq <= last; seq += 1) found.push({ seq, reads: await readersOf(chatId, seq, owner) })
      return found.filter(({ reads }) => reads.length > 0)
    }
    await advance(chatId, readers[0], 2, 10)
    await change.remove(chatId, readers[0], at(20))
    expect(await all(3)).toEqual([read(1, 10), read(2, 10)])
    await stores.messages.post([draft(chatId, owner)])
    await change.add(chatId, readers[0], at(30))
    expect(await all(4)).toEqual([read(1, 10), read(2, 10)])
    await stores.messages.post([draft(chatId, owner)])
    await advance(chatId, readers[0], 5, 40)
    expect(await all(5)).toEqual([read(1, 10), read(2, 10), read(5, 40)])
  })

  test('U5: a reading that waits while its reader is taken out and back claims nothing of what was between', async () => {
    const { chatId, owner, readers } = await chatWith(3, 1)
    const late = await fixture.storage.transaction(async ({ chats, members, messages }) => {
      await chats.lock(chatId)
      await messages.post([draft(chatId, owner)])
      await members.remove(chatId, readers[0], at(20))
      await members.add({ chatId, userId: readers[0], role: 'member', at: at(30) })
      await messages.post([draft(chatId, owner)])
      const move = advance(chatId, readers[0], 3, 40)
      await someoneWaits()
      return { move }
    })
    await late.move
    expect(await readersOf(chatId, 3, owner)).toEqual([])
  })

  test('M9: no reading is before the message, nor before the one that came before it', async () => {
    const { chatId, owner, readers } = await chatWith(3, 1)
    await advance(chatId, readers[0], 1, 50)
    await advance(chatId, readers[0], 2, 10)
    await stores.messages.post([draft(chatId, owner, { createdAt: at(90) })])
    await advance(chatId, readers[0], 4, 20)
    const times = []
    for (const seq of [1, 2, 4]) times.push((await readersOf(chatId, seq, owner)).map((read) => read.at))
    expect(times.flat()).toEqual([50, 50, 90].map((time) => at(time).toISOString()))
  })

  test('are found for messages of many chats at once, the first ones of each', async () => {
    const [one, two] = [await chatWith(2, 3), await chatWith(1, 1)]
    await advance(one.chatId, one.readers[0], 2, 30)
    await advance(one.chatId, one.readers[1], 1, 10)
    await advance(one.chatId, one.readers[2], 1, 20)
    await advance(two.chatId, two.readers[0], 1, 40)
    const messages = [
      { chat_id: two.chatId, seq: 1, sender_id: two.owner },
      { chat_id: one.chatId, seq: 2, sender_id: one.readers[0] },
      { chat_id: one.chatId, seq: 1, sender_id: one.owner },
    ]
    expect(await stores.reads.readersOfMany(messages, 2)).toEqual([
      [{ user_id: two.readers[0], at: at(40).toISOString() }],
      [],
      [
        { user_id: one.readers[1], at: at(10).toISOString() },
        { user_id: one.readers[2], at: at(20).toISOString() },
      ],
    ])
    expect(await stores.reads.readersOfMany([], 2)).toEqual([])
  })
})
