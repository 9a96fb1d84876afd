// What an import writes, in bulk.
import type { Id } from '@parley/protocol'
import {
  type ChatEnd,
  type Continuation,
  type ImportedAccount,
  type ImportedRead,
  type ImportStore,
  type Seat,
  seatKey,
} from '../core/import/store.ts'
import { int4Array, textArray, timestampArray, uuidArray } from './binary-arrays.ts'
import { lookUp, memberOf } from './chat-views.ts'
import type { Database } from './database.ts'
import { emailKey, textKey, usernameSkeleton } from './text-key.ts'

const hold = { name: 'imports.hold', text: 'LOCK TABLE imported IN SHARE ROW EXCLUSIVE MODE' }

const findImported = {
  name: 'imports.find',
  text: `
    SELECT k.key, i.id FROM unnest($3::text[]) AS k (key)
    CROSS JOIN ${lookUp(`
      SELECT o.id FROM imported o WHERE o.source = $1 AND o.kind = $2 AND o.foreign_key = k.key`)} i`,
}

const noteImported = {
  name: 'imports.note',
  text: `
    INSERT INTO imported (source, kind, foreign_key, id)
    SELECT $1, $2, k.key, k.id FROM unnest($3::text[], $4::uuid[]) AS k (key, id)`,
}

const emailOwners = {
  name: 'imports.emailOwners',
  text: `
    SELECT k.email, u.id FROM unnest($1::text[], $2::text[]) AS k (email, key)
    CROSS JOIN ${lookUp('SELECT o.id, o.deleted_at FROM users o WHERE o.email_key = k.key')} u
    WHERE u.deleted_at IS NULL`,
}

const insertAccounts = {
  name: 'imports.insertAccounts',
  text: `
    INSERT INTO users (id, username, username_key, username_skeleton, email, email_key, name, name_key, bio, locale, password_hash,
      created_at, deleted_at)
    SELECT a.id, a.username, a.username_key, a.username_skeleton, a.email, a.email_key, a.name, a.name_key, a.bio, a.locale,
      a.password_hash, a.created_at, a.deleted_at
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::timestamptz[], $13::timestamptz[])
      AS a (id, username, username_key, username_skeleton, email, email_key, name, name_key, bio, locale, password_hash, created_at,
        deleted_at)
    ON CONFLICT DO NOTHING
    RETURNING id`,
}

const findSeated = {
  name: 'imports.seated',
  text: `
    SELECT p.chat_id, p.user_id FROM unnest($1::uuid[], $2::uuid[]) AS p (chat_id, user_id)
    CROSS JOIN ${memberOf('p.chat_id', 'p.user_id')} m`,
}

const seatMembers = {
  name: 'imports.seat',
  text: `
    INSERT INTO members AS m (chat_id, user_id, role, joined_at, joined_seq, read_seq, version, left_at)
    SELECT $1, s.user_id, 'member', s.joined_at, 0, 0, 1, s.left_at
    FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS s (user_id, joined_at, left_at)
    ON CONFLICT (chat_id, user_id) DO UPDATE SET joined_at = excluded.joined_at`,
}

// In id order, as all who lock several chats.
const lockEnds = {
  name: 'imports.ends',
  text: `
    SELECT c.id, c.last_seq, c.version,
      (SELECT m.created_at FROM messages m WHERE m.chat_id = c.id AND m.seq = c.last_seq) AS last_at
    FROM chats c
    WHERE c.id = ANY ($1::uuid[]) AND c.deleted_at IS NULL
    ORDER BY c.id
    FOR NO KEY UPDATE OF c`,
}

const moveEnds = {
  name: 'imports.moveEnds',
  text: `
    UPDATE chats c
    SET last_seq = c.last_seq + d.count, version = c.version + d.count, active_at = GREATEST(c.active_at, d.last_at)
    FROM unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS d (chat_id, count, last_at)
    CROSS JOIN ${lookUp('SELECT o.ctid AS place FROM chats o WHERE o.id = d.chat_id')} k
    WHERE c.ctid = k.place`,
}

const insertMessages = {
  name: 'imports.insertMessages',
  text: `
    INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, text, edited_at, file_count)
    SELECT d.chat_id, d.seq, d.version, d.created_at, d.id, d.sender_id, d.text, d.edited_at, d.file_count
    FROM unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[], $9::int[])
      AS d (chat_id, seq, version, created_at, id, sender_id, text, edited_at, file_count)`,
}

const insertMessageFiles = {
  name: 'imports.insertMessageFiles',
  text: `
    INSERT INTO message_files (chat_id, message_id, position, file_id)
    SELECT d.chat_id, d.message_id, d.position, d.file_id
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[]) AS d (chat_id, message_id, position, file_id)`,
}

const completeBlocks = { name: 'imports.completeBlocks', text: 'SELECT complete_blocks($1, $2)' }

/** Of the chats `d`, who joined behind the former end although new messages are from before. */
const lateJoins = `
  unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS d (chat_id, former_end, first_at)
  CROSS JOIN ${lookUp('SELECT o.ctid AS place, o.* FROM members o WHERE o.chat_id = d.chat_id FOR NO KEY UPDATE')} k
  WHERE k.joined_seq = d.former_end AND k.joined_at > d.first_at`

