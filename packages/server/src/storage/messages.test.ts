// Writing messages: who may, in which order, and once.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageDraft, PostOutcome } from '../core/messages/store.ts'
import type { Stores } from '../core/ports.ts'
import {
  at,
  changes,
  draft,
  type Fixture,
  group,
  people,
  person,
  send,
  storageFixture,
} from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
})
afterAll(() => fixture.end())

/** In short: what became of a draft. */
const said = (outcome: PostOutcome | undefined): string | number | undefined =>
  outcome?.status === 'created'
    ? outcome.message.seq
    : outcome?.status === 'refused'
      ? outcome.code
      : outcome?.status

const post = async (drafts: readonly MessageDraft[]) => (await stores.messages.post(drafts)).map(said)
const numbers = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index)
const outcomeOf = async (one: MessageDraft) => said((await stores.messages.post([one]))[0])

async function chatOf(count: number, given: Parameters<typeof group>[2] = {}) {
  const ids = await people(stores, count)
  return { chat: await group(stores, ids, given), ids, owner: ids[0] as Id, other: ids.at(-1) as Id }
}

describe('I3: posting', () => {
  test('numbers messages from 1 without holes and takes one version for each', async () => {
    const { chat, owner } = await chatOf(1)
    const first = await send(stores, chat.id, owner, { text: 'Привет, "мир" \\ \n{,}', createdAt: at(7) })
    expect(first).toMatchObject({
      seq: 1,
      version: 2,
      text: 'Привет, "мир" \\ \n{,}',
      created_at: at(7).toISOString(),
    })
    expect(await stores.messages.find(first.id)).toEqual(first)
    expect(await send(stores, chat.id, owner)).toMatchObject({ seq: 2, version: 3 })
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 2, version: 3 })
  })

  test('of a batch keeps its order in each chat, whatever lies between', async () => {
    const { chat, ids, owner } = await chatOf(2)
    const other = await group(stores, ids)
    const drafts = [chat.id, other.id, chat.id, chat.id, other.id].map((chatId) => draft(chatId, owner))
    expect(await post(drafts)).toEqual([1, 1, 2, 3, 2])
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 3, version: 4 })
    const page = await stores.messages.page(chat.id, { from: 'end' }, 10)
    expect(page.items.map((message) => message.id)).toEqual([drafts[0]?.id, drafts[2]?.id, drafts[3]?.id])
  })

  test('of nothing is nothing', async () => {
    expect(await stores.messages.post([])).toEqual([])
  })

  test('M6: refuses one draft without harm to those beside it, and leaves no hole for it', async () => {
    const { chat, owner } = await chatOf(1)
    const stranger = await person(stores)
    const drafts = [
      draft(chat.id, owner),
      draft(chat.id, stranger),
      draft(uuidv7(), owner),
      draft(chat.id, owner, { replyToId: uuidv7() }),
      draft(chat.id, owner),
    ]
    expect(await post(drafts)).toEqual([1, 'not_found', 'not_found', 'invalid_reply', 2])
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 2, version: 3 })
  })

  test('from two nodes at once has neither holes nor repeats, in seq and in version', async () => {
    const { chat, ids } = await chatOf(4)
    const nodes = [stores, fixture.otherNode().stores]
    const batch = (index: number) =>
      nodes[index % 2]?.messages.post(
        Array.from({ length: 1 + (index % 7) }, (_, n) => draft(chat.id, ids[n % ids.length] as Id)),
      ) ?? []
    const outcomes = (await Promise.all(Array.from({ length: 60 }, (_, index) => batch(index)))).flat()
    const messages = outcomes.flatMap((outcome) => (outcome.status === 'created' ? [outcome.message] : []))
    expect(messages).toHaveLength(outcomes.length)
    const sorted = messages.toSorted((a, b) => a.seq - b.seq)
    expect(sorted.map((message) => message.seq)).toEqual(numbers(sorted.length))
    expect(sorted.map((message) => message.version)).toEqual(numbers(sorted.length, 2))
    expect(await stores.chats.find(chat.id)).toMatchObject({
      last_seq: sorted.length,
      version: sorted.length + 1,
    })
    const { rows } = await fixture.pool.query('SELECT id FROM messages WHERE chat_id = $1 ORDER BY seq', [
      chat.id,
    ])
    expect(rows.map((row) => row.id)).toEqual(sorted.map((message) => message.id))
  })

  test('to the same chats in different orders from two nodes does not lock up', async () => {
    const ids = await people(stores, 1)
    const chats: Id[] = []
    for (let index = 0; index < 6; index += 1) chats.push((await group(stores, ids)).id)
    const nodes = [stores, fixture.otherNode().stores]
    const round = (index: number) =>
      nodes[index % 2]?.messages.post(
        (index % 3 === 0 ? chats : chats.toReversed()).map((chatId) => draft(chatId, ids[0] as Id)),
      ) ?? []
    const outcomes = (await Promise.all(Array.from({ length: 40 }, (_, index) => round(index)))).flat()
    expect(outcomes.filter((outcome) => outcome.status !== 'created')).toEqual([])
    for (const chatId of chats)
      expect(await stores.chats.find(chatId)).toMatchObject({ last_seq: 40, version: 41 })
  })

  test('moves the chat up in the list, and never back', async () => {
    const { chat, owner } = await chatOf(1)
    const later = await group(stores, [owner], { createdAt: at(500) })
    const order = async () => (await stores.chats.views(owner, { limit: 5 })).items.map((view) => view.id)
    await send(stores, chat.id, owner, { createdAt: at(1000) })
    expect(await order()).toEqual([chat.id, later.id])
    await send(stores, chat.id, owner, { createdAt: at(100) })
    expect(await order()).toEqual([chat.id, later.id])
  })
})

