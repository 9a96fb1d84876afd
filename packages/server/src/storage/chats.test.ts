// Chats: as rows, as direct pairs, and as one person sees them.
import type { ChatView, Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleChat } from '../../../protocol/test/samples.ts'
import type { Stores } from '../core/ports.ts'
import { chatItselfChanged } from './sync.ts'
import { at, changes, type Fixture, group, people, person, send, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
})
afterAll(() => fixture.end())

const two = async (): Promise<[Id, Id]> => (await people(stores, 2)) as [Id, Id]
const idsOf = (views: readonly { id: Id }[]) => views.map(({ id }) => id)

/** All chats of a person, read in pages. */
async function list(userId: Id, limit: number, archived?: boolean): Promise<ChatView[]> {
  const items: ChatView[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await stores.chats.views(userId, {
      limit,
      ...(archived === undefined ? {} : { archived }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    items.push(...page.items)
    cursor = page.next_cursor
  }
  return items
}

const pairOf = (userIds: readonly [Id] | readonly [Id, Id]) => ({
  id: uuidv7(),
  userIds,
  createdBy: userIds[0],
  createdAt: at(0),
})
const direct = (userIds: readonly [Id] | readonly [Id, Id]) =>
  fixture.storage.transaction(({ chats }) => chats.insertDirect(pairOf(userIds)))

describe('a chat', () => {
  test('begins with its members at version 1 and no message', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other], {
      title: 'Title',
      description: 'About',
      posting: 'admins',
    })
    const given = { title: 'Title', description: 'About', posting: 'admins' } as const
    const made = { id: chat.id, created_by: owner, created_at: at(0).toISOString(), member_count: 2 }
    expect(chat).toEqual(sampleChat({ ...given, ...made }))
    expect(await stores.chats.find(chat.id)).toEqual(chat)
    expect(await stores.members.find(chat.id, other)).toMatchObject({
      role: 'member',
      version: 1,
      joined_seq: 0,
    })
  })

  test('takes one version for each change and changes only in what is given', async () => {
    const chat = await group(stores, [await person(stores)])
    expect(await stores.chats.update(chat.id, { title: 'New' })).toMatchObject({ title: 'New', version: 2 })
    expect(await stores.chats.update(chat.id, { posting: 'admins', visibility: 'public' })).toEqual({
      ...chat,
      title: 'New',
      posting: 'admins',
      visibility: 'public',
      version: 3,
    })
  })

  test('is not found, locked, viewed or listed once deleted', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner], { visibility: 'public' })
    await stores.chats.update(chat.id, { deletedAt: at(1) })
    expect(await stores.chats.find(chat.id)).toBeNull()
    expect(await stores.chats.lock(chat.id)).toBeNull()
    expect(await stores.chats.view(chat.id, owner)).toBeNull()
    expect(await list(owner, 10)).toEqual([])
    expect(await stores.chats.idsOf(owner)).toEqual([])
  })

  test('is locked for one transaction at a time, so that no version is taken twice', async () => {
    const chat = await group(stores, [await person(stores)])
    const nodes = [fixture.storage, fixture.otherNode()]
    const advance = (index: number) =>
      nodes[index % 2]?.transaction(async ({ chats }) => {
        await chats.lock(chat.id)
        return (await chats.update(chat.id, { title: `Title ${index}` })).version
      })
    const versions = await Promise.all(Array.from({ length: 20 }, (_, index) => advance(index)))
    expect(versions.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    )
  })
})

