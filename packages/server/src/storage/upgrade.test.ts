// What a database held before it was migrated: its chats keep their numbers, and what changed in them is still found.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { type Fixture, group, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
const owner: Id = uuidv7()
/** Was in, read up to 4 and left; came back when there were 6, and read up to 7 and 9. */
const reader: Id = uuidv7()
/** With 10 messages, and versions up to 14: the third was edited, the fourth erased, and the fifth given a file, in this order. */
let chatId: Id
const numbers = new Map<Id, number>()

beforeAll(async () => {
  fixture = await storageFixture()
  const { pool, connection } = fixture
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const before = (await readMigrations()).filter(({ number }) => number < 11)
  await migrate(connection, { log: silentLog, migrations: before, functions: [] })
  await pool.query(
    `INSERT INTO users (id, username, username_key, email, email_key, name, name_key, bio, locale, password_hash, created_at)
       SELECT id, id::text, id::text, id || '@example.org', id || '@example.org', 'Someone', 'someone', '', 'en', 'hash', now() FROM unnest($1::uuid[]) AS id`,
    [[owner, reader]],
  )
  for (let count = 0; count < 5; count += 1) {
    chatId = uuidv7()
    const { rows } = await pool.query(
      `INSERT INTO chats (id, kind, description, posting, visibility, created_by, created_at, member_count, version, last_seq, active_at)
       VALUES ($1, 'group', '', 'everyone', 'private', $2, now(), 1, 14, 10, now()) RETURNING number`,
      [chatId, owner],
    )
    numbers.set(chatId, Number(rows[0]?.number))
  }
  // The last number that was given is one that no chat has any more.
  await pool.query(`SELECT nextval('chats_number_seq')`)
  await pool.query(
    `INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
     VALUES ($1, $2, 'owner', now(), 0, 0, 1)`,
    [chatId, owner],
  )
  await pool.query(
    `INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, text, edited_at, deleted_at, attached_at)
     SELECT $1, seq, CASE WHEN seq BETWEEN 3 AND 5 THEN seq + 9 ELSE seq + 1 END, now(), gen_random_uuid(), $2, 'text',
       CASE WHEN seq = 3 THEN now() END, CASE WHEN seq = 4 THEN now() END, CASE WHEN seq = 5 THEN now() END
     FROM generate_series(1, 10) AS seq`,
    [chatId, owner],
  )
  await pool.query(
    `INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
     VALUES ($1, $2, 'member', now(), 6, 9, 1)`,
    [chatId, reader],
  )
  await pool.query(
    'INSERT INTO read_marks (chat_id, user_id, seq, at) SELECT $1, $2, seq, now() FROM unnest($3::bigint[]) AS seq',
    [chatId, reader, [2, 4, 7, 9]],
  )
  await migrate(connection, { log: silentLog })
})
afterAll(() => fixture.end())

test('chats keep their numbers, and none is given twice', async () => {
  const facts = await fixture.stores.chatFacts.byIds([...numbers.keys()])
  expect(new Map(facts.map(({ id, number }) => [id, number]))).toEqual(numbers)
  const chat = await group(fixture.stores, [owner])
  const [fact] = await fixture.stores.chatFacts.byIds([chat.id])
  expect(fact?.number).toBe(Math.max(...numbers.values()) + 2)
})

test('S3: what changed is found, and nothing else', async () => {
  const { messages } = await fixture.stores.sync.changesOf(owner, { [chatId]: 11 })
  expect(messages.map(({ seq }) => seq)).toEqual([3, 4, 5])
  const { rows } = await fixture.pool.query('SELECT seq::int FROM messages WHERE changed ORDER BY seq')
  expect(rows.map(({ seq }) => seq)).toEqual([3, 4, 5])
})

test('no change of a chat itself is missed', async () => {
  const { rows } = await fixture.pool.query('SELECT changed_version::int FROM chats WHERE id = $1', [chatId])
  expect(rows).toEqual([{ changed_version: 14 }])
})

test('U5: receipts name what was surely read', async () => {
  const read: number[] = []
  for (let seq = 1; seq <= 10; seq += 1) {
    if ((await fixture.stores.reads.readersOf(chatId, seq, owner)).length > 0) read.push(seq)
  }
  // Of the first stay it is not known where it began.
  expect(read).toEqual([2, 3, 4, 7, 8, 9])
})

test('A20: an email is for contacts, and keys of before are looked for', async () => {
  const account = await fixture.stores.accounts.find(owner)
  expect(account?.me.email_visibility).toBe('contacts')
  const until = await fixture.stores.messageKeys.formerUntil()
  expect(until?.getTime()).toBeGreaterThan(Date.now() + 6 * 24 * 3600 * 1000)
})