describe('M2: the sender chooses the id', () => {
  test('and the same id again gives the stored message, as it is now', async () => {
    const { chat, owner } = await chatOf(1)
    const one = draft(chat.id, owner)
    const message = await send(stores, chat.id, owner, one)
    const again = { ...one, text: 'other text', createdAt: at(9000) }
    expect(await stores.messages.post([again])).toEqual([{ status: 'stored', message }])
    const edited = await change.edit(message, 'edited', at(5))
    expect(await stores.messages.post([one])).toEqual([{ status: 'stored', message: edited }])
    const erased = await change.erase(edited, at(6))
    expect(await stores.messages.post([one])).toEqual([{ status: 'stored', message: erased }])
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 1, version: 4 })
  })

  test('and it comes back even to a sender who has left since', async () => {
    const { chat, other } = await chatOf(2)
    const one = draft(chat.id, other)
    await send(stores, chat.id, other, one)
    await change.remove(chat.id, other, at(5))
    expect(await outcomeOf(one)).toBe('stored')
    expect(await outcomeOf(draft(chat.id, other))).toBe('not_found')
  })

  test('but not the id of another sender or of another chat', async () => {
    const { chat, ids, owner, other } = await chatOf(2)
    const elsewhere = await group(stores, ids)
    const one = draft(chat.id, owner)
    await send(stores, chat.id, owner, one)
    expect(await outcomeOf({ ...one, senderId: other })).toBe('id_taken')
    expect(await outcomeOf({ ...one, chatId: elsewhere.id })).toBe('id_taken')
  })

  test('I1: so that an id sent over many connections at once is one message', async () => {
    const { chat, owner } = await chatOf(1)
    const nodes = [stores, fixture.otherNode().stores]
    const one = draft(chat.id, owner)
    const posts = Array.from({ length: 24 }, (_, index) =>
      nodes[index % 2]?.messages.post([draft(chat.id, owner), one, draft(chat.id, owner)]),
    )
    const outcomes = (await Promise.all(posts)).map((outcome) => outcome?.[1])
    expect(outcomes.filter((outcome) => outcome?.status === 'created')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome?.status === 'stored')).toHaveLength(23)
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 49 })
  })

  test('I1: and an id sent to two chats at once is in one of them, while the other batch fails as a whole', async () => {
    const { chat, ids, owner } = await chatOf(1)
    const elsewhere = await group(stores, ids)
    const nodes = [stores, fixture.otherNode().stores]
    for (let round = 0; round < 20; round += 1) {
      const id = uuidv7()
      const before = await Promise.all([chat.id, elsewhere.id].map((chatId) => stores.chats.find(chatId)))
      const results = await Promise.allSettled(
        [chat.id, elsewhere.id].map((chatId, index) =>
          nodes[index]?.messages.post([draft(chatId, owner), draft(chatId, owner, { id })]),
        ),
      )
      const created = results.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []))
      const after = await Promise.all([chat.id, elsewhere.id].map((chatId) => stores.chats.find(chatId)))
      const written = after.reduce(
        (sum, row, index) => sum + (row?.last_seq ?? 0) - (before[index]?.last_seq ?? 0),
        0,
      )
      expect(written).toBe(created.filter((outcome) => outcome.status === 'created').length)
      const { rows } = await fixture.pool.query('SELECT chat_id FROM messages WHERE id = $1', [id])
      expect(rows).toHaveLength(1)
    }
  })
})