describe('C1: a direct chat', () => {
  test('is one per pair, in whatever order', async () => {
    const [a, b] = await two()
    const chat = await direct([a, b])
    expect(chat?.direct_user_ids).toEqual([a, b].toSorted())
    expect(await direct([b, a])).toBeNull()
    expect(await stores.chats.findDirect(b, a)).toBe(chat?.id)
    expect(await stores.chats.findDirect(a, a)).toBeNull()
  })

  test('with oneself has one person', async () => {
    const [a] = await two()
    const chat = await direct([a])
    expect(chat).toMatchObject({ direct_user_ids: [a], member_count: 1 })
    expect(await stores.chats.findDirect(a, a)).toBe(chat?.id)
  })

  test('is made once when both begin it at the same moment', async () => {
    const [a, b] = await two()
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => direct(i % 2 === 0 ? [a, b] : [b, a])),
    )
    expect(results.filter((chat) => chat !== null)).toHaveLength(1)
  })
})

describe('what a chat is found by other than its id', () => {
  test('is a number of its own, in the order in which chats were made', async () => {
    const [a, b] = await two()
    const chats = [await group(stores, [a]), await direct([a, b]), await group(stores, [b])]
    const ids = chats.flatMap((chat) => chat?.id ?? [])
    const facts = (await stores.chatFacts.byIds([...ids, uuidv7()])).toSorted((x, y) => x.number - y.number)
    expect(facts.map(({ id }) => id)).toEqual(ids)
    const found = await stores.chatFacts.byNumbers([0, ...facts.map(({ number }) => number)])
    expect(found.toSorted((x, y) => x.number - y.number)).toEqual(facts)
  })

  test('is never there without the chat', async () => {
    const [a, b] = await two()
    const failed = fixture.storage.transaction(async ({ chats }) => {
      await chats.insertDirect(pairOf([a, b]))
      throw new Error('after the claim')
    })
    await expect(failed).rejects.toThrow('after the claim')
    expect(await stores.chats.findDirect(a, b)).toBeNull()
    await expect(stores.chats.insertDirect(pairOf([a, b]))).rejects.toThrow('in the transaction')
    const chat = await direct([b, a])
    expect(await stores.chats.findDirect(a, b)).toBe(chat?.id)
    const { rows } = await fixture.pool.query(`
      SELECT chat_id FROM (SELECT chat_id FROM direct_chats UNION ALL SELECT chat_id FROM chat_numbers) named
      WHERE NOT EXISTS (SELECT FROM chats c WHERE c.id = named.chat_id)`)
    expect(rows).toEqual([])
  })
})

describe('a view of a chat', () => {
  test('shows the last message, the place of the person and what is unread', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    await send(stores, chat.id, owner)
    await send(stores, chat.id, other)
    const last = await send(stores, chat.id, owner, { text: 'last' })
    const view = await stores.chats.view(chat.id, other)
    expect(view).toEqual({
      ...chat,
      last_seq: 3,
      version: 4,
      last_message: last,
      role: 'member',
      joined_seq: 0,
      read_seq: 0,
      unread_count: 2,
      fully_read_seq: 0,
      muted_until: null,
      pinned: false,
      archived: false,
    })
    expect((await stores.chats.views(other, { limit: 5 })).items).toEqual([view])
  })

  test('shows the tombstone when the last message was deleted, and counts it no more', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    await send(stores, chat.id, owner)
    const erased = await change.erase(await send(stores, chat.id, owner), at(5))
    expect(await stores.chats.view(chat.id, other)).toMatchObject({ last_message: erased, unread_count: 1 })
  })

  test('U3: is fully read up to the smallest cursor of the others, and never further than one of them has read', async () => {
    const [owner, other, third] = (await people(stores, 3)) as [Id, Id, Id]
    const chat = await group(stores, [owner, other, third])
    for (let count = 0; count < 5; count += 1) await send(stores, chat.id, owner)
    await stores.reads.advance(chat.id, other, 4, at(5))
    await stores.reads.advance(chat.id, third, 2, at(5))
    const seenBy = async (userId: Id) => (await stores.chats.view(chat.id, userId))?.fully_read_seq
    expect([await seenBy(owner), await seenBy(other), await seenBy(third)]).toEqual([2, 0, 0])
    await stores.reads.advance(chat.id, owner, 5, at(5))
    expect([await seenBy(owner), await seenBy(other), await seenBy(third)]).toEqual([2, 2, 4])
    await change.remove(chat.id, third, at(6))
    expect([await seenBy(owner), await seenBy(other)]).toEqual([4, 5])
    await change.remove(chat.id, other, at(7))
    expect(await seenBy(owner)).toBe(4)
    await send(stores, chat.id, owner)
    await change.add(chat.id, third, at(8))
    expect([await seenBy(owner), await seenBy(third)]).toEqual([4, 5])
    await send(stores, chat.id, owner)
    await stores.reads.advance(chat.id, third, 7, at(9))
    expect([await seenBy(owner), await seenBy(third)]).toEqual([7, 5])
  })

  test('of a stranger shows a public group without messages, and nothing else', async () => {
    const [owner, stranger] = await two()
    const open = await group(stores, [owner], { visibility: 'public' })
    await send(stores, open.id, owner)
    expect(await stores.chats.view(open.id, stranger)).toMatchObject({
      role: null,
      joined_seq: 0,
      read_seq: 0,
      unread_count: 0,
      fully_read_seq: 0,
      last_message: null,
      pinned: false,
    })
    const closed = await group(stores, [owner])
    expect(await stores.chats.view(closed.id, stranger)).toBeNull()
    expect(await stores.chats.view(uuidv7(), stranger)).toBeNull()
    expect(await list(stranger, 10)).toEqual([])
  })

  test('of someone who was removed is that of a stranger', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    await change.remove(chat.id, other, at(1))
    expect(await stores.chats.view(chat.id, other)).toBeNull()
    expect(await list(other, 10)).toEqual([])
    expect(await stores.chats.idsOf(other)).toEqual([])
  })
})

