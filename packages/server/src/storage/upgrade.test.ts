// What a database held before it was migrated: its chats keep their numbers, and what changed in them is still found.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { type Fixture, group, people, silentLog, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let owner: Id
/** With 10 messages, and versions up to 14: the third was edited, the fourth erased, and the fifth given a file, in this order. */
let chatId: Id
const numbers = new Map<Id, number>()
const sessionId = uuidv7()

beforeAll(async () => {
  fixture = await storageFixture()
  const { pool, connection } = fixture
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const before = (await readMigrations()).filter(({ number }) => number < 11)
  await migrate(connection, { log: silentLog, migrations: before, functions: [] })
  ;[owner] = (await people(fixture.stores, 1)) as [Id]
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
    `INSERT INTO sessions (id, user_id, refresh_salt, generation, rotated_at, user_agent, ip, created_at, last_used_at, expires_at)
     VALUES ($1, $2, '', 7, now(), '', '', now() - interval '150 days', now(), now() + interval '60 days')`,
    [sessionId, owner],
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

test('A5 A16: a session goes on to its absolute end, and nothing in it is believed without a proof', async () => {
  const session = await fixture.stores.sessions.find(sessionId)
  if (session === null) throw new Error('The session is there')
  expect(session).toMatchObject({ generation: 7, usedGeneration: 7, door: 'parley' })
  const days = (session.expiresAt.getTime() - session.createdAt.getTime()) / (24 * 3600 * 1000)
  expect(days).toBeCloseTo(180, 3)
})
