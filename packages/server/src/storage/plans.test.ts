// Prepared plans outlive the sizes of tables for which they were made. These tests make every plan on tables that are all but
// empty, let the tables grow without telling the planner, and count the blocks that each call then touches.
import type { Id, Message } from '@parley/protocol'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stores } from '../core/ports.ts'
import { createPool } from './postgres.ts'
import { createStorage } from './storage.ts'
import { at, draft, type Fixture, group, person, send, silentLog, storageFixture } from './test/fixture.ts'

/** What a call may touch. Reading the grown tables or one of their indexes as a whole touches thousands. */
const maxBlocks = 250

/** A person and a chat that will be large. */
interface World {
  readonly self: Id
  readonly other: Id
  readonly chatId: Id
  readonly sessionId: Id
  readonly message: Message
  /** Sent with a message of the chat. */
  readonly fileId: Id
}

/** Of the chat that will be large; those below are there before. */
let newBlock = 41

type Call = (stores: Stores, world: World) => Promise<unknown>
const calls: Readonly<Record<string, Call>> = {
  'messages.post': ({ messages }, { chatId, self, message }) =>
    messages.post([draft(chatId, self, { replyToId: message.id }), draft(chatId, self)]),
  'messages.post of a batch with a refusal': ({ messages }, { chatId, self }) =>
    messages.post([draft(chatId, self), draft(chatId, uuidv7())]),
  'messages.post of one': ({ messages }, { chatId, self }) => messages.post([draft(chatId, self)]),
  'messages.post with files': ({ messages }, { chatId, self, fileId }) =>
    messages.post([draft(chatId, self, { fileIds: [fileId] }), draft(chatId, self)]),
  'messages.find': ({ messages }, { message }) => messages.find(message.id),
  'messages.page': ({ messages }, { chatId }) => messages.page(chatId, { from: 'around', seq: 500 }, 50),
  'messages.seqAt': ({ messages }, { chatId }) => messages.seqAt(chatId, at(500)),
  'messages.edit': ({ messages }, { message }) => messages.edit(message, 'other', at(9)),
  'messages.refresh': ({ messages }, { message }) => messages.refresh(message),
  'messages.attach': ({ messages }, { message, fileId }) => messages.attach(message, fileId),
  'files.findFor': ({ files }, { fileId, other }) => files.findFor(fileId, other),
  'files.page': ({ files }, { fileId }) => files.page(fileId, at(9), 10),
  'files.known': ({ files }, { fileId }) => files.known([fileId]),
  'files.removeUnused': ({ files }, { fileId }) => files.removeUnused([fileId]),
  'files.usage': ({ files }, { self }) => files.usage(self),
  'files.insert': ({ files }, { self }) =>
    files.insert({ ...aFile, id: uuidv7(), ownerId: self, createdAt: at(0) }, 1_000_000),
  'previews.owners': ({ previews }) => previews.owners(),
  'previews.next': ({ previews }, { self }) => previews.next(self, [uuidv7()]),
  'previews.settle': ({ previews }, { fileId }) => previews.settle(fileId, { width: 3, height: 4 }),
  'previews.carriers': ({ previews }, { fileId }) => previews.carriers(fileId, null, 10),
  'previews.done': ({ previews }, { fileId }) => previews.done(fileId),
  'messages.revisions': ({ messages }, { chatId, message }) => messages.revisions(chatId, message.id),
  'messageKeys.keysOf': ({ messageKeys }, { chatId, message }) => messageKeys.keysOf(chatId, [message.id]),
  'messageKeys.forget': ({ messageKeys }, { chatId }) => messageKeys.forget(chatId, uuidv7()),
  'messageKeys.formerUntil': ({ messageKeys }) => messageKeys.formerUntil(),
  'messageKeys.note': ({ messageKeys }, { chatId, message }) =>
    messageKeys.note({ chatId, messageId: message.id, key: 'key' }),
  'messageNumbers.blocks': ({ messageNumbers }, { chatId }) =>
    messageNumbers.blocks([
      { chatId, block: 0 },
      { chatId, block: 41 },
    ]),
  'messageNumbers.blocks, a new one': ({ messageNumbers }, { chatId }) => {
    newBlock += 1
    return messageNumbers.blocks([{ chatId, block: newBlock }])
  },
  'messageNumbers.blocksAhead': ({ messageNumbers }, { chatId, self }) =>
    messageNumbers.blocksAhead(chatId, self, 128),
  'messageNumbers.blockAt': ({ messageNumbers }) => messageNumbers.blockAt(257),
  'reads.advance': ({ reads }, { chatId, other }) => reads.advance(chatId, other, 1, at(9)),
  'reads.progress': ({ reads }, { chatId }) => reads.progress(chatId),
  'reads.readersOf': ({ reads }, { chatId, self }) => reads.readersOf(chatId, 10_000_000, self),
  'reads.readersOfMany': ({ reads }, { chatId, self }) =>
    reads.readersOfMany([{ chat_id: chatId, seq: 10_000_000, sender_id: self }], 100),
  'chats.find': ({ chats }, { chatId }) => chats.find(chatId),
  'chats.lock': ({ chats }, { chatId }) => chats.lock(chatId),
  'chatFacts.byIds': ({ chatFacts }, { chatId }) => chatFacts.byIds([chatId]),
  'chatFacts.byNumbers': ({ chatFacts }) => chatFacts.byNumbers([1, 2]),
  'chats.isOpen': ({ chats }, { chatId }) => chats.isOpen(chatId),
  'chats.findDirect': ({ chats }, { self, other }) => chats.findDirect(self, other),
  'chats.view': ({ chats }, { chatId, self }) => chats.view(chatId, self),
  'chats.views': ({ chats }, { self }) => chats.views(self, { limit: 10 }),
  'chats.listed': ({ chats }, { self }) => chats.listed(self),
  'chats.viewsOf': ({ chats }, { self, chatId }) => chats.viewsOf(self, [chatId]),
  'chats.searchOwn': ({ chats }, { self }) => chats.views(self, { limit: 10, query: 'title' }),
  'chats.idsOf': ({ chats }, { self }) => chats.idsOf(self),
  'chats.updatePreferences': ({ chats }, { chatId, self }) =>
    chats.updatePreferences(chatId, self, { pinned: true }, at(9)),
  'members.find': ({ members }, { chatId, self }) => members.find(chatId, self),
  'members.membership': ({ members }, { chatId, self }) => members.membership(chatId, self),
  'members.postRefusal': ({ members }, { chatId, self }) => members.postRefusal(chatId, self),
  'members.setRole': ({ members }, { chatId, other }) => members.setRole(chatId, other, 'member'),
  'members.acquainted': ({ members }, { self, other }) => members.acquainted(self, [self, other]),
  'accounts.find': ({ accounts }, { self }) => accounts.find(self),
  'accounts.findByLogin': ({ accounts }, { self }) => accounts.findByLogin(`user_${self}`),
  'accounts.profiles': ({ accounts }, { self, other }) => accounts.profiles([self, other]),
  'accounts.holdProfiles': ({ accounts }, { self, other }) => accounts.holdProfiles([self, other]),
  'accounts.departing': ({ accounts }) => accounts.departing(),
  'accounts.setDeactivated': ({ accounts }, { other }) => accounts.setDeactivated(other, null),
  'accounts.search': ({ accounts }, { self }) =>
    accounts.search({ finderId: self, query: 'someone', limit: 10 }),
  'accounts.noteSeen': ({ accounts }, { self }) => accounts.noteSeen(self, at(9)),
  'accounts.lastSeen': ({ accounts }, { self }) => accounts.lastSeen([self]),
  'operator.list': ({ operator }) => operator.list(null, 10, at(0)),
  'people.list': ({ people }) => people.list({ offset: 0, limit: 10 }),
  'people.people': ({ people }, { self, other }) => people.people([self, other]),
  'people.byNumbers': ({ people }) => people.byNumbers([1, 2]),
  'people.findByEmails': ({ people }) =>
    people.findByEmails(['someone@example.org', 'other@example.org'], null),
  'people.contactsOf': ({ people }, { self, other }) => people.contactsOf(self, [other]),
  'sessions.isLive': ({ sessions }, { sessionId }) => sessions.isLive(sessionId, at(0)),
  'sessions.erase': ({ sessions }, { other }) => sessions.erase(other, at(0)),
  'sessions.listLive': ({ sessions }, { self }) => sessions.listLive(self, at(0)),
  'imports.find': ({ imports }, { message }) => imports.find('other', 'message', [message.id, 'none']),
  'imports.note': ({ imports }, { message }) =>
    imports.note('other', 'message', new Map([[uuidv7(), message.id]])),
  'imports.emailOwners': ({ imports }) => imports.emailOwners(['nobody@example.org']),
  'imports.seated': ({ imports }, { chatId, self, other }) =>
    imports.seated([
      { chatId, userId: self },
      { chatId, userId: other },
    ]),
  'imports.ends': ({ imports }, { chatId }) => imports.ends([chatId]),
  'imports.addReads': ({ imports }, { message, other }) =>
    imports.addReads([{ messageId: message.id, userId: other, at: at(9) }]),
  'sync.resume': ({ sync }, { self, chatId, sessionId }) =>
    sync.resume({ userId: self, sessionId }, at(0), { [chatId]: 1 }),
  'sync.changesOf': ({ sync }, { self, chatId }) => sync.changesOf(self, { [chatId]: 1 }),
  'sessions.keep': ({ sessions }, { sessionId }) =>
    sessions.keep([sessionId], at(0), { unused: 1_000, longest: 2_000 }),
  'sessions.noteUsed': ({ sessions }, { sessionId }) => sessions.noteUsed(sessionId, 2),
  'reads.state': ({ reads }, { chatId, self }) => reads.state(chatId, self),
  'reconcile.settled': ({ reconcile }, { chatId, self, sessionId }) =>
    reconcile.settled({
      chats: [chatId],
      users: [self],
      sessions: [sessionId],
      members: [{ chatId, userId: self }],
    }),
  'reconcile.changes': ({ reconcile }, { chatId }) => reconcile.changes([{ chatId, since: 1 }]),
  'reconcile.memberships': ({ reconcile }, { self }) => reconcile.memberships([self]),
  'reconcile.members': ({ reconcile }, { chatId, self }) => reconcile.members([{ chatId, userId: self }]),
  'reconcile.placesOf': ({ reconcile }, { message }) => reconcile.placesOf([message.id]),
}

