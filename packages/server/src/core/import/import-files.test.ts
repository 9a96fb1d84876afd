// Files of messages: what comes of them, once, and what is told of those that cannot come.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { limits } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { picture } from '../../../test/file-samples.ts'
import { openForeignFolder } from '../../files/foreign-folder.ts'
import { openLocalFileStore } from '../../files/local.ts'
import { mediaTypes } from '../../files/media-types.ts'
import { at, type Fixture, silentLog, storageFixture } from '../../storage/test/fixture.ts'
import { AppError, InDoubtError } from '../errors.ts'
import { createRoom } from '../files/room.ts'
import { sweepFiles } from '../files/sweep-files.ts'
import type { Storage } from '../ports.ts'
import type { ImportRemark } from './report.ts'
import { runImport } from './run-import.ts'
import type { ForeignFile, ForeignMessage, ImportSource } from './source.ts'

let fixture: Fixture
let place: string
beforeEach(async () => {
  fixture = await storageFixture()
  place = await mkdtemp(join(tmpdir(), 'parley-import-files-'))
  await mkdir(join(place, 'media'))
})
afterEach(async () => {
  await fixture.end()
  await rm(place, { recursive: true })
})

const passwords = {
  hash: async () => 'hash',
  verify: async () => false,
  knows: () => true,
  isForeign: () => false,
}
const people = ['ada', 'bob'].map((key) => ({
  ...{ key, username: key, email: null, name: key, passwordHash: 'hash', createdAt: at(0) },
}))
const members = people.map(({ key }) => ({
  ...{ personKey: key, role: 'member' as const, joinedAt: at(0), leftAt: null },
}))

const sourceOf = (messages: readonly ForeignMessage[]): ImportSource => ({
  name: 'other',
  async *people() {
    yield people
  },
  async *chats() {
    yield [{ key: 'c', kind: 'group', title: 'Title', createdAt: at(0), members }]
  },
  async *messages() {
    yield messages
  },
  async *reads() {
    yield messages.map(({ key }) => ({ personKey: 'bob', messageKey: key, at: at(9_000) }))
  },
})

const message = (key: string, files: readonly ForeignFile[], text = ''): ForeignMessage => ({
  ...{ key, chatKey: 'c', senderKey: 'ada', text, createdAt: at(Number(key)), files },
})
const file = (key: string, given: Partial<ForeignFile> = {}): ForeignFile => ({
  ...{ key, name: key, path: key, size: null, createdAt: at(5) },
  ...given,
})
const put = (path: string, content: string | Buffer = path) => writeFile(join(place, 'media', path), content)

interface Run {
  readonly keptFree?: number
  readonly storage?: Storage
  readonly dryRun?: boolean
  readonly isGiven?: boolean
}

const openStore = () => openLocalFileStore(join(place, 'files'))

async function importThem(
  messages: readonly ForeignMessage[],
  { keptFree = 0, storage = fixture.storage, dryRun = false, isGiven = true }: Run = {},
) {
  const remarks: ImportRemark[] = []
  const fileStore = await openStore()
  const content = {
    folder: await openForeignFolder(join(place, 'media')),
    fileStore,
    mediaTypes,
    room: createRoom({ fileStore, files: storage.stores.files }, { quota: null, keptFree }),
    log: silentLog,
  }
  const counts = await runImport(
    { storage, ids: { next: () => uuidv7() }, passwords, content: isGiven ? content : null },
    sourceOf(messages),
    { matchEmails: false, dryRun },
    { onRemark: (remark) => remarks.push(remark), onProgress: () => undefined },
  )
  const told = remarks.map(({ kind, key, reason }) => `${kind} ${key} ${reason}`)
  return { told, counts }
}

/** What members see, in order. */
async function stored() {
  const { rows } = await fixture.pool.query<{ id: string }>('SELECT id FROM messages ORDER BY seq')
  const found = await Promise.all(rows.map(({ id }) => fixture.stores.messages.find(id)))
  return found.flatMap((each) => each ?? [])
}

const contents = async () =>
  (await readdir(join(place, 'files'), { recursive: true })).filter((name) => /\.(original|part)$/.test(name))