describe('who may post', () => {
  test('is a present member of a chat that was not deleted', async () => {
    const { chat, owner, other } = await chatOf(2)
    await change.remove(chat.id, other, at(1))
    expect(await outcomeOf(draft(chat.id, other))).toBe('not_found')
    await stores.chats.update(chat.id, { deletedAt: at(2) })
    expect(await outcomeOf(draft(chat.id, owner))).toBe('not_found')
  })

  test('is owner and admins where only admins post', async () => {
    const { chat, ids, owner } = await chatOf(3, { posting: 'admins' })
    const [, admin, member] = ids as [Id, Id, Id]
    await stores.members.setRole(chat.id, admin, 'admin')
    expect(await post([owner, admin, member].map((id) => draft(chat.id, id)))).toEqual([
      1,
      2,
      'posting_restricted',
    ])
  })

  test('is decided under the lock: what comes after a removal is refused', async () => {
    const { chat, owner, other } = await chatOf(2)
    const results = await Promise.all([
      ...Array.from({ length: 10 }, () => stores.messages.post([draft(chat.id, other)])),
      change.remove(chat.id, other, at(1)),
      ...Array.from({ length: 10 }, () => stores.messages.post([draft(chat.id, other)])),
    ])
    const removal = results[10] as { version: number }
    const created = results.flatMap((result) =>
      Array.isArray(result)
        ? result.flatMap((one) => (one.status === 'created' ? [one.message.version] : []))
        : [],
    )
    expect(created.every((version) => version < removal.version)).toBe(true)
    expect(await outcomeOf(draft(chat.id, owner))).toBe(created.length + 1)
  })
})

describe('M5: a reply', () => {
  test('names a message of the same chat that was not deleted', async () => {
    const { chat, ids, owner } = await chatOf(1)
    const elsewhere = await group(stores, ids)
    const target = await send(stores, chat.id, owner)
    expect((await send(stores, chat.id, owner, { replyToId: target.id })).reply_to_id).toBe(target.id)
    expect(await outcomeOf(draft(elsewhere.id, owner, { replyToId: target.id }))).toBe('invalid_reply')
    await change.erase(target, at(5))
    expect(await outcomeOf(draft(chat.id, owner, { replyToId: target.id }))).toBe('invalid_reply')
  })

  test('may name an earlier draft of its batch, over any number of steps', async () => {
    const { chat, ids, owner } = await chatOf(1)
    const elsewhere = await group(stores, ids)
    const a = draft(chat.id, owner)
    const b = draft(chat.id, owner, { replyToId: a.id })
    const between = draft(elsewhere.id, owner)
    const c = draft(chat.id, owner, { replyToId: b.id })
    const d = draft(chat.id, owner, { replyToId: a.id })
    const outcomes = await stores.messages.post([a, b, between, c, d])
    expect(outcomes.map(said)).toEqual([1, 2, 1, 3, 4])
    expect(await stores.messages.find(c.id)).toMatchObject({ seq: 3, version: 4, reply_to_id: b.id })
  })

  test('may not name a later draft, itself, a draft of another chat, or one that was refused', async () => {
    const { chat, ids, owner } = await chatOf(1)
    const elsewhere = await group(stores, ids)
    const stranger = await person(stores)
    const late = draft(chat.id, owner)
    const self = uuidv7()
    const refused = draft(chat.id, stranger)
    const far = draft(elsewhere.id, owner)
    expect(
      await post([
        draft(chat.id, owner, { replyToId: late.id }),
        late,
        draft(chat.id, owner, { id: self, replyToId: self }),
        refused,
        draft(chat.id, owner, { replyToId: refused.id }),
        far,
        draft(chat.id, owner, { replyToId: far.id }),
      ]),
    ).toEqual(['invalid_reply', 1, 'invalid_reply', 'not_found', 'invalid_reply', 1, 'invalid_reply'])
  })

  test('to a stored draft of its batch is one to a message that is there', async () => {
    const { chat, owner } = await chatOf(1)
    const one = draft(chat.id, owner)
    await send(stores, chat.id, owner, one)
    expect(await post([one, draft(chat.id, owner, { replyToId: one.id })])).toEqual(['stored', 2])
  })
})

describe('a batch', () => {
  test('of the largest size is written at once', async () => {
    const { chat, ids } = await chatOf(5)
    const drafts = Array.from({ length: 512 }, (_, index) => draft(chat.id, ids[index % 5] as Id))
    expect(await post(drafts)).toEqual(numbers(512))
  })

  test('in a transaction that rolls back leaves nothing', async () => {
    const { chat, owner } = await chatOf(1)
    const failed = fixture.storage.transaction(async ({ messages }) => {
      await messages.post([draft(chat.id, owner)])
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await stores.chats.find(chat.id)).toMatchObject({ last_seq: 0, version: 1 })
    expect(await outcomeOf(draft(chat.id, owner))).toBe(1)
  })

  test('U2: does not move read cursors', async () => {
    const { chat, owner } = await chatOf(1)
    await send(stores, chat.id, owner)
    expect(await stores.members.find(chat.id, owner)).toMatchObject({ read_seq: 0, version: 1 })
    expect(await stores.chats.view(chat.id, owner)).toMatchObject({ unread_count: 0 })
  })
})
