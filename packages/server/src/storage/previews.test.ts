// What is pending about pictures, in PostgreSQL: also while their files are sent.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dimensions } from '../core/files/store.ts'
import type { Storage, Stores } from '../core/ports.ts'
import { at, draft, type Fixture, group, people, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let storage: Storage
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  storage = fixture.storage
  stores = fixture.stores
})
afterAll(() => fixture.end())

const size = { width: 30, height: 20 }

async function photo(ownerId: Id, dimensions: Dimensions | null = null): Promise<Id> {
  const id = uuidv7()
  const file = { id, ownerId, name: 'x.png', mediaType: 'image/png', size: 1, dimensions }
  await stores.files.insert({ ...file, awaitsPreview: true, createdAt: at(0) }, null)
  return id
}

const settle = (fileId: Id, dimensions: Dimensions | null) =>
  storage.transaction(({ previews }) => previews.settle(fileId, dimensions))
const next = (ownerId: Id, except: readonly Id[] = []) => stores.previews.next(ownerId, except)
const send = (chatId: Id, senderId: Id, fileIds: Id[]) =>
  stores.messages.post([draft(chatId, senderId, { text: '', fileIds })])

test('a person’s pictures are pending in the order of their ids, one after the other', async () => {
  const [owner, other] = await people(stores, 2)
  if (!owner || !other) throw new Error('there are two')
  const [first, second] = [await photo(owner), await photo(owner)]
  await photo(other)
  expect(await next(owner)).toEqual({ id: first, pending: 'preview' })
  expect(await next(owner, [first])).toEqual({ id: second, pending: 'preview' })
  expect((await stores.previews.owners()).filter((id) => id === owner)).toEqual([owner])
  expect(await settle(first, size)).toBe(true)
  expect(await next(owner)).toEqual({ id: second, pending: 'preview' })
  expect(await settle(second, null)).toBe(true)
  expect(await next(owner)).toBeNull()
  expect(await stores.previews.owners()).not.toContain(owner)
  expect((await stores.files.findFor(first, owner))?.file).toMatchObject({ ...size, has_thumbnail: true })
})

test('what is known of a picture that is none is taken back', async () => {
  const owner = await person(stores)
  const id = await photo(owner, size)
  await settle(id, null)
  const found = await stores.files.findFor(id, owner)
  expect(found?.file).toMatchObject({ width: null, height: null, has_thumbnail: false })
})

test('there is news where messages carry the file and something changed', async () => {
  const owner = await person(stores)
  const [chat, other] = [await group(stores, [owner]), await group(stores, [owner])]
  const [changed, same] = [await photo(owner), await photo(owner)]
  for (const id of [chat.id, other.id]) await send(id, owner, [changed, same])
  await settle(same, null)
  await settle(changed, size)
  expect(await next(owner)).toEqual({ id: changed, pending: 'news' })
  const all = await stores.previews.carriers(changed, null, 10)
  expect(all.map(({ chatId }) => chatId)).toEqual([chat.id, other.id].toSorted())
  expect(await stores.previews.carriers(changed, all[0] ?? null, 10)).toEqual(all.slice(1))
  await stores.previews.done(changed)
  expect(await next(owner)).toBeNull()
})

test('a file that has gone cannot be settled', async () => {
  expect(await settle(uuidv7(), size)).toBe(false)
})

test('F11: a send while a picture is settled has seen it, or is among those that are told', async () => {
  const owner = await person(stores)
  const chat = await group(stores, [owner])
  for (let round = 0; round < 30; round += 1) {
    const id = await photo(owner)
    const [outcomes] = await Promise.all([send(chat.id, owner, [id]), settle(id, size)])
    const [outcome] = outcomes
    if (outcome?.status !== 'created') throw new Error('it was sent')
    const told = await next(owner)
    if (!outcome.message.files[0]?.has_thumbnail) expect(told).toEqual({ id, pending: 'news' })
    await stores.previews.done(id)
  }
})

test('F7: a refreshed message has a new version and is not edited', async () => {
  const owner = await person(stores)
  const chat = await group(stores, [owner])
  const id = await photo(owner)
  const [outcome] = await send(chat.id, owner, [id])
  if (outcome?.status !== 'created') throw new Error('it was sent')
  await settle(id, size)
  const refreshed = await storage.transaction(async ({ chats, messages }) => {
    await chats.lock(chat.id)
    return messages.refresh(outcome.message)
  })
  expect(refreshed).toMatchObject({ version: outcome.message.version + 1, edited_at: null })
  expect(refreshed.files).toMatchObject([{ id, ...size, has_thumbnail: true }])
  const changed = await stores.sync.changesOf(owner, { [chat.id]: outcome.message.version })
  expect(changed.messages).toEqual([refreshed])
})