test('F1 F11 T6: files come byte for byte, in their order, as the sender’s, of the type that their content says', async () => {
  const png = await picture('png', { width: 30, height: 20 })
  await put('a.bin', png)
  await put('b.txt')
  const messages = [
    message('1', [
      file('f1', { name: 'x/Photo.txt', path: 'a.bin', size: png.length }),
      file('f2', { path: 'b.txt' }),
    ]),
    message('2', [file('f3', { path: 'b.txt' })], 'with a text'),
  ]
  const { told, counts } = await importThem(messages)
  expect(told).toEqual(['file f1 name_changed'])
  expect(counts.file).toEqual({ added: 3, known: 0, refused: 0 })
  const [first, second] = await stored()
  expect([first?.text, second?.text]).toEqual(['', 'with a text'])
  expect(first?.files).toMatchObject([
    { name: 'Photo.txt', media_type: 'image/png', size: png.length, width: 30, height: 20 },
    { name: 'f2', media_type: 'text/plain', size: 5 },
  ])
  const [photo] = first?.files ?? []
  const opened = await (await openStore()).open(photo?.id ?? '', 'original')
  expect(opened && (await buffer(opened.stream))).toEqual(png)
  const owner = first?.sender_id ?? ''
  expect(await fixture.stores.files.usage(owner)).toBe(png.length + 10)
  expect(await fixture.stores.previews.next(owner, [])).toEqual({ id: photo?.id, pending: 'preview' })
  const { rows } = await fixture.pool.query('SELECT DISTINCT owner_id, created_at FROM files')
  expect(rows).toEqual([{ owner_id: owner, created_at: at(5) }])
})

test('T4 T6: a name that is too long is cut before its ending', async () => {
  await put('a')
  const { told } = await importThem([message('1', [file('a', { name: `${'ж'.repeat(300)}.tar.gz` })])])
  expect(told).toEqual(['file a name_changed'])
  expect((await stored())[0]?.files[0]?.name).toBe(`${'ж'.repeat(limits.fileNameMax - 3)}.gz`)
})

test('T6: an edited message says when', async () => {
  const early = { ...message('10', [], 'a'), editedAt: at(5) }
  const late = { ...message('11', [], 'b'), editedAt: at(20) }
  await importThem([early, late, { ...message('12', [], 'c'), editedAt: null }])
  const times = (await stored()).map(({ edited_at }) => edited_at)
  expect(times).toEqual([at(10).toISOString(), at(20).toISOString(), null])
})

test('T2 T6: what cannot come is told, its message can be read, and the next run brings what is there then', async () => {
  await put('empty', '')
  await put('short')
  const messages = [
    message('1', [file('gone', { name: 'report.pdf' }), file('out', { path: '../x', name: 'b.pdf' })]),
    message('2', [file('empty'), file('short', { size: 6 })], 'with a text'),
    { ...message('3', [file('lost')]), senderKey: 'nobody' },
  ]
  const first = await importThem(messages)
  expect(first.told).toEqual([
    'message 3 person_missing',
    'file gone file_missing',
    'file out file_outside',
    'file empty file_empty',
    'file short file_size_differs',
    'file lost message_missing',
    'read 3 bob message_missing',
  ])
  expect(first.counts.file).toEqual({ added: 0, known: 0, refused: 5 })
  expect((await stored()).map(({ text }) => text)).toEqual(['📎 report.pdf\n📎 b.pdf', 'with a text'])
  expect(await contents()).toEqual([])

  await put('gone')
  await put('short', 'short!')
  const before = (await stored()).map(({ version }) => version)
  const second = await importThem(messages)
  expect(second.counts.file).toEqual({ added: 2, known: 0, refused: 3 })
  const [report, text] = await stored()
  expect(report).toMatchObject({
    text: '📎 report.pdf\n📎 b.pdf',
    files: [{ name: 'report.pdf' }],
    edited_at: null,
  })
  expect(text?.files.map(({ name }) => name)).toEqual(['short'])
  // Whoever was connected is told by the reconciler, for the messages have newer versions.
  expect(Math.min(report?.version ?? 0, text?.version ?? 0)).toBeGreaterThan(Math.max(...before))
  const third = await importThem(messages)
  expect(third.counts.file).toEqual({ added: 0, known: 2, refused: 3 })
  expect(await contents()).toHaveLength(2)
})

test('T6: without a folder all files are told, and come with the next run', async () => {
  await put('a')
  const messages = [message('1', [file('a')])]
  expect((await importThem(messages, { isGiven: false })).told).toEqual(['file a no_folder'])
  expect((await importThem(messages)).counts).toMatchObject({ message: { known: 1 }, file: { added: 1 } })
})

