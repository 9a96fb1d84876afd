// Files in PostgreSQL: who may get them, what uses them, and messages that carry them.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Storage, Stores } from '../core/ports.ts'
import { at, changes, draft, type Fixture, group, people, person, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let storage: Storage
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  storage = fixture.storage
  stores = fixture.stores
})
afterAll(() => fixture.end())

async function file(ownerId: Id, name = 'x.txt', createdAt = at(0)): Promise<Id> {
  const id = uuidv7()
  await stores.files.insert(
    {
      id,
      ownerId,
      name,
      mediaType: 'text/plain',
      size: 5_000_000_000,
      dimensions: null,
      awaitsPreview: false,
      createdAt,
    },
    null,
  )
  return id
}

const access = async (fileId: Id, userId: Id) => (await stores.files.findFor(fileId, userId))?.access ?? null
const removeUnused = (ids: Id[]) => storage.transaction(({ files }) => files.removeUnused(ids))

/** Posts one message with files, which must be stored. */
async function sendFiles(chatId: Id, senderId: Id, fileIds: Id[]) {
  const [outcome] = await stores.messages.post([draft(chatId, senderId, { text: '', fileIds })])
  if (outcome?.status !== 'created') throw new Error(`Not sent: ${JSON.stringify(outcome)}`)
  return outcome.message
}

describe('a file', () => {
  test('is what was inserted', async () => {
    const owner = await person(stores)
    const id = uuidv7()
    const inserted = await stores.files.insert(
      {
        id,
        ownerId: owner,
        name: 'Фото.jpg',
        mediaType: 'image/jpeg',
        size: 12,
        dimensions: { width: 3, height: 4 },
        awaitsPreview: true,
        createdAt: at(5),
      },
      null,
    )
    expect(inserted).toEqual({
      id,
      name: 'Фото.jpg',
      media_type: 'image/jpeg',
      size: 12,
      width: 3,
      height: 4,
      created_at: at(5).toISOString(),
      has_thumbnail: false,
    })
    expect(await stores.files.findFor(id, owner)).toEqual({ file: inserted, access: 'owner' })
  })

  test('is for its owner until somebody may see it in a chat', async () => {
    const [owner, member, former, stranger] = await people(stores, 4)
    if (!owner || !member || !former || !stranger) throw new Error('there are four')
    const id = await file(owner)
    const all = async () => Promise.all([owner, member, former, stranger].map((each) => access(id, each)))
    expect(await all()).toEqual(['owner', null, null, null])
    const chat = await group(stores, [owner, member, former])
    const message = await sendFiles(chat.id, owner, [id])
    expect(await all()).toEqual(['owner', 'member', 'member', null])
    await changes(storage).remove(chat.id, former, at(9))
    expect(await all()).toEqual(['owner', 'member', null, null])
    await changes(storage).erase(message, at(9))
    expect(await all()).toEqual(['owner', null, null, null])
  })

  test('of a deleted chat is for its owner alone', async () => {
    const [owner, member] = await people(stores, 2)
    if (!owner || !member) throw new Error('there are two')
    const id = await file(owner)
    const chat = await group(stores, [owner, member])
    await sendFiles(chat.id, owner, [id])
    await stores.chats.update(chat.id, { deletedAt: at(9) })
    expect([await access(id, owner), await access(id, member)]).toEqual(['owner', null])
  })

  test('that is an avatar is for everybody, until its owner is deleted', async () => {
    const [owner, stranger] = await people(stores, 2)
    if (!owner || !stranger) throw new Error('there are two')
    const id = await file(owner)
    await stores.accounts.update(owner, { avatarId: id })
    expect(await access(id, stranger)).toBe('avatar')
    expect((await stores.accounts.profiles([owner]))[0]?.avatar_id).toBe(id)
    expect(await removeUnused([id])).toEqual([])
    await storage.transaction(({ accounts }) => accounts.erase(owner, at(9)))
    expect(await access(id, stranger)).toBeNull()
    expect((await stores.accounts.profiles([owner]))[0]?.avatar_id).toBeNull()
    expect(await removeUnused([id])).toEqual([id])
  })
})