describe('the chat list', () => {
  test('has pinned chats first, the last pinned on top, then the latest activity, in pages of any size', async () => {
    const owner = await person(stores)
    const chats = []
    for (let index = 0; index < 7; index += 1)
      chats.push(await group(stores, [owner], { createdAt: at(index) }))
    const [a, b, c, d, e, f, g] = idsOf(chats) as [Id, Id, Id, Id, Id, Id, Id]
    await send(stores, b, owner, { createdAt: at(100) })
    await stores.chats.updatePreferences(e, owner, { pinned: true }, at(200))
    await stores.chats.updatePreferences(c, owner, { pinned: true }, at(201))
    for (const limit of [1, 2, 3, 7, 50])
      expect(idsOf(await list(owner, limit))).toEqual([c, e, b, g, f, d, a])
    expect(idsOf(await stores.chats.listed(owner))).toEqual([c, e, b, g, f, d, a])
  })

  test('gives those that are named as all of them are given, in the order of the names', async () => {
    const [owner, other] = await two()
    const [busy, quiet, foreign] = [
      await group(stores, [owner, other]),
      await group(stores, [owner], { createdAt: at(5) }),
      await group(stores, [other]),
    ]
    await send(stores, busy.id, other, { createdAt: at(100) })
    const whole = await list(owner, 10)
    expect(await stores.chats.viewsOf(owner, [quiet.id, foreign.id, busy.id])).toEqual(whole.toReversed())
    expect(await stores.chats.viewsOf(owner, [])).toEqual([])
    expect(await stores.chats.listed(owner)).toEqual([
      { id: busy.id, member_count: 2 },
      { id: quiet.id, member_count: 1 },
    ])
  })

  test('orders chats of the same moment by id, each once', async () => {
    const owner = await person(stores)
    const ids = []
    for (let index = 0; index < 5; index += 1) ids.push((await group(stores, [owner])).id)
    expect(idsOf(await list(owner, 2))).toEqual(ids.toSorted().toReversed())
  })

  test('gives all, the archived or the others', async () => {
    const owner = await person(stores)
    const [kept, archived] = [await group(stores, [owner]), await group(stores, [owner])]
    await stores.chats.updatePreferences(archived.id, owner, { archived: true }, at(1))
    expect(await list(owner, 10)).toHaveLength(2)
    expect(idsOf(await list(owner, 10, true))).toEqual([archived.id])
    expect(idsOf(await list(owner, 10, false))).toEqual([kept.id])
  })

  test('refuses a cursor that it did not give', async () => {
    const owner = await person(stores)
    await expect(stores.chats.views(owner, { limit: 1, cursor: 'abc' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })
})

describe('preferences', () => {
  test('change only in what is given, and belong to members', async () => {
    const [owner, stranger] = await two()
    const chat = await group(stores, [owner])
    const set = (given: { mutedUntil?: Date | null; pinned?: boolean; archived?: boolean }) =>
      stores.chats.updatePreferences(chat.id, owner, given, at(1))
    const until = at(5000)
    expect(await set({ mutedUntil: until })).toEqual({
      muted_until: until.toISOString(),
      pinned: false,
      archived: false,
    })
    expect(await set({ pinned: true })).toEqual({
      muted_until: until.toISOString(),
      pinned: true,
      archived: false,
    })
    expect(await set({ archived: true, pinned: false })).toMatchObject({ pinned: false, archived: true })
    expect(await set({ mutedUntil: null })).toEqual({ muted_until: null, pinned: false, archived: true })
    expect(await set({})).toEqual({ muted_until: null, pinned: false, archived: true })
    expect(await stores.chats.updatePreferences(chat.id, stranger, { pinned: true }, at(1))).toBeNull()
    expect((await stores.chats.find(chat.id))?.version).toBe(1)
  })
})

describe('the search for public groups', () => {
  const found = async (query: string) =>
    (await stores.chats.searchPublic({ query, limit: 50 })).items.map((chat) => chat.title)

  test('finds a part of the title without regard to case, and no wildcards', async () => {
    const owner = await person(stores)
    for (const title of ['Ёлочные Шары', '50% скидка', 'snake_case']) {
      await group(stores, [owner], { title, visibility: 'public' })
    }
    await group(stores, [owner], { title: 'Private шары' })
    expect(await found('шАР')).toEqual(['Ёлочные Шары'])
    expect(await found('%')).toEqual(['50% скидка'])
    expect(await found('e_c')).toEqual(['snake_case'])
    expect(await found('e__')).toEqual([])
    const gone = await group(stores, [owner], { title: 'Gone', visibility: 'public' })
    await stores.chats.update(gone.id, { deletedAt: at(1) })
    expect(await found('gone')).toEqual([])
  })

  test('pages by title, each once', async () => {
    const owner = await person(stores)
    for (let index = 0; index < 5; index += 1)
      await group(stores, [owner], { title: 'Same', visibility: 'public' })
    const seen: Id[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await stores.chats.searchPublic({
        query: 'same',
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...idsOf(page.items))
      cursor = page.next_cursor
    }
    expect(seen).toHaveLength(5)
    expect(new Set(seen).size).toBe(5)
  })
})

describe('what changed of a chat itself', () => {
  const changedSince = async (chatId: Id, held: number): Promise<boolean> => {
    const { rows } = await fixture.pool.query(
      `SELECT ${chatItselfChanged('c', '$2::bigint')} AS changed FROM chats c WHERE c.id = $1`,
      [chatId, held],
    )
    return rows[0]?.changed
  }

  test('has the version of its last change, whatever else took one since', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner])
    expect([await changedSince(chat.id, 0), await changedSince(chat.id, 1)]).toEqual([true, false])
    await change.add(chat.id, other, at(1))
    await send(stores, chat.id, owner)
    expect(await changedSince(chat.id, 1)).toBe(false)
    const { version } = await stores.chats.update(chat.id, { title: 'Other' })
    await change.edit(await send(stores, chat.id, owner), 'edited', at(2))
    expect([await changedSince(chat.id, version - 1), await changedSince(chat.id, version)]).toEqual([
      true,
      false,
    ])
  })
})