describe.each(['never analysed', 'analysed'])('a plan made while tables were tiny and %s', (statistics) => {
  let fixture: Fixture
  let pool: pg.Pool
  let stores: Stores
  let world: World

  beforeAll(async () => {
    fixture = await storageFixture()
    for (const table of tables)
      await fixture.pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`)
    // One connection, so that the plans of the first calls are those of all.
    pool = createPool(fixture.connection, { max: 1, log: silentLog })
    stores = createStorage(pool).stores
    world = await tinyWorld(stores)
    if (statistics === 'analysed') await fixture.pool.query('ANALYZE')
    for (const call of Object.values(calls)) await call(stores, world)
    await grow(fixture.pool, world)
    // The members are many now; the first look at a page that was just written does more than later ones.
    for (const call of Object.values(calls)) await call(stores, world)
  })
  afterAll(async () => {
    await pool.end()
    await fixture.end()
  })

  test.each(Object.entries(calls))('serves %s', async (_, call) => {
    const before = await blocks(pool, fixture.pool)
    await call(stores, world)
    expect((await blocks(pool, fixture.pool)) - before).toBeLessThan(maxBlocks)
  })
})

const tables = [
  'users',
  'sessions',
  'chats',
  'chat_numbers',
  'direct_chats',
  'members',
  'read_marks',
  'messages',
  'message_revisions',
  'message_keys',
  'message_number_blocks',
  'files',
  'message_files',
  'file_usage',
  'imported',
]

async function tinyWorld(stores: Stores): Promise<World> {
  const [self, other] = [await person(stores), await person(stores)]
  const chat = await group(stores, [self, other])
  const sessionId = uuidv7()
  await stores.sessions.insert({
    id: sessionId,
    userId: self,
    refreshSalt: Buffer.alloc(16),
    generation: 1,
    rotatedAt: at(0),
    usedGeneration: 1,
    door: 'parley',
    userAgent: '',
    ip: '',
    createdAt: at(0),
    lastUsedAt: at(0),
    expiresAt: at(1000),
    revokedAt: null,
  })
  const fileId = await insertFile(stores, self)
  const message = await send(stores, chat.id, self, { fileIds: [fileId] })
  return { self, other, chatId: chat.id, sessionId, message, fileId }
}

const aFile = { name: 'x', mediaType: 'text/plain', size: 1, dimensions: null, awaitsPreview: true }

async function insertFile({ files }: Stores, ownerId: Id): Promise<Id> {
  const id = uuidv7()
  await files.insert({ ...aFile, id, ownerId, createdAt: at(0) }, null)
  return id
}

/** 10,000 more messages in the chat, one in five with a file, 2,000 more members, people, sessions and chats of others. */
async function grow(pool: pg.Pool, { chatId, self }: World): Promise<void> {
  await pool.query(`
    INSERT INTO users (id, username, username_key, name, name_key, bio, locale, password_hash, created_at)
    SELECT id, id, id, 'Other', 'other ' || id, '', 'en', '', now()
    FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 2000)) new`)
  await pool.query(`
    INSERT INTO sessions SELECT gen_random_uuid(), id, '', 1, now(), '', '', now(), now(), now() FROM users`)
  await pool.query(
    `INSERT INTO chats (id, kind, description, posting, visibility, created_by, created_at, member_count, version, active_at)
     SELECT gen_random_uuid(), 'group', '', 'everyone', 'private', id, now(), 1, 1, now() FROM users`,
  )
  await pool.query(`
    INSERT INTO chat_numbers (chat_id) SELECT id FROM chats ON CONFLICT DO NOTHING`)
  await pool.query(`
    INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
    SELECT id, created_by, 'owner', now(), 0, 0, 1 FROM chats
    ON CONFLICT DO NOTHING`)
  await pool.query(
    `INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
     SELECT $1, id, 'member', now(), 0, 5, 2 FROM users
     ON CONFLICT DO NOTHING`,
    [chatId],
  )
  await pool.query(
    `INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, text)
     SELECT c.id, c.last_seq + n, c.version + n, now(), gen_random_uuid(), u.id, 'text'
     FROM chats c, (SELECT id, row_number() OVER () AS place FROM users WHERE id <> $2) u, generate_series(1, 10000) n
     WHERE c.id = $1 AND u.place = n % 2000 + 1`,
    [chatId, self],
  )
  await pool.query(
    `INSERT INTO imported SELECT 'other', 'message', id::text, id FROM messages WHERE chat_id = $1`,
    [chatId],
  )
  await pool.query(
    `INSERT INTO message_keys SELECT chat_id, id, 'key' FROM messages WHERE chat_id = $1 ON CONFLICT DO NOTHING`,
    [chatId],
  )
  await pool.query(
    `INSERT INTO message_number_blocks (chat_id, block)
     SELECT id, n FROM chats, generate_series(0, 4) n WHERE id <> $1 ON CONFLICT DO NOTHING`,
    [chatId],
  )
  await pool.query(`
    INSERT INTO files (id, owner_id, name, media_type, size, thumbnail, created_at)
    SELECT id, id, 'x', 'text/plain', 1, false, now() FROM users`)
  await pool.query('INSERT INTO file_usage SELECT id, 1 FROM users ON CONFLICT DO NOTHING')
  await pool.query(
    `INSERT INTO message_files (chat_id, message_id, position, file_id)
     SELECT m.chat_id, m.id, 1, m.sender_id FROM messages m
     WHERE m.chat_id = $1 AND m.sender_id <> $2 AND m.seq % 5 = 0`,
    [chatId, self],
  )
  await pool.query(
    'UPDATE messages SET file_count = 1 WHERE chat_id = $1 AND sender_id <> $2 AND seq % 5 = 0',
    [chatId, self],
  )
  await pool.query('UPDATE chats SET last_seq = last_seq + 10000, version = version + 10000 WHERE id = $1', [
    chatId,
  ])
  // Otherwise what this connection touched would be counted while a call is watched.
  await pool.query('SELECT pg_stat_force_next_flush()')
}

/** Blocks of tables and indexes that were touched so far, those of `counted`'s connection included. */
async function blocks(counted: pg.Pool, observer: pg.Pool): Promise<number> {
  await counted.query('SELECT pg_stat_force_next_flush()')
  const { rows } = await observer.query(`
    SELECT sum(heap_blks_hit + heap_blks_read + COALESCE(idx_blks_hit + idx_blks_read, 0)) AS touched
    FROM pg_statio_user_tables`)
  return Number(rows[0].touched)
}
