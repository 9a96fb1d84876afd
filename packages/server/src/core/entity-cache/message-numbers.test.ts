// Numbers of messages over a store in memory that makes blocks as the database does.
import { beforeEach, expect, test } from 'vitest'
import type { BlockOfChat, NumberedBlock } from '../messages/message-number.ts'
import type { MessageNumberStore } from '../messages/number-store.ts'
import { MessageNumbers } from './message-numbers.ts'

/** What the store was asked, and what it has made. */
let asked: string[]
let made: NumberedBlock[]
/** Of each chat. */
let lastSeq: number
let numbers: MessageNumbers

function blockFor({ chatId, block }: BlockOfChat): NumberedBlock {
  const found = made.find((each) => each.chatId === chatId && each.block === block)
  if (found !== undefined) return found
  const next = { chatId, block, base: 1 + made.length * 256 }
  made.push(next)
  return next
}

const store: MessageNumberStore = {
  async blocks(wanted) {
    asked.push(`blocks ${wanted.map(({ chatId, block }) => `${chatId}${block}`).join(' ')}`)
    return wanted.map(blockFor)
  },
  async blocksAhead(chatId, userId, count) {
    asked.push(`ahead ${chatId} ${userId} ${count}`)
    const ends = new Set([lastSeq, lastSeq + count - 1].map((before) => Math.floor(before / 256)))
    return [...ends].map((block) => blockFor({ chatId, block }))
  },
  async blockAt(base) {
    asked.push(`at ${base}`)
    return made.find((each) => each.base === base) ?? null
  },
}

const spot = (chat_id: string, seq: number) => ({ chat_id, seq })

beforeEach(() => {
  asked = []
  made = []
  lastSeq = 0
  numbers = new MessageNumbers(() => 0, store)
})

test('D7: one question for all blocks of an answer, each once, and none when they are in memory', async () => {
  const spots = [spot('a', 1), spot('a', 256), spot('b', 3), spot('a', 257)]
  const found = await numbers.of(spots)
  expect(asked).toEqual(['blocks a0 b0 a1'])
  expect(spots.map((each) => found.of(each))).toEqual([1, 256, 259, 513])
  const again = numbers.of([spot('a', 2), spot('b', 256)])
  if (again instanceof Promise) throw new Error('Both blocks are in memory')
  expect([again.of(spot('a', 2)), again.of(spot('b', 256))]).toEqual([2, 512])
  expect(() => again.of(spot('c', 1))).toThrow('not looked up')
  expect(asked).toHaveLength(1)
})

test('D7: a number leads to its place, from memory the second time', async () => {
  await numbers.of([spot('a', 1), spot('b', 300)])
  expect(await numbers.placeOf(258)).toEqual({ chatId: 'b', seq: 258 })
  expect(numbers.placeOf(300)).toEqual({ chatId: 'b', seq: 300 })
  expect(asked).toEqual(['blocks a0 b1', 'at 257'])
})

test('D7: what is no number of a message leads nowhere, and is asked again when it may have become one', async () => {
  expect(numbers.placeOf(2 ** 32 + 1)).toBeNull()
  expect(numbers.placeOf(2 ** 31)).toBeNull()
  expect(asked).toEqual([])
  expect(await numbers.placeOf(1)).toBeNull()
  await numbers.of([spot('a', 1)])
  expect(await numbers.placeOf(1)).toEqual({ chatId: 'a', seq: 1 })
})

test('R6 D7: of a message that is about to be sent the number is known before', async () => {
  lastSeq = 200
  const numberOf = await numbers.expect('a', 'me')
  expect(asked).toEqual(['ahead a me 128'])
  expect(numberOf(spot('a', 201))).toBe(201)
  expect(numberOf(spot('a', 328))).toBe(328)
  expect(asked).toHaveLength(1)
  expect(await numberOf(spot('a', 513))).toBe(513)
  expect(asked).toEqual(['ahead a me 128', 'blocks a2'])
})