describe('F12: what a person’s files take', () => {
  const insert = (ownerId: Id, size: number, quota: number | null) =>
    stores.files.insert(
      {
        ...{ id: uuidv7(), ownerId, name: 'x', mediaType: 'text/plain', size },
        ...{ dimensions: null, awaitsPreview: false, createdAt: at(0) },
      },
      quota,
    )

  test('is counted with each insert and each deletion', async () => {
    const [owner, other] = await people(stores, 2)
    if (!owner || !other) throw new Error('there are two')
    expect(await stores.files.usage(owner)).toBe(0)
    const files = [await insert(owner, 10, null), await insert(owner, 20, null), await insert(other, 5, null)]
    expect([await stores.files.usage(owner), await stores.files.usage(other)]).toEqual([30, 5])
    await removeUnused(files.slice(1).flatMap((each) => (each === null ? [] : [each.id])))
    expect([await stores.files.usage(owner), await stores.files.usage(other)]).toEqual([10, 0])
  })

  test('never passes the quota, however many end together', async () => {
    const owner = await person(stores)
    const inserted = await Promise.all(Array.from({ length: 20 }, () => insert(owner, 10, 75)))
    expect(inserted.filter((each) => each !== null)).toHaveLength(7)
    expect(await stores.files.usage(owner)).toBe(70)
    expect(await insert(owner, 5, 75)).not.toBeNull()
    expect(await insert(owner, 1, 75)).toBeNull()
    expect(await insert(await person(stores), 76, 75)).toBeNull()
  })

  test('is right after insertions and deletions at the same time', async () => {
    const owners = await people(stores, 3)
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, index) => insert(owners[index % 3] ?? '', index + 1, null)),
    )
    const ids = made.flatMap((each) => (each === null ? [] : [each.id]))
    await Promise.all([
      removeUnused(ids.slice(0, 20)),
      removeUnused(ids.slice(10).toReversed()),
      ...owners.map((owner) => insert(owner, 1000, null)),
    ])
    expect(await Promise.all(owners.map((owner) => stores.files.usage(owner)))).toEqual([1000, 1000, 1000])
  })
})

describe('posting with files', () => {
  test('gives each draft its own outcome, in the order given', async () => {
    const [owner, other] = await people(stores, 2)
    if (!owner || !other) throw new Error('there are two')
    const chat = await group(stores, [owner])
    const [own, second, foreign] = [await file(owner, 'one'), await file(owner, 'two'), await file(other)]
    const first = draft(chat.id, owner, { fileIds: [second, own] })
    const drafts = [
      first,
      draft(chat.id, owner, { fileIds: [own, foreign] }),
      draft(chat.id, owner, { text: 'plain' }),
      draft(chat.id, other, { fileIds: [foreign] }),
      draft(chat.id, owner, { fileIds: [uuidv7()] }),
      draft(chat.id, owner, { text: 'reply', replyToId: first.id, fileIds: [own] }),
    ]
    const outcomes = await stores.messages.post(drafts)
    expect(
      outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.code : outcome.message.seq)),
    ).toEqual([1, 'invalid_files', 2, 'not_found', 'invalid_files', 3])
    const names = outcomes.map((outcome) =>
      outcome.status === 'refused' ? null : outcome.message.files.map((each) => each.name),
    )
    expect(names).toEqual([['two', 'one'], null, [], null, null, ['one']])
    const { items } = await stores.messages.page(chat.id, { from: 'end' }, 10)
    expect(items).toEqual(
      outcomes.flatMap((outcome) => (outcome.status === 'created' ? [outcome.message] : [])),
    )
  })

  test('I2: the same id again gives the stored message with its files, whatever is named now', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    const [id, other] = [await file(owner), await file(owner)]
    const once = draft(chat.id, owner, { fileIds: [id] })
    const [created] = await stores.messages.post([once])
    if (created?.status !== 'created') throw new Error('it is new')
    for (const fileIds of [[id], [other], [uuidv7()], []]) {
      expect(await stores.messages.post([{ ...once, fileIds }])).toEqual([
        { status: 'stored', message: created.message },
      ])
    }
  })

  test('a message that is told after a deletion carries no file', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    const message = await sendFiles(chat.id, owner, [await file(owner)])
    const erased = await changes(storage).erase(message, at(9))
    expect(erased).toMatchObject({ text: null, files: [] })
    expect(await stores.messages.find(message.id)).toEqual(erased)
  })
})

describe('attaching', () => {
  const attach = (message: { id: Id; chat_id: Id }, fileId: Id) =>
    storage.transaction(async ({ chats, messages, files }) => {
      await chats.lock(message.chat_id)
      const [found, held] = [await messages.find(message.id), await files.holdOwn(fileId, owner)]
      if (found === null || !held) throw new Error('they are there')
      return messages.attach(found, fileId)
    })
  let owner: Id
  beforeAll(async () => {
    owner = await person(stores)
  })

  test('adds files one after the other', async () => {
    const chat = await group(stores, [owner])
    const message = await sendFiles(chat.id, owner, [await file(owner, 'one')])
    await attach(message, await file(owner, 'two'))
    const attached = await attach(message, await file(owner, 'three'))
    expect(attached.files.map((each) => each.name)).toEqual(['one', 'two', 'three'])
    expect(attached).toMatchObject({ version: 4, edited_at: null, text: '' })
  })

  test('S3: whoever was away gets the message, however far back it is', async () => {
    const chat = await group(stores, [owner])
    const old = await sendFiles(chat.id, owner, [])
    for (let count = 0; count < 5; count += 1) await sendFiles(chat.id, owner, [])
    const held = (await stores.chats.find(chat.id))?.version ?? 0
    const attached = await attach(old, await file(owner))
    const changed = await stores.sync.changesOf(owner, { [chat.id]: held })
    expect(changed.messages).toEqual([attached])
    const edited = await changes(storage).edit(attached, 'and a text', at(10))
    expect((await stores.sync.changesOf(owner, { [chat.id]: held })).messages).toEqual([edited])
  })
})

