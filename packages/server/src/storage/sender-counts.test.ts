// Unread numbers of chats that are longer than a block, in which own messages are counted by block.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageDraft } from '../core/messages/store.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { at, changes, draft, type Fixture, group, people, silentLog, storageFixture } from './test/fixture.ts'

const block = 256

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

/** What is counted of each block, and what is there. */
const counted = async (): Promise<{ counts: object[]; recount: object[] }> => {
  const { rows: counts } = await fixture.pool.query(
    'SELECT chat_id, sender_id, block, sent FROM sender_counts ORDER BY chat_id, block, sender_id',
  )
  const { rows: recount } = await fixture.pool.query(
    `SELECT m.chat_id, m.sender_id, (m.seq - 1) / ${block} + 1 AS block, count(*)::integer AS sent
     FROM messages m JOIN chats c ON c.id = m.chat_id
     WHERE (m.seq - 1) / ${block} < c.last_seq / ${block}
     GROUP BY 1, 2, 3 ORDER BY 1, 3, 2`,
  )
  return { counts, recount }
}

/** Sends that many messages: some alone, some in batches, some of those with drafts that are judged one by one. */
async function post(chatId: Id, senders: readonly Id[], count: number): Promise<void> {
  let sent = 0
  for (let call = 0; sent < count; call += 1) {
    const size = Math.min([1, 7, 300, 7][call % 4] ?? 1, count - sent)
    const drafts: MessageDraft[] = []
    // Two of three by the first sender, so that the numbers differ.
    while (drafts.length < size)
      drafts.push(draft(chatId, senders[(sent + drafts.length) % 3 === 0 ? 1 : 0] ?? ''))
    const stranger = draft(chatId, uuidv7())
    const outcomes = await fixture.stores.messages.post(call % 4 === 3 ? [stranger, ...drafts] : drafts)
    expect(outcomes.filter(({ status }) => status === 'created')).toHaveLength(size)
    sent += size
  }
}

const setCursor = (chatId: Id, userId: Id, seq: number) =>
  fixture.pool.query('UPDATE members SET read_seq = $3 WHERE chat_id = $1 AND user_id = $2', [
    chatId,
    userId,
    seq,
  ])

describe('I5: the unread number', () => {
  const length = 3 * block + 40
  let chatId: Id
  let senders: readonly Id[]
  /** In the order of their seqs. */
  let messages: readonly { id: Id; sender_id: Id; deleted: boolean }[]

  beforeAll(async () => {
    senders = await people(fixture.stores, 3)
    const chat = await group(fixture.stores, senders)
    chatId = chat.id
    await post(chatId, senders, length)
    const last = block + 20
    for (const message of (await fixture.stores.messages.page(chatId, { from: 'around', seq: last }, 30))
      .items)
      if (message.seq % 2 === 0) await changes(fixture.storage).erase(message, at(2000))
    const { rows } = await fixture.pool.query(
      'SELECT id, sender_id, deleted_at IS NOT NULL AS deleted FROM messages WHERE chat_id = $1 ORDER BY seq',
      [chatId],
    )
    messages = rows
    expect(messages).toHaveLength(length)
    expect(messages.filter(({ deleted }) => deleted).length).toBeGreaterThan(10)
  })

  test.each(
    [0, 1, 2, 3]
      .flatMap((n) => [-2, -1, 0, 1, 2, 39].map((offset) => n * block + offset))
      .filter((seq) => seq >= 0),
  )('equals a recount from seq %i', async (seq) => {
    for (const userId of senders) {
      await setCursor(chatId, userId, seq)
      const unread = messages.slice(seq).filter(({ sender_id, deleted }) => sender_id !== userId && !deleted)
      expect(await fixture.stores.chats.view(chatId, userId)).toMatchObject({ unread_count: unread.length })
    }
  })

  test('is the same wherever the last block ends', async () => {
    const [one, two] = await people(fixture.stores, 2)
    if (one === undefined || two === undefined) throw new Error('There are two people')
    const chat = await group(fixture.stores, [one, two])
    for (const length of [block - 1, block, block + 1, 2 * block - 1, 2 * block, 2 * block + 1]) {
      const { last_seq: before } = (await fixture.stores.chats.find(chat.id)) ?? { last_seq: 0 }
      await post(chat.id, [one, two], length - before)
      const { rows } = await fixture.pool.query(
        'SELECT count(*)::integer AS others FROM messages WHERE chat_id = $1 AND sender_id <> $2',
        [chat.id, one],
      )
      expect(await fixture.stores.chats.view(chat.id, one)).toMatchObject({ unread_count: rows[0]?.others })
    }
  })
})

describe('what is counted', () => {
  test('is every full block, and is final', async () => {
    const senders = await people(fixture.stores, 2)
    const chats = [await group(fixture.stores, senders), await group(fixture.stores, senders)]
    for (const chat of chats) await post(chat.id, senders, 2 * block + 3)
    const { counts, recount } = await counted()
    expect(counts.length).toBeGreaterThanOrEqual(8)
    expect(counts).toEqual(recount)
  })

  test('is what was there before blocks were counted, too', async () => {
    const before = (await readMigrations()).filter(({ number }) => number < 10)
    await fixture.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await migrate(fixture.connection, { log: silentLog, migrations: before, functions: [] })
    await fixture.pool.query(`
      INSERT INTO chats (id, kind, description, posting, visibility, created_by, created_at, member_count, version, last_seq, active_at)
      SELECT gen_random_uuid(), 'group', '', 'everyone', 'private', gen_random_uuid(), now(), 2, 1, length, now()
      FROM unnest(ARRAY[0, 255, 256, 600]) AS length`)
    await fixture.pool.query(`
      INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, text)
      SELECT c.id, seq, seq + 1, now(), gen_random_uuid(), CASE WHEN seq % 3 = 0 THEN c.id ELSE c.created_by END, 'text'
      FROM chats c CROSS JOIN generate_series(1, c.last_seq) AS seq`)
    await migrate(fixture.connection, { log: silentLog })
    const { counts, recount } = await counted()
    expect(counts).toHaveLength(6)
    expect(counts).toEqual(recount)
  })
})