// Rows that were locked before are where the next statement finds them.
const lockJoins = { name: 'imports.lockJoins', text: `SELECT FROM ${lateJoins}` }

// They joined behind those of the new messages that are older.
const moveJoins = {
  name: 'imports.moveJoins',
  text: `
    UPDATE members m SET joined_seq = j.seq, read_seq = GREATEST(m.read_seq, j.seq)
    FROM ${lookUp(`
      SELECT k.place, (
        SELECT max(o.seq) FROM messages o
        WHERE o.chat_id = d.chat_id AND o.seq > d.former_end AND o.created_at < k.joined_at
      ) AS seq
      FROM ${lateJoins}`)} j
    WHERE m.ctid = j.place`,
}

const lockReaders = {
  name: 'imports.lockReaders',
  text: `
    SELECT FROM unnest($1::uuid[], $2::uuid[]) AS r (user_id, message_id)
    CROSS JOIN ${lookUp('SELECT o.chat_id FROM messages o WHERE o.id = r.message_id')} m
    CROSS JOIN ${lookUp(`
      SELECT FROM members o WHERE o.chat_id = m.chat_id AND o.user_id = r.user_id FOR NO KEY UPDATE`)} p`,
}

/** Readings that are not noted yet, nor any of the person further on in the chat. */
const freshReads = `
  SELECT m.chat_id, r.user_id, m.seq, GREATEST(r.at, m.created_at, p.read_at) AS at
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS r (user_id, message_id, at)
  CROSS JOIN ${lookUp('SELECT o.* FROM messages o WHERE o.id = r.message_id AND o.sender_id <> r.user_id')} m
  CROSS JOIN ${memberOf('m.chat_id', 'r.user_id')} p
  WHERE NOT (
    SELECT EXISTS (SELECT FROM read_marks k WHERE k.chat_id = m.chat_id AND k.user_id = r.user_id AND k.seq >= m.seq)
  )`

const countReads = {
  name: 'imports.countReads',
  text: `SELECT count(DISTINCT (g.chat_id, g.user_id, g.seq))::int AS added FROM (${freshReads}) g`,
}

// A mark for each message, so that nobody is said to have read what is between. The times of a person's readings in a chat do not fall (M9).
const addReads = {
  name: 'imports.addReads',
  text: `
    WITH given AS MATERIALIZED (${freshReads}), marks AS (
      INSERT INTO read_marks (chat_id, user_id, after_seq, seq, at)
      SELECT g.chat_id, g.user_id, g.seq - 1, g.seq, max(g.at) OVER (PARTITION BY g.chat_id, g.user_id ORDER BY g.seq)
      FROM given g
      ON CONFLICT DO NOTHING
      RETURNING 1
    ), risen AS (
      UPDATE members p SET read_seq = GREATEST(p.read_seq, l.seq), read_at = GREATEST(p.read_at, l.at)
      FROM (
        SELECT g.chat_id, g.user_id, max(g.seq) AS seq, max(g.at) AS at FROM given g
        GROUP BY g.chat_id, g.user_id ORDER BY g.chat_id, g.user_id
      ) l
      CROSS JOIN ${lookUp('SELECT o.ctid AS place FROM members o WHERE o.chat_id = l.chat_id AND o.user_id = l.user_id')} k
      WHERE p.ctid = k.place
    )
    SELECT count(*)::int AS added FROM marks`,
}

/** What an import writes, over a transaction. */
export function importStore(database: Database): ImportStore {
  return {
    async hold() {
      await database.query(hold, [])
    },
    async find(source, kind, keys) {
      const rows = await database.query<{ key: string; id: Id }>(findImported, [
        source,
        kind,
        textArray(keys),
      ])
      return new Map(rows.map(({ key, id }) => [key, id]))
    },
    async note(source, kind, taken) {
      if (taken.size === 0) return
      await database.query(noteImported, [
        source,
        kind,
        textArray([...taken.keys()]),
        uuidArray([...taken.values()]),
      ])
    },
    async emailOwners(emails) {
      if (emails.length === 0) return new Map()
      const rows = await database.query<{ email: string; id: Id }>(emailOwners, [
        textArray(emails),
        textArray(emails.map(emailKey)),
      ])
      return new Map(rows.map(({ email, id }) => [email, id]))
    },
    insertAccounts: (accounts) => insertThem(database, accounts),
    async seated(pairs) {
      const rows = await database.query<{ chat_id: Id; user_id: Id }>(findSeated, [
        uuidArray(pairs.map(({ chatId }) => chatId)),
        uuidArray(pairs.map(({ userId }) => userId)),
      ])
      return new Set(rows.map((row) => seatKey({ chatId: row.chat_id, userId: row.user_id })))
    },
    async seat(chatId, seats) {
      await database.query(seatMembers, [chatId, ...seatColumns(seats)])
    },
    async ends(chatIds) {
      const rows = await database.query<EndRow>(lockEnds, [uuidArray(chatIds)])
      return new Map(rows.map((row) => [row.id, toEnd(row)]))
    },
    append: (continuations) => append(database, continuations),
    addReads: (reads) => addThem(database, reads),
    async countReads(reads) {
      const [row] = await database.query<{ added: number }>(countReads, readColumns(reads))
      return row?.added ?? 0
    },
  }
}