test('F3 T6: a message carries no more files than it may, neither at once nor later', async () => {
  const files = Array.from({ length: limits.filesPerMessage + 2 }, (_, index) => file(`f${index}`))
  for (const { path } of files.slice(1)) await put(path)
  const first = await importThem([message('1', files)])
  expect(first.told).toEqual(['file f0 file_missing', 'file f11 too_many_files'])
  await put('f0')
  const second = await importThem([message('1', files)])
  expect(second.told).toEqual(['file f0 too_many_files', 'file f11 too_many_files'])
  expect((await stored())[0]?.files).toHaveLength(limits.filesPerMessage)
})

test('T2 T6: no file comes to a message that was deleted here, nor back to one', async () => {
  await put('a')
  const messages = [message('1', [file('a'), file('b')])]
  await importThem(messages)
  await fixture.storage.transaction(async ({ chats, messages: store }) => {
    const [found] = await stored()
    if (found === undefined) throw new Error('The message was taken')
    await chats.lock(found.chat_id)
    await store.erase(found, at(100))
  })
  await put('b')
  const { told, counts } = await importThem(messages)
  expect(told).toEqual(['file b message_missing'])
  expect(counts.file).toEqual({ added: 0, known: 1, refused: 1 })
})

test('F13 T6: the disk keeps what must stay free; nothing is left of what did not come, and the next run goes on', async () => {
  await put('a')
  const messages = [message('1', [], 'before'), message('2', [file('a')])]
  await expect(importThem(messages, { keptFree: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject({
    code: 'storage_full',
  })
  expect(await contents()).toEqual([])
  expect((await importThem(messages)).counts).toMatchObject({ message: { added: 2 }, file: { added: 1 } })
})

/** Fails in the batches that take messages; after the commit where nobody knows what became of it. */
const failing = (error: AppError): Storage => ({
  ...fixture.storage,
  async transaction(work) {
    const result = await fixture.storage.transaction(async (stores) => {
      const outcome = await work(stores)
      const isMessages = (await stores.files.page(null, at(1e9), 1)).length > 0
      if (isMessages && !(error instanceof InDoubtError)) throw error
      return { outcome, isMessages }
    })
    if (result.isMessages) throw error
    return result.outcome
  },
})

test('T2 T6: content whose rows were not written is deleted; where nobody knows, it stays', async () => {
  await put('a')
  const messages = [message('1', [file('a')])]
  await expect(importThem(messages, { storage: failing(new AppError('unavailable')) })).rejects.toThrow()
  expect([await contents(), await stored()]).toEqual([[], []])
  await expect(importThem(messages, { storage: failing(new InDoubtError()) })).rejects.toThrow()
  const [found] = await stored()
  const [carried] = found?.files ?? []
  expect(await contents()).toEqual([join(carried?.id.slice(-2) ?? '', `${carried?.id}.original`)])
  expect((await importThem(messages)).counts.file).toEqual({ added: 0, known: 1, refused: 0 })
})

test('F9 T6: old files that came are used, so that the sweep leaves them', async () => {
  await put('a')
  await importThem([message('1', [file('a')])])
  const ports = { storage: fixture.storage, fileStore: await openStore(), log: silentLog }
  const clock = { now: () => new Date(Date.now() + 48 * 60 * 60 * 1000) }
  expect(await sweepFiles({ ...ports, clock })).toEqual({ unused: 0, orphans: 0 })
  expect(await contents()).toHaveLength(1)
})

test('T6: a dry run counts what a run then does, with files and readings, and keeps nothing', async () => {
  await put('a')
  const messages = [
    message('1', [file('a'), file('b')]),
    { ...message('2', [file('c')]), senderKey: 'nobody' },
    message('3', [], ' '),
    message('4', [], 'read'),
  ]
  const dry = await importThem(messages, { dryRun: true })
  expect([await contents(), await stored()]).toEqual([[], []])
  expect(dry.counts.read).toEqual({ added: 2, known: 0, refused: 2 })
  expect(await importThem(messages)).toEqual(dry)
  await put('b')
  const again = await importThem(messages, { dryRun: true })
  expect(again.counts).toMatchObject({ file: { added: 1, known: 1 }, read: { added: 0, known: 2 } })
  expect(await importThem(messages)).toEqual(again)
})
