// What single programs have that no world made by chance has.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importFrom } from '../../packages/server/src/composition/importer.ts'
import type { ImportRemark } from '../../packages/server/src/core/import/report.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import type { SourceName } from '../../packages/server/src/storage/sources/source-names.ts'
import { type Fixture, silentLog, storageFixture } from '../../packages/server/src/storage/test/fixture.ts'
import { foreignTables } from '../../packages/server/test/foreign-tables.ts'
import { emptyDatabase, type TestDatabase } from '../../packages/server/test/harness-database.ts'
import { inDatabase } from './program.ts'
import { worldHash } from './world.ts'

let fixture: Fixture
let other: TestDatabase
beforeEach(async () => {
  fixture = await storageFixture()
  other = await emptyDatabase()
})
afterEach(async () => {
  await fixture.end()
  await other.drop()
})

async function importThem(from: SourceName, rows: string): Promise<string[]> {
  await inDatabase(other.connection, (client) => client.query(`${foreignTables[from]}; ${rows}`))
  const remarks: ImportRemark[] = []
  await importFrom(
    fixture.connection,
    { from, url: connectionUrl(other.connection), matchEmails: false, dryRun: false },
    { log: silentLog, onRemark: (remark) => remarks.push(remark), onProgress: () => undefined },
  )
  return remarks.map(({ kind, key, reason }) => `${kind} ${key} ${reason}`)
}

/** Of each chat, in the order of their times: kind, members with what they are, and messages with their senders. */
async function chatsHere(): Promise<string[]> {
  const { rows } = await fixture.pool.query<{ line: string }>(`
    SELECT concat_ws(' | ', c.kind,
      (SELECT string_agg(concat(COALESCE(u.username, split_part(u.email, '@', 1), 'deleted'), CASE WHEN m.left_at IS NULL THEN ' ' || m.role ELSE ' left' END,
          ' ', m.joined_seq), ', ' ORDER BY u.username, u.email)
        FROM members m JOIN users u ON u.id = m.user_id WHERE m.chat_id = c.id),
      (SELECT string_agg(concat(COALESCE(u.username, split_part(u.email, '@', 1), 'deleted'), ': ', m.text), ', ' ORDER BY m.seq)
        FROM messages m JOIN users u ON u.id = m.sender_id WHERE m.chat_id = c.id)) AS line
    FROM chats c ORDER BY c.created_at`)
  return rows.map(({ line }) => line)
}

test('T1 T4: messenger-api: notes, messages of deleted accounts, late accounts, and rows that lack something', async () => {
  const remarks = await importThem(
    'messenger-api',
    `INSERT INTO users SELECT id, name || '@example.org', name, '${worldHash}', id <> 3, '2024-01-01'::timestamptz + id * interval '1 day'
      FROM (VALUES (1, 'ada'), (2, 'bob'), (3, 'eve'), (4, 'kim')) AS p (id, name);
    UPDATE users SET created_at = '2024-03-05' WHERE id = 3;
    INSERT INTO chats VALUES (1, NULL, false, '2024-03-01'), (2, 'Talk', NULL, '2024-03-02'), (3, 'Group', true, '2024-03-03'), (4, '', NULL, '2024-03-04');
    INSERT INTO chat_participants VALUES (1, 1), (2, 1), (2, 4), (3, 2), (3, 3), (4, 4);
    INSERT INTO messages SELECT gen_random_uuid(), chat, sender, text, at::timestamptz FROM (VALUES
      (1, 1, 'note', '2024-03-01 10:00'), (2, 4, 'hi', '2024-03-02 10:00'), (2, 1, 'bye', '2024-03-02 11:00'),
      (3, 2, 'early', '2024-03-04 10:00'), (3, 3, 'late', '2024-03-06 10:00')) AS m (chat, sender, text, at);
    INSERT INTO messages VALUES ('00000000-0000-4000-8000-000000000001', 1, 1, NULL, '2024-03-01 11:00'),
      ('00000000-0000-4000-8000-000000000002', NULL, 1, 'nowhere', '2024-03-01 12:00');
    DELETE FROM users WHERE username = 'kim'`,
  )
  expect(remarks.toSorted()).toEqual([
    'chat 4 nobody_left',
    'message 00000000-0000-4000-8000-000000000001 invalid_text',
    'message 00000000-0000-4000-8000-000000000002 chat_missing',
  ])
  expect(await chatsHere()).toEqual([
    'direct | ada member 0 | ada: note',
    'group | ada owner 0, deleted left 0 | deleted: hi, ada: bye',
    'group | bob owner 0, eve member 1 | bob: early, eve: late',
  ])
  const { rows } = await fixture.pool.query(
    'SELECT name, password_hash, deleted_at FROM users WHERE username IS NULL',
  )
  expect(rows).toEqual([{ name: '', password_hash: '', deleted_at: new Date('2024-03-02T10:00:00Z') }])
})

test('T1: messenger: a group whose creator has left, a key that a chat and a group share, and who wrote without being there', async () => {
  const remarks = await importThem(
    'messenger',
    `INSERT INTO users SELECT name, name, name || '@example.org', '${worldHash}' FROM unnest(ARRAY['ada', 'bob', 'eve']) AS name;
    INSERT INTO chats VALUES ('1', '2024-03-01', 'personal');
    INSERT INTO chat_participants VALUES ('1', 'ada'), ('1', 'bob');
    INSERT INTO messages VALUES ('1', '1', 'ada', 'hi', '2024-03-01 10:00', false), ('2', '1', 'eve', 'me too', '2024-03-01 11:00', false);
    INSERT INTO groups VALUES ('1', 'News', '2024-03-02', 'ada', 'public');
    INSERT INTO group_participants VALUES ('1', 'bob'), ('1', 'eve');
    INSERT INTO group_messages VALUES ('1', '1', 'ada', 'news', '2024-03-02 10:00')`,
  )
  expect(remarks).toEqual([])
  expect(await chatsHere()).toEqual([
    'group | ada owner 0, bob member 0, eve left 1 | ada: hi, eve: me too',
    'group | ada left 0, bob owner 0, eve member 0 | ada: news',
  ])
  const { rows } = await fixture.pool.query(
    'SELECT title, posting, visibility FROM chats ORDER BY created_at',
  )
  expect(rows).toEqual([
    { title: 'ada, bob', posting: 'everyone', visibility: 'private' },
    { title: 'News', posting: 'admins', visibility: 'public' },
  ])
})
