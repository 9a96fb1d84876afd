// What a database held before it was migrated: its chats keep their numbers, and what changed in them is still found.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { readMigrations } from './migrations.ts'
import { type Fixture, group, person, silentLog, storageFixture } from './test/fixture.ts'
import { keyForm } from './text-key.ts'

let fixture: Fixture
const owner: Id = uuidv7()
/** Was in, read up to 4 and left; came back when there were 6, and read up to 7 and 9. */
const reader: Id = uuidv7()
/** With 10 messages, and versions up to 14: the third was edited, the fourth erased, and the fifth given a file, in this order. */
let chatId: Id
const numbers = new Map<Id, number>()
/** From the oldest on. */
const accounts = [
  { username: 'İbrahim' },
  { username: 'ΝΙΚΟΣ', email: 'Nikos@MÜNCHEN.example' },
  // Others that the former keys told apart.
  { username: 'νικοσ', email: 'nikos@xn--mnchen-3ya.example' },
  { username: 'straße' },
  { username: 'STRASSE' },
  { username: 'İpek' },
  { username: 'ıpek' },
  { username: 'рау' },
  { username: 'pay' },
] as const
const warned: object[] = []

/** As the code of that time wrote them. */
async function insertAccount(username: string, email?: string, id: Id = uuidv7()): Promise<Id> {
  const key = (text: string | undefined) => text?.normalize('NFKC').toLowerCase()
  await fixture.pool.query(
    `INSERT INTO users (id, username, username_key, email, email_key, name, name_key, bio, locale, password_hash, created_at)
     VALUES ($1, $2, $3, $4, $5, $2, $3, '', 'en', 'hash', now())`,
    [id, username, key(username), email, key(email)],
  )
  return id
}
const sessionId = uuidv7()

beforeAll(async () => {
  fixture = await storageFixture()
  const { pool, connection } = fixture
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const before = (await readMigrations()).filter(({ number }) => number < 11)
  await migrate(connection, { log: silentLog, migrations: before, functions: [] })
  await insertAccount('owner', undefined, owner)
  await insertAccount('reader', undefined, reader)
  for (const account of accounts)
    await insertAccount(account.username, 'email' in account ? account.email : undefined)
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
    `UPDATE chats SET title = 'ΟΔΥΣΣΕΥΣ ΟΔΟΣ', title_key = 'οδυσσευς οδος', visibility = 'public' WHERE id = $1`,
    [chatId],
  )
  await pool.query(
    `INSERT INTO sessions (id, user_id, refresh_salt, generation, rotated_at, user_agent, ip, created_at, last_used_at, expires_at)
     VALUES ($1, $2, '', 7, now(), '', '', now() - interval '150 days', now(), now() + interval '60 days')`,
    [sessionId, owner],
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
  await migrate(connection, { log: { ...silentLog, warn: (data) => void warned.push(data) } })
})
afterAll(() => fixture.end())

test('chats keep their numbers, and none is given twice', async () => {
  const facts = await fixture.stores.chatFacts.byIds([...numbers.keys()])
  expect(new Map(facts.map(({ id, number }) => [id, number]))).toEqual(numbers)
  const chat = await group(fixture.stores, [owner])
  const [fact] = await fixture.stores.chatFacts.byIds([chat.id])
  expect(fact?.number).toBe(Math.max(...numbers.values()) + 2)
})

test('D7: messages that were there have no integer before one is asked for, and one that fits then', async () => {
  const { rows } = await fixture.pool.query('SELECT FROM message_number_blocks')
  expect(rows).toEqual([])
  const { messageNumbers } = fixture.stores
  const wanted = [...numbers.keys()].map((id) => ({ chatId: id, block: 0 }))
  const bases = (await messageNumbers.blocks(wanted)).map(({ base }) => base)
  expect(bases.toSorted((a, b) => a - b)).toEqual([1, 257, 513, 769, 1025])
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

test('A12: whoever logged in with a name or an email still does, also where two of them are one now', async () => {
  for (const account of accounts) {
    for (const login of Object.values(account)) {
      const found = await fixture.stores.accounts.findByLogin(login)
      expect(Object.values(found?.me ?? {})).toContain(login)
    }
  }
  expect(warned).toHaveLength(3)
})

test("A12: an account is found however its name is written, and the name is nobody else's", async () => {
  const { accounts: store } = fixture.stores
  for (const login of ['ibrahim', 'IBRAHIM', 'İBRAHİM', 'ıbrahım'])
    expect((await store.findByLogin(login))?.me.username).toBe('İbrahim')
  expect((await store.findByLogin('nikos@münchen.example'))?.me.username).toBe('ΝΙΚΟΣ')
  // Who had the key keeps it, else the oldest gets it; nobody gets the name a third time.
  expect((await store.findByLogin('IPEK'))?.me.username).toBe('İpek')
  expect((await store.findByLogin('strasse'))?.me.username).toBe('STRASSE')
  await expect(person(fixture.stores, { username: 'STRAßE' })).rejects.toThrow('taken')
  await expect(person(fixture.stores, { username: 'νικοσ' })).rejects.toThrow('taken')
})

test('A13: of two names that look alike the older one is guarded', async () => {
  const { rows } = await fixture.pool.query(
    `SELECT username, username_skeleton AS skeleton FROM users WHERE username IN ('рау', 'pay') ORDER BY number`,
  )
  expect(rows).toEqual([
    { username: 'рау', skeleton: 'pay' },
    { username: 'pay', skeleton: null },
  ])
})

test('an account that kept its former key gets the present one with its next name', async () => {
  const { accounts: store } = fixture.stores
  const former = await store.findByLogin('straße')
  if (former === null) throw new Error('There is an account of that name')
  await store.update(former.me.id, { username: 'Gäßchen' })
  expect((await store.findByLogin('GÄSSCHEN'))?.me.id).toBe(former.me.id)
  expect((await store.findByLogin('straße'))?.me.username).toBe('STRASSE')
})

test('a group is found by a title of before', async () => {
  const found = await fixture.stores.chats.searchPublic({ query: 'οδοσ', limit: 10 })
  expect(found.items.map(({ id }) => id)).toEqual([chatId])
})

test('keys are made again when their form changes, and only then', async () => {
  const { pool, connection } = fixture
  const keyOfOwner = async () =>
    (await pool.query('SELECT username_key FROM users WHERE id = $1', [owner])).rows[0]?.username_key
  await pool.query(`UPDATE users SET username_key = 'OWNER' WHERE id = $1`, [owner])
  await migrate(connection, { log: silentLog })
  expect(await keyOfOwner()).toBe('OWNER')
  await pool.query(`UPDATE text_key_form SET form = 'one of another time'`)
  await migrate(connection, { log: silentLog })
  expect(await keyOfOwner()).toBe('owner')
  expect((await pool.query('SELECT form FROM text_key_form')).rows).toEqual([{ form: keyForm }])
})

test('A5 A16: a session goes on to its absolute end, and nothing in it is believed without a proof', async () => {
  const session = await fixture.stores.sessions.find(sessionId)
  if (session === null) throw new Error('The session is there')
  expect(session).toMatchObject({ generation: 7, usedGeneration: 7, door: 'parley' })
  const days = (session.expiresAt.getTime() - session.createdAt.getTime()) / (24 * 3600 * 1000)
  expect(days).toBeCloseTo(180, 3)
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
