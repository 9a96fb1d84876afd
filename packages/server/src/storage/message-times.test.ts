// The times of a chat never fall, whatever the clock does: each way of writing messages, and what is done to them and to members.
import type { Id, Message } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageDraft } from '../core/messages/store.ts'
import type { Stores } from '../core/ports.ts'
import { createStorage } from './storage.ts'
import { at, changes, draft, type Fixture, group, people, send, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>
beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
})
afterAll(() => fixture.end())

const hour = 3_600_000
const early = (time: number) => at(10 * hour + time)
/** An hour later the clock is set back. */
const late = (time: number) => at(9 * hour + time)
const iso = (time: Date) => time.toISOString()

async function chatOfTwo() {
  const ids = (await people(stores, 2)) as [Id, Id]
  const { id } = await group(stores, ids)
  return { chatId: id, owner: ids[0], other: ids[1] }
}

async function posted(drafts: readonly MessageDraft[], simpleWrites = true): Promise<Message[]> {
  const outcomes = await createStorage(fixture.pool, { simpleWrites }).stores.messages.post(drafts)
  return outcomes.map((outcome) => {
    if (outcome.status !== 'created') throw new Error(`Not created: ${JSON.stringify(outcome)}`)
    return outcome.message
  })
}

const ways = {
  'one by itself': (chatId: Id, owner: Id) => posted([draft(chatId, owner, { createdAt: late(1) })]),
  'a batch': (chatId: Id, owner: Id) =>
    posted([5, 2, 9].map((time) => draft(chatId, owner, { createdAt: late(time) }))),
  'a batch of which each is judged': (chatId: Id, owner: Id) =>
    posted(
      [5, 2, 9].map((time) => draft(chatId, owner, { createdAt: late(time) })),
      false,
    ),
  'a reply to a draft of the batch': (chatId: Id, owner: Id) => {
    const first = draft(chatId, owner, { createdAt: late(5) })
    return posted([first, draft(chatId, owner, { createdAt: late(2), replyToId: first.id })])
  },
  'a batch that begins before the last message and ends after it': (chatId: Id, owner: Id) =>
    posted([
      draft(chatId, owner, { createdAt: late(5) }),
      draft(chatId, owner, { createdAt: early(3 * hour) }),
      draft(chatId, owner, { createdAt: late(7) }),
    ]),
} as const

describe('M9: when the clock goes back an hour, no message is older than the last one', () => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])('%s', async (way) => {
    const { chatId, owner } = await chatOfTwo()
    const last = await send(stores, chatId, owner, { createdAt: early(0) })
    const told = await ways[way](chatId, owner)
    const { items } = await stores.messages.page(chatId, { from: 'after', seq: last.seq }, 100)
    // What is told of a message is what is read of it.
    expect(items).toEqual(told)
    const times = [last, ...items].map((message) => message.created_at)
    expect(times).toEqual(times.toSorted())
    expect(times[1]).toBe(iso(early(0)))
  })

  test('and a jump to a time finds the message that was the first then', async () => {
    const { chatId, owner } = await chatOfTwo()
    for (let minute = 0; minute < 60; minute += 1) {
      const clock = minute < 20 ? early(minute * 60_000) : late(minute * 60_000)
      await send(stores, chatId, owner, { createdAt: clock })
    }
    const { items } = await stores.messages.page(chatId, { from: 'end' }, 100)
    for (const { created_at } of items) {
      const first = items.find((message) => message.created_at >= created_at)
      expect(await stores.messages.seqAt(chatId, new Date(created_at))).toBe(first?.seq)
    }
  })
})

test('M9: what happens to a message is not before it, and who joins is not before who joined last', async () => {
  const { chatId, owner, other } = await chatOfTwo()
  const [third, fourth] = (await people(stores, 2)) as [Id, Id]
  const message = await send(stores, chatId, owner, { createdAt: early(0) })
  expect((await change.edit(message, 'edited', late(1))).edited_at).toBe(iso(early(0)))
  expect((await change.edit(message, 'again', early(9))).edited_at).toBe(iso(early(9)))
  expect((await change.edit(message, 'and again', late(2))).edited_at).toBe(iso(early(9)))
  expect((await change.erase(message, late(3))).deleted_at).toBe(iso(early(9)))
  expect((await change.add(chatId, third, early(1))).joined_at).toBe(iso(early(1)))
  expect((await change.add(chatId, fourth, late(1))).joined_at).toBe(iso(early(1)))
  expect((await change.remove(chatId, fourth, late(2))).left_at).toBe(iso(early(1)))
  await change.remove(chatId, other, early(2))
  expect(await stores.members.heir(chatId, owner)).toBe(third)
})