describe('files that are not used', () => {
  test('are forgotten, others stay', async () => {
    const owner = await person(stores)
    const [chat, gone] = [await group(stores, [owner]), await group(stores, [owner])]
    const [unsent, sent, twice, ofGone, ofDeleted] = [
      await file(owner),
      await file(owner),
      await file(owner),
      await file(owner),
      await file(owner),
    ]
    await sendFiles(chat.id, owner, [sent, twice])
    await changes(storage).erase(await sendFiles(chat.id, owner, [twice, ofDeleted]), at(9))
    await sendFiles(gone.id, owner, [ofGone])
    await stores.chats.update(gone.id, { deletedAt: at(9) })
    const all = [unsent, sent, twice, ofGone, ofDeleted]
    expect((await removeUnused(all)).toSorted()).toEqual([unsent, ofGone, ofDeleted].toSorted())
    expect((await stores.files.known([...all, uuidv7()])).toSorted()).toEqual([sent, twice].toSorted())
  })

  test('and those that are, are listed page by page up to a time', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    const old = at(-1_000_000)
    const ids = [await file(owner, 'a', old), await file(owner, 'b', old), await file(owner, 'c', old)]
    await file(owner, 'young', at(0))
    await sendFiles(chat.id, owner, [ids[1] ?? ''])
    const found: { id: Id; used: boolean }[] = []
    for (let after: Id | null = null; ; ) {
      const page: { id: Id; used: boolean }[] = await stores.files.page(after, at(-1), 2)
      found.push(...page)
      after = page.at(-1)?.id ?? null
      if (page.length < 2) break
    }
    expect(found).toEqual(ids.map((id, index) => ({ id, used: index === 1 })))
  })

  test('a file that is sent while it is forgotten is either sent or gone, never both', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    for (let round = 0; round < 30; round += 1) {
      const id = await file(owner)
      const [outcomes, removed] = await Promise.all([
        stores.messages.post([draft(chat.id, owner, { fileIds: [id] })]),
        removeUnused([id]),
      ])
      const [outcome] = outcomes
      if (outcome?.status === 'created') {
        expect(removed).toEqual([])
        expect(outcome.message.files.map((each) => each.id)).toEqual([id])
      } else {
        expect(outcome).toEqual({ status: 'refused', code: 'invalid_files' })
        expect(removed).toEqual([id])
      }
    }
  })

  test('are on no message any more once they are forgotten, not even on one that nobody sees', async () => {
    const owner = await person(stores)
    const [chat, gone] = [await group(stores, [owner]), await group(stores, [owner])]
    const message = await sendFiles(chat.id, owner, [])
    const ofGone = await file(owner)
    await sendFiles(gone.id, owner, [ofGone])
    await stores.chats.update(gone.id, { deletedAt: at(9) })
    expect(await removeUnused([ofGone])).toEqual([ofGone])
    for (let round = 0; round < 20; round += 1) {
      const id = await file(owner)
      await Promise.allSettled([
        storage.transaction(async ({ chats, messages, files }) => {
          await chats.lock(chat.id)
          const found = await messages.find(message.id)
          if (found !== null && (await files.holdOwn(id, owner))) await messages.attach(found, id)
        }),
        removeUnused([id]),
      ])
    }
    const { rows } = await fixture.pool.query(
      'SELECT mf.* FROM message_files mf WHERE NOT EXISTS (SELECT FROM files f WHERE f.id = mf.file_id)',
    )
    expect(rows).toEqual([])
  })

  test('a chat gives up its files, up to so many of them at a time', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    const ids = [await file(owner), await file(owner), await file(owner)]
    await sendFiles(chat.id, owner, ids)
    await sendFiles(chat.id, owner, ids.slice(0, 1))
    const given = await stores.files.detachChat(chat.id, 2)
    expect(new Set(given).size).toBe(2)
    expect((await removeUnused(ids)).toSorted()).toEqual(ids.toSorted())
  })
})