const keyOrNull = (text: string | null, keyOf: (text: string) => string): string | null =>
  text === null ? null : keyOf(text)

async function insertThem(database: Database, accounts: readonly ImportedAccount[]): Promise<Set<Id>> {
  const usernames = accounts.map(({ username }) => username)
  const emails = accounts.map(({ email }) => email)
  const names = accounts.map(({ name }) => name)
  const rows = await database.query<{ id: Id }>(insertAccounts, [
    uuidArray(accounts.map(({ id }) => id)),
    usernames,
    usernames.map((username) => keyOrNull(username, textKey)),
    usernames.map((username) => keyOrNull(username, usernameSkeleton)),
    emails,
    emails.map((email) => keyOrNull(email, emailKey)),
    textArray(names),
    textArray(names.map(textKey)),
    textArray(accounts.map(({ bio }) => bio)),
    textArray(accounts.map(({ locale }) => locale)),
    textArray(accounts.map(({ passwordHash }) => passwordHash)),
    timestampArray(accounts.map(({ createdAt }) => createdAt)),
    accounts.map(({ goneAt }) => goneAt),
  ])
  return new Set(rows.map(({ id }) => id))
}

const seatColumns = (seats: readonly Seat[]): unknown[] => [
  uuidArray(seats.map(({ userId }) => userId)),
  timestampArray(seats.map(({ joinedAt }) => joinedAt)),
  seats.map(({ leftAt }) => leftAt),
]

interface EndRow {
  readonly id: Id
  readonly last_seq: number
  readonly version: number
  readonly last_at: Date | null
}

const toEnd = (row: EndRow): ChatEnd => ({
  lastSeq: row.last_seq,
  version: row.version,
  lastAt: row.last_at,
})

async function append(database: Database, continuations: readonly Continuation[]): Promise<void> {
  if (continuations.length === 0) return
  const chatIds = uuidArray(continuations.map(({ chatId }) => chatId))
  const counts = int4Array(continuations.map(({ messages }) => messages.length))
  const timeOf = (place: 0 | -1) =>
    timestampArray(continuations.flatMap(({ messages }) => messages.at(place)?.createdAt ?? []))
  const rows = continuations.flatMap(({ chatId, end, messages }) =>
    messages.map((message, index) => ({
      ...message,
      chatId,
      seq: end.lastSeq + index + 1,
      version: end.version + index + 1,
    })),
  )
  await database.query(moveEnds, [chatIds, counts, timeOf(-1)])
  await database.query(insertMessages, [
    uuidArray(rows.map(({ chatId }) => chatId)),
    int4Array(rows.map(({ seq }) => seq)),
    int4Array(rows.map(({ version }) => version)),
    timestampArray(rows.map(({ createdAt }) => createdAt)),
    uuidArray(rows.map(({ id }) => id)),
    uuidArray(rows.map(({ senderId }) => senderId)),
    textArray(rows.map(({ text }) => text)),
    rows.map(({ editedAt }) => editedAt),
    int4Array(rows.map(({ fileIds }) => fileIds.length)),
  ])
  await insertFilesOf(database, rows)
  await database.query(completeBlocks, [chatIds, counts])
  const formerEnds = int4Array(continuations.map(({ end }) => end.lastSeq))
  const joins = [chatIds, formerEnds, timeOf(0)]
  await database.query(lockJoins, joins)
  await database.query(moveJoins, joins)
}

async function insertFilesOf(
  database: Database,
  messages: readonly { readonly chatId: Id; readonly id: Id; readonly fileIds: readonly Id[] }[],
): Promise<void> {
  const rows = messages.flatMap(({ chatId, id, fileIds }) =>
    fileIds.map((fileId, index) => ({ chatId, id, fileId, position: index + 1 })),
  )
  if (rows.length === 0) return
  await database.query(insertMessageFiles, [
    uuidArray(rows.map(({ chatId }) => chatId)),
    uuidArray(rows.map(({ id }) => id)),
    int4Array(rows.map(({ position }) => position)),
    uuidArray(rows.map(({ fileId }) => fileId)),
  ])
}

const readColumns = (reads: readonly ImportedRead[]): [unknown, unknown, unknown] => [
  uuidArray(reads.map(({ userId }) => userId)),
  uuidArray(reads.map(({ messageId }) => messageId)),
  timestampArray(reads.map(({ at }) => at)),
]

async function addThem(database: Database, reads: readonly ImportedRead[]): Promise<number> {
  const [userIds, messageIds, times] = readColumns(reads)
  await database.query(lockReaders, [userIds, messageIds])
  const [row] = await database.query<{ added: number }>(addReads, [userIds, messageIds, times])
  return row?.added ?? 0
}
