// Resume: what a client missed, no more than the limits, and nothing of chats that are not its own.
import { type Id, limits } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Stores } from '../core/ports.ts'
import type { Versions } from '../core/sync/store.ts'
import {
  at,
  changes,
  draft,
  type Fixture,
  group,
  people,
  person,
  send,
  storageFixture,
} from './test/fixture.ts'

let fixture: Fixture
let stores: Stores
let change: ReturnType<typeof changes>

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
  change = changes(fixture.storage)
})
afterAll(() => fixture.end())

const nothing = { messages: [], members: [], gaps: [], removed: [], next_cursor: null }
const two = async (): Promise<[Id, Id]> => (await people(stores, 2)) as [Id, Id]
const post = (chatId: Id, senderId: Id, count: number) =>
  stores.messages.post(Array.from({ length: count }, () => draft(chatId, senderId)))

/** A session that ends at `at(1000)`. */
async function session(userId: Id): Promise<Id> {
  const id = uuidv7()
  await stores.sessions.insert({
    id,
    userId,
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
  return id
}

async function resume(userId: Id, versions: Versions) {
  const resumed = await stores.sync.resume({ userId, sessionId: await session(userId) }, at(0), versions)
  if (resumed === null) throw new Error('The session is new')
  return resumed
}

/** The changes without the people, of a resume and of named chats. */
async function changesSince(userId: Id, versions: Versions) {
  const { users, ...changes } = (await resume(userId, versions)).changes
  return changes
}
async function changesOf(userId: Id, versions: Versions) {
  const { users, ...changes } = await stores.sync.changesOf(userId, versions)
  return changes
}

describe('S3: a resume', () => {
  test('without versions gives the chat list alone', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    await send(stores, chat.id, owner)
    const { items } = await stores.chats.views(other, { limit: 5 })
    expect(await changesSince(other, {})).toEqual({ ...nothing, chats: items })
    expect(await changesOf(other, {})).toEqual({ ...nothing, chats: [] })
    expect(await changesSince(await person(stores), {})).toEqual({ ...nothing, chats: [] })
  })

  test('gives messages and members with a greater version, and none with the same', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner])
    const old = await send(stores, chat.id, owner)
    const quiet = await send(stores, chat.id, owner)
    const seen = quiet.version
    const edited = await change.edit(old, 'edited', at(5))
    const added = await change.add(chat.id, other, at(6))
    const created = await send(stores, chat.id, other)
    const erased = await change.erase(await send(stores, chat.id, owner), at(7))
    const left = await change.remove(chat.id, other, at(8))
    expect(added.version).toBeLessThan(left.version)
    const changed = await changesSince(owner, { [chat.id]: seen })
    expect(changed.messages).toEqual([edited, created, erased])
    expect(changed.members).toEqual([left])
    expect(changed.chats).toEqual([await stores.chats.view(chat.id, owner)])
    expect(changed).toMatchObject({ gaps: [], removed: [], next_cursor: null })
    expect(await changesOf(owner, { [chat.id]: seen })).toEqual(changed)
    const now = changed.chats[0]?.version ?? 0
    expect(await changesSince(owner, { [chat.id]: now })).toEqual({
      ...nothing,
      chats: changed.chats,
    })
  })

  test('gives changed messages wherever they are among many, each once', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    await post(chat.id, owner, 300)
    const { items } = await stores.messages.page(chat.id, { from: 'end' }, 300)
    const version = 301
    const touched = []
    for (const index of [0, 150, 298, 299]) {
      const message = items[index]
      if (message !== undefined) touched.push(await change.edit(message, 'new', at(5)))
    }
    const changed = await changesOf(owner, { [chat.id]: version })
    expect(changed.messages).toEqual(touched)
    await stores.chats.update(chat.id, { title: 'Other' })
    expect((await changesOf(owner, { [chat.id]: version })).messages).toEqual(touched)
  })

  test('of named chats gives their views alone', async () => {
    const owner = await person(stores)
    const [chat] = [await group(stores, [owner]), await group(stores, [owner])]
    const { chats } = await changesOf(owner, { [chat.id]: 1 })
    expect(chats.map((view) => view.id)).toEqual([chat.id])
  })

  test('names chats that the person is not in, and tells nothing of them', async () => {
    const [owner, other] = await two()
    const [left, deleted, foreign] = [
      await group(stores, [owner, other]),
      await group(stores, [owner, other]),
      await group(stores, [owner]),
    ]
    const open = await group(stores, [owner], { visibility: 'public' })
    for (const chat of [left, deleted, foreign, open]) await send(stores, chat.id, owner)
    await change.remove(left.id, other, at(1))
    await stores.chats.update(deleted.id, { deletedAt: at(1) })
    const unknown = uuidv7()
    const named = [left.id, deleted.id, foreign.id, open.id, unknown]
    const versions = Object.fromEntries(named.map((id) => [id, 1]))
    for (const changed of [await changesSince(other, versions), await changesOf(other, versions)]) {
      expect(changed).toEqual({
        ...nothing,
        chats: [],
        removed: expect.toSatisfy((ids: Id[]) => ids.toSorted().join() === named.toSorted().join()),
      })
    }
  })

  test('tells a client that is ahead of the database to start anew', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    expect(await changesOf(owner, { [chat.id]: 2 })).toMatchObject({
      gaps: [chat.id],
      messages: [],
    })
    expect(await changesOf(owner, { [chat.id]: Number.MAX_SAFE_INTEGER })).toMatchObject({
      gaps: [chat.id],
    })
  })
})

