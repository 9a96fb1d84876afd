// chat-application and chat-backend taken over: of the one not everybody is known who is in a chat, of the other there are files.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ImportOrder, importFrom } from '../../packages/server/src/composition/importer.ts'
import type { ImportRemark } from '../../packages/server/src/core/import/report.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { type Fixture, silentLog, storageFixture } from '../../packages/server/src/storage/test/fixture.ts'
import { emptyDatabase, type TestDatabase } from '../../packages/server/test/harness-database.ts'
import { generateChatApplication } from './generate-chat-application.ts'
import { generateChatBackend } from './generate-chat-backend.ts'
import { type Generated, readGenerated, timeOf } from './generated.ts'
import { inDatabase } from './program.ts'

let fixture: Fixture
let other: TestDatabase
let place: string
beforeEach(async () => {
  fixture = await storageFixture()
  other = await emptyDatabase()
  place = await mkdtemp(join(tmpdir(), 'parley-chat-programs-'))
})
afterEach(async () => {
  await fixture.end()
  await other.drop()
  await rm(place, { recursive: true })
})

const sizes = { people: 12, chats: 9, messages: 450 }
const filesFolder = () => join(place, 'files')
const media = () => join(place, 'media')

async function importIt(given: Pick<ImportOrder, 'from'> & Partial<ImportOrder>) {
  const remarks: ImportRemark[] = []
  const counts = await importFrom(
    fixture.connection,
    { url: connectionUrl(other.connection), matchEmails: false, dryRun: false, ...given },
    { log: silentLog, onRemark: (remark) => remarks.push(remark), onProgress: () => undefined },
  )
  return { remarks, counts }
}

const withMedia = () => ({
  content: { media: media(), filesFolder: filesFolder(), keptFree: 0, enter: () => undefined },
})
const inOther = (...statements: readonly string[]) =>
  inDatabase(other.connection, async (client) => {
    for (const statement of statements) await client.query(statement)
  })
const taken = (): Promise<Generated> => readGenerated(fixture.pool, filesFolder())
const countFiles = ({ chats }: Generated) =>
  chats.flatMap(({ messages }) => messages.flatMap(({ files }) => files)).length

test('T1 T3: from chat-application come people, chats with whoever wrote in them, messages, and what the other of two read', async () => {
  const world = await generateChatApplication(other.connection, sizes)
  const dry = await importIt({ from: 'chat-application', dryRun: true })
  const { remarks, counts } = await importIt({ from: 'chat-application' })
  expect(remarks).toEqual([])
  expect(counts).toEqual(dry.counts)
  expect(counts.read.added).toBeGreaterThan(50)
  expect(await taken()).toEqual(world)
  const again = await importIt({ from: 'chat-application' })
  expect(Object.values(again.counts).map(({ added }) => added)).toEqual([0, 0, 0, 0, 0, 0])
  expect(await taken()).toEqual(world)
})

test('T2: a private chat in which only one wrote becomes one of both when the other answers', async () => {
  await generateChatApplication(other.connection, { people: 3, chats: 1, messages: 3 })
  await inOther(
    `INSERT INTO chats (id, name, type, created_at) VALUES (90, 'Two', 'PRIVATE', '2024-03-02')`,
    `INSERT INTO messages (id, chat_id, sender_id, text, timestamp, is_read) VALUES (90, 90, 1, 'hello', '2024-03-03', false)`,
  )
  await importIt({ from: 'chat-application' })
  await inOther(
    `INSERT INTO messages (id, chat_id, sender_id, text, timestamp, is_read) VALUES (91, 90, 2, 'hello too', '2024-03-04', true)`,
  )
  const { remarks, counts } = await importIt({ from: 'chat-application' })
  expect(remarks).toEqual([])
  expect(counts).toMatchObject({ member: { added: 1 }, message: { added: 1 }, read: { added: 1 } })
  expect((await taken()).chats.at(-1)).toMatchObject({
    title: 'Two',
    members: ['person0@example.org owner', 'person1@example.org member'],
    messages: [{ text: 'hello' }, { text: 'hello too' }],
  })
})

test('T4: what names nobody and nothing in chat-application is told', async () => {
  await generateChatApplication(other.connection, { people: 3, chats: 1, messages: 3 })
  await inOther(
    `INSERT INTO messages (id, chat_id, sender_id, text, timestamp) VALUES (90, 1, NULL, 'x', now()), (91, NULL, 1, 'x', now()), (92, 1, 1, NULL, NULL)`,
    `INSERT INTO chats (id, type) VALUES (90, NULL)`,
    'INSERT INTO group_members (group_id, user_id) VALUES (NULL, 1), (1, NULL)',
    'INSERT INTO users (id) VALUES (90)',
  )
  const { remarks } = await importIt({ from: 'chat-application' })
  expect(remarks.map(({ kind, key, reason }) => `${kind} ${key} ${reason}`).sort()).toEqual([
    'chat 90 nobody_left',
    'message 90 person_missing',
    'message 91 chat_missing',
    'message 92 invalid_text',
    'person 90 no_login',
  ])
})

test('T1 T6: from chat-backend come people, chats of two and of one, edited messages, and files with their content', async () => {
  const world = await generateChatBackend(other.connection, media(), sizes)
  expect(countFiles(world)).toBeGreaterThan(20)
  const dry = await importIt({ from: 'chat-backend', dryRun: true, ...withMedia() })
  const { remarks, counts } = await importIt({ from: 'chat-backend', ...withMedia() })
  expect(remarks).toEqual([])
  expect(counts).toEqual(dry.counts)
  expect(await taken()).toEqual(world)
  const { rows } = await fixture.pool.query('SELECT min(created_at) AS first FROM users')
  expect(rows).toEqual([{ first: timeOf(0) }])
  const again = await importIt({ from: 'chat-backend', ...withMedia() })
  expect(Object.values(again.counts).map(({ added }) => added)).toEqual([0, 0, 0, 0, 0, 0])
  expect(await taken()).toEqual(world)
})

test('T2 T6: files that chat-backend adds to a message after it came, or that had no folder, come with the next run', async () => {
  const world = await generateChatBackend(other.connection, media(), sizes)
  const first = await importIt({ from: 'chat-backend' })
  expect(first.counts.file).toEqual({ added: 0, known: 0, refused: countFiles(world) })
  const second = await importIt({ from: 'chat-backend', ...withMedia() })
  expect(second.counts.file).toEqual({ added: countFiles(world), known: 0, refused: 0 })
  const files = ({ chats }: Generated) =>
    chats.map(({ messages }) => messages.map((message) => message.files))
  expect(files(await taken())).toEqual(files(world))
})

test('the tables of chat-backend are found under other names, with times of another kind, and are asked for in a line', async () => {
  const world = await generateChatBackend(other.connection, media(), sizes)
  await inOther(
    'ALTER TABLE users RENAME TO "User"',
    'ALTER TABLE message_files RENAME TO messagefiles',
    // Of the likelier name, and something else.
    'CREATE TABLE message_file (id integer)',
    `ALTER TABLE messages ALTER created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC'`,
  )
  expect((await importIt({ from: 'chat-backend', ...withMedia() })).remarks).toEqual([])
  expect(await taken()).toEqual(world)
  await inOther('ALTER TABLE messagefiles RENAME file_path TO location')
  await expect(importIt({ from: 'chat-backend' })).rejects.toThrow(
    /^--database does not hold what chat-backend keeps: there should be a table message_files \(or .*\) with the columns id, .*file_path, file_size$/,
  )
})
