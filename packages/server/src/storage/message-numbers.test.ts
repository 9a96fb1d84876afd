// Integers of messages in PostgreSQL: given once, rising with seq in each chat, whoever asks and whatever fails.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NumberedBlock } from '../core/messages/message-number.ts'
import { draft, type Fixture, group, people, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let owner: Id
let chats: Id[]

beforeAll(async () => {
  fixture = await storageFixture()
  owner = await person(fixture.stores)
})
afterAll(() => fixture.end())

beforeEach(async () => {
  chats = []
  for (let count = 0; count < 3; count += 1) chats.push((await group(fixture.stores, [owner])).id)
})

const store = () => fixture.stores.messageNumbers
const chatOf = (index: number): Id => chats[index] ?? ''

/** What is stored of the chat, in the order of its blocks. */
async function stored(chatId: Id): Promise<NumberedBlock[]> {
  const { rows } = await fixture.pool.query<NumberedBlock>(
    `SELECT chat_id AS "chatId", block, base FROM message_number_blocks WHERE chat_id = $1 ORDER BY block`,
    [chatId],
  )
  return rows
}

/** The blocks of a chat are all from 0 on, their bases rise, and no base is there twice in the whole table. */
async function expectRule(chatId: Id): Promise<void> {
  const blocks = await stored(chatId)
  expect(blocks.map(({ block }) => block)).toEqual(blocks.map((_, index) => index))
  const bases = blocks.map(({ base }) => base)
  expect(bases).toEqual(bases.toSorted((a, b) => a - b))
  expect(bases.filter((base) => base % 256 !== 1)).toEqual([])
  const { rows } = await fixture.pool.query(
    'SELECT base FROM message_number_blocks GROUP BY base HAVING count(*) > 1',
  )
  expect(rows).toEqual([])
}

describe('D7: the block of a message', () => {
  test('is made when it is asked for, with all before it, and stays', async () => {
    const [first, ...more] = await store().blocks([{ chatId: chatOf(0), block: 3 }])
    expect([first?.chatId, first?.block, more]).toEqual([chatOf(0), 3, []])
    expect(await stored(chatOf(0))).toHaveLength(4)
    await expectRule(chatOf(0))
    expect(await store().blocks([{ chatId: chatOf(0), block: 3 }])).toEqual([first])
    expect(await store().blockAt(first?.base ?? 0)).toEqual(first)
    expect(await store().blockAt((first?.base ?? 0) + 1)).toBeNull()
    expect(await stored(chatOf(1))).toEqual([])
  })

  test('is given once for a message named twice, and not for a chat that is not there', async () => {
    const wanted = [
      { chatId: chatOf(1), block: 1 },
      { chatId: chatOf(0), block: 0 },
      { chatId: chatOf(1), block: 1 },
      { chatId: uuidv7(), block: 0 },
    ]
    const found = await store().blocks(wanted)
    expect(found.map(({ chatId, block }) => `${chatId} ${block}`).toSorted()).toEqual(
      [`${chatOf(0)} 0`, `${chatOf(1)} 1`].toSorted(),
    )
    const { rows } = await fixture.pool.query(
      'SELECT FROM message_number_blocks b WHERE NOT EXISTS (SELECT FROM chats c WHERE c.id = b.chat_id)',
    )
    expect(rows).toEqual([])
  })

  test('is the same for all who ask at the same moment, in any order of chats, on several nodes', async () => {
    const nodes = [fixture.stores, fixture.otherNode().stores]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, turn) => {
        const wanted = chats.map((chatId, index) => ({ chatId, block: (turn * 7 + index * 3) % 20 }))
        return nodes[turn % 2]?.messageNumbers.blocks(turn % 3 === 0 ? wanted : wanted.toReversed())
      }),
    )
    const given = new Map<string, Set<number>>()
    for (const { chatId, block, base } of answers.flatMap((answer) => answer ?? [])) {
      const key = `${chatId} ${block}`
      given.set(key, (given.get(key) ?? new Set()).add(base))
    }
    expect(given.size).toBe(60)
    expect([...given.values()].filter((bases) => bases.size > 1)).toEqual([])
    for (const chatId of chats) {
      expect(await stored(chatId)).toHaveLength(20)
      await expectRule(chatId)
    }
  })

  test('that was made in a transaction which failed is made again, above all that there are', async () => {
    const [last] = await store().blocks([{ chatId: chatOf(0), block: 1 }])
    let waiting: Promise<NumberedBlock[]> | undefined
    const failed = fixture.storage.transaction(async ({ messageNumbers }) => {
      await messageNumbers.blocks([{ chatId: chatOf(0), block: 4 }])
      // Waits for the end of this one.
      waiting = store().blocks([{ chatId: chatOf(0), block: 2 }])
      await store().blocks([{ chatId: chatOf(1), block: 2 }])
      throw new Error('after the blocks')
    })
    await expect(failed).rejects.toThrow('after the blocks')
    const [next] = (await waiting) ?? []
    expect(next?.base).toBeGreaterThan(last?.base ?? Number.NaN)
    expect(await stored(chatOf(0))).toHaveLength(3)
    await store().blocks([{ chatId: chatOf(0), block: 6 }])
    for (const chatId of chats) await expectRule(chatId)
  })
})

describe('D7: the blocks of the next messages', () => {
  const post = (chatId: Id, count: number) =>
    fixture.stores.messages.post(Array.from({ length: count }, () => draft(chatId, owner)))
  const ahead = async (userId = owner) =>
    (await store().blocksAhead(chatOf(0), userId, 128)).map(({ block }) => block)

  test('are those that the next 128 come to be in', async () => {
    expect(await ahead()).toEqual([0])
    await post(chatOf(0), 128)
    expect(await ahead()).toEqual([0])
    await post(chatOf(0), 1)
    expect((await ahead()).toSorted()).toEqual([0, 1])
    await post(chatOf(0), 127)
    expect(await ahead()).toEqual([1])
    await expectRule(chatOf(0))
  })

  test('are made for members alone', async () => {
    const [stranger = ''] = await people(fixture.stores, 1)
    expect(await ahead(stranger)).toEqual([])
    expect(await stored(chatOf(0))).toEqual([])
  })
})

test('D7: when there are no integers left that fit 32 bits this is said, and the blocks that are there go on', async () => {
  const [before] = await store().blocks([{ chatId: chatOf(0), block: 0 }])
  const lastBase = 1 + Math.floor((2 ** 31 - 1) / 256 - 1) * 256
  await fixture.pool.query(`ALTER TABLE message_number_blocks ALTER base RESTART WITH ${lastBase}`)
  const [last] = await store().blocks([{ chatId: chatOf(1), block: 0 }])
  expect(last?.base).toBe(lastBase)
  const beyond = [
    { chatId: chatOf(0), block: 0 },
    { chatId: chatOf(2), block: 0 },
  ]
  await expect(store().blocks(beyond)).rejects.toMatchObject({ code: 'numbers_exhausted' })
  await expect(store().blocksAhead(chatOf(2), owner, 128)).rejects.toMatchObject({
    code: 'numbers_exhausted',
  })
  expect(await stored(chatOf(2))).toEqual([])
  expect(await store().blocks([{ chatId: chatOf(0), block: 0 }])).toEqual([before])
})