describe('I7: a resume tells nothing', () => {
  test.each<[string, (own: Id, userId: Id) => Promise<{ sessionId: Id; when?: Date }>]>([
    [
      'when its session was revoked',
      async (sessionId, userId) => {
        await stores.sessions.revoke(userId, { only: sessionId }, at(0))
        return { sessionId }
      },
    ],
    ['when its session ran out', async (sessionId) => ({ sessionId, when: at(1000) })],
    ['for a session that is not there', async () => ({ sessionId: uuidv7() })],
    ['for the session of another', async () => ({ sessionId: await session(await person(stores)) })],
    [
      'when the account was deleted',
      async (sessionId, userId) => {
        await stores.accounts.erase(userId, at(0))
        return { sessionId }
      },
    ],
  ])('%s', async (_, end) => {
    const userId = await person(stores)
    const chat = await group(stores, [userId])
    const { sessionId, when = at(0) } = await end(await session(userId), userId)
    expect(await stores.sync.resume({ userId, sessionId }, when, { [chat.id]: 0 })).toBeNull()
  })
})

describe('the people of a resume', () => {
  test('are those whom its chats, messages and members name, each once, with the account itself', async () => {
    const [owner, creator, sender, lastSender, member, peer, stranger] = (await people(stores, 7)) as [
      Id,
      ...Id[],
    ]
    const everyone = [creator, owner, sender, lastSender] as Id[]
    const chat = await group(stores, everyone)
    await send(stores, chat.id, sender as Id)
    await change.add(chat.id, member as Id, at(1))
    await send(stores, chat.id, lastSender as Id)
    await group(stores, [owner, peer as Id], { kind: 'direct' })
    await group(stores, [stranger as Id])
    const named = async (versions: Versions) => {
      const { me, changes } = await resume(owner, versions)
      expect(me).toEqual((await stores.accounts.find(owner))?.me)
      expect(changes.users).toEqual(
        expect.arrayContaining(await stores.accounts.profiles(changes.users.map((user) => user.id))),
      )
      return changes.users.map((user) => user.id).toSorted()
    }
    const always = [owner, creator, lastSender, peer] as Id[]
    expect(await named({})).toEqual(always.toSorted())
    expect(await named({ [chat.id]: 1 })).toEqual([...always, sender, member].toSorted())
    const alone = await stores.sync.changesOf(owner, { [chat.id]: 1 })
    expect(alone.users.map((user) => user.id).toSorted()).toEqual(
      [creator, sender, lastSender, member].toSorted(),
    )
    const nobody = await resume(await person(stores), {})
    expect(nobody.changes.users).toEqual([])
  })
})

describe('the limits of a resume', () => {
  test('hold for one chat: at the limit its changes are listed, beyond it there is a gap', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner])
    await post(chat.id, owner, limits.resumeObjectsPerChat - 1)
    await change.add(chat.id, other, at(1))
    const listed = await changesSince(owner, { [chat.id]: 1 })
    expect(listed.messages.map((message) => message.seq)).toEqual(
      Array.from({ length: 199 }, (_, index) => index + 1),
    )
    expect(listed).toMatchObject({ gaps: [], members: [{ user_id: other }] })
    await send(stores, chat.id, owner)
    expect(await changesSince(owner, { [chat.id]: 1 })).toMatchObject({
      gaps: [chat.id],
      messages: [],
      members: [],
    })
    expect(await changesSince(owner, { [chat.id]: 2 })).toMatchObject({ gaps: [] })
  })

  test('count changed objects, not changes', async () => {
    const owner = await person(stores)
    const chat = await group(stores, [owner])
    let message = await send(stores, chat.id, owner)
    for (let count = 0; count < limits.resumeObjectsPerChat + 5; count += 1) {
      if (count % 2 === 0) await stores.chats.update(chat.id, { title: `Title ${count}` })
      else message = await change.edit(message, `text ${count}`, at(count))
    }
    const changed = await changesOf(owner, { [chat.id]: 1 })
    expect(changed).toMatchObject({ gaps: [], messages: [message] })
  })

  test('hold for all chats together: the most recent are listed, the rest are gaps', async () => {
    const owner = await person(stores)
    const versions: Record<Id, number> = {}
    const fit = limits.resumeObjects / limits.resumeObjectsPerChat
    const ids: Id[] = []
    for (let index = 0; index < fit + 2; index += 1) {
      const chat = await group(stores, [owner], { createdAt: at(-index * 1000) })
      await stores.messages.post(
        Array.from({ length: limits.resumeObjectsPerChat }, () =>
          draft(chat.id, owner, { createdAt: at(-index * 1000) }),
        ),
      )
      versions[chat.id] = 1
      ids.push(chat.id)
    }
    const quiet = await group(stores, [owner], { createdAt: at(-1_000_000) })
    versions[quiet.id] = 1
    const changed = await changesSince(owner, versions)
    expect(changed.messages).toHaveLength(limits.resumeObjects)
    expect(changed.gaps).toEqual(ids.slice(fit))
    expect(changed.chats).toHaveLength(ids.length + 1)
  })

  test('cut the chat list, with a cursor for the rest, but not the changes of chats that were named', async () => {
    const owner = await person(stores)
    const ids: Id[] = []
    for (let index = 0; index < limits.readyChats + 3; index += 1) {
      ids.push((await group(stores, [owner], { createdAt: at(-index) })).id)
    }
    const last = ids.at(-1) as Id
    const message = await send(stores, last, owner, { createdAt: at(-1_000_000) })
    const changed = await changesSince(owner, { [last]: 1 })
    expect(changed.chats.map((view) => view.id)).toEqual(ids.slice(0, limits.readyChats))
    expect(changed.messages).toEqual([message])
    expect(changed.removed).toEqual([])
    const rest = await stores.chats.views(owner, { limit: 10, cursor: changed.next_cursor ?? '' })
    expect(rest.items.map((view) => view.id)).toEqual(ids.slice(limits.readyChats))
  })
})
