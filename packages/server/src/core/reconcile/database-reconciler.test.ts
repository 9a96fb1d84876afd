// Reconciling on a real database: what was stored and not published, what is followed and should not be, and what nobody knows.
import { randomUUID } from 'node:crypto'
import { type Id, limits } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createLocalBus } from '../../bus/local.ts'
import { createStorage } from '../../storage/storage.ts'
import {
  at,
  draft,
  type Fixture,
  group,
  people,
  person,
  silentLog,
  storageFixture,
} from '../../storage/test/fixture.ts'
import type { Envelope } from '../events.ts'
import { createReconciler } from './database-reconciler.ts'
import type { Followed, LiveSession } from './followed.ts'
import type { Reconciler } from './reconciler.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

const running: Reconciler[] = []
afterEach(() => Promise.all(running.splice(0).map((reconciler) => reconciler.stop())))

/** Sockets of some people, who follow chats up to a version; nothing is published to them by itself. */
class Sockets implements Followed {
  readonly chats = new Map<Id, Map<Id, number>>()
  readonly live: LiveSession[] = []

  follow(userId: Id, chatId: Id, version: number): void {
    const own = this.chats.get(userId) ?? new Map<Id, number>()
    this.chats.set(userId, own.set(chatId, version))
  }

  people() {
    return this.chats.keys()
  }

  sessions() {
    return this.live
  }

  chatsOf(userId: Id) {
    return [...(this.chats.get(userId)?.keys() ?? [])]
  }

  follows(userId: Id, chatId: Id) {
    return this.chats.get(userId)?.has(chatId) ?? true
  }

  publishedThrough(chatId: Id) {
    const versions = [...this.chats.values()].flatMap((own) => own.get(chatId) ?? [])
    return versions.length === 0 ? null : Math.min(...versions)
  }

  noteAllPublished(chatId: Id, version: number) {
    for (const own of this.chats.values()) if (own.has(chatId)) own.set(chatId, version)
  }
}

function start(options: { looks?: readonly number[]; step?: number } = {}) {
  const bus = createLocalBus({ log: silentLog })
  const published: Envelope[] = []
  bus.subscribe((envelopes) => void published.push(...envelopes))
  const reconciler = createReconciler({
    storage: createStorage(fixture.pool),
    bus,
    clock: { now: () => at(10) },
    log: silentLog,
    times: { looks: options.looks ?? [0], retry: 20, step: options.step ?? 1_000_000 },
  })
  running.push(reconciler)
  const sockets = new Sockets()
  reconciler.watch(sockets)
  const events = () =>
    published.map(({ event }) => ('version' in event ? `${event.type} ${event.version}` : event.type))
  const until = async (count: number) => {
    await expect.poll(() => published.length).toBeGreaterThanOrEqual(count)
  }
  const hears = (envelope: unknown) => expect.poll(() => published).toContainEqual(envelope)
  return { reconciler, published, sockets, events, until, hears }
}

const edit = async (messageId: Id, text: string) => {
  const message = await fixture.stores.messages.find(messageId)
  if (message === null) throw new Error('no such message')
  return fixture.storage.transaction((stores) => stores.messages.edit(message, text, at(5)))
}

const post = async (chatId: Id, senderId: Id) => {
  const [outcome] = await fixture.stores.messages.post([draft(chatId, senderId)])
  if (outcome?.status !== 'created') throw new Error('not created')
  return outcome.message
}

const rename = (chatId: Id, title: string) =>
  fixture.storage.transaction((stores) => stores.chats.update(chatId, { title }))

test('what changed in a chat after what was published is published whole, in the order of the versions', async () => {
  const [owner, friend] = (await people(fixture.stores, 2)) as [Id, Id]
  const chat = await group(fixture.stores, [owner])
  const message = await post(chat.id, owner)
  const { reconciler, sockets, events, until, published } = start()
  sockets.follow(owner, chat.id, 2)
  await rename(chat.id, 'New')
  await fixture.storage.transaction((stores) =>
    stores.members.add({ chatId: chat.id, userId: friend, role: 'member', at: at(3) }),
  )
  await post(chat.id, owner)
  await edit(message.id, 'other')
  reconciler.found(chat.id, 6)
  await until(4)
  expect(events()).toEqual(['chat_updated 3', 'member_added 4', 'message_created 5', 'message_updated 6'])
  expect(published[1]).toMatchObject({ attach: [friend], event: { users: [{ id: friend }] } })
  expect(sockets.publishedThrough(chat.id)).toBe(6)
})

test('a chat of which all was published is left alone', async () => {
  const owner = await person(fixture.stores)
  const chat = await group(fixture.stores, [owner])
  const { reconciler, sockets, published } = start()
  sockets.follow(owner, chat.id, 1)
  reconciler.found(chat.id, 1)
  await reconciler.stop()
  expect(published).toEqual([])
})

test('R1 I7: a removal in doubt is published with the end of following, once it is committed', async () => {
  const [owner, friend] = (await people(fixture.stores, 2)) as [Id, Id]
  const chat = await group(fixture.stores, [owner, friend])
  const { reconciler, sockets, events, published, until } = start()
  sockets.follow(owner, chat.id, 1)
  const committing = Promise.withResolvers<void>()
  const removing = fixture.storage.transaction(async (stores) => {
    await stores.chats.lock(chat.id)
    const { member, chat: after } = await stores.members.remove(chat.id, friend, at(3))
    const envelope: Envelope = {
      audience: { kind: 'chat', chat_id: chat.id },
      detach: [friend],
      event: { type: 'member_removed', chat_id: chat.id, version: member.version, member, chat: after },
    }
    reconciler.doubt([envelope])
    await committing.promise
  })
  // It waits for whoever holds the chat: what it would see now is from before.
  await expect
    .poll(async () => {
      const waiting = await fixture.pool.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR SHARE%' AND datname = current_database()`,
      )
      return waiting.rowCount
    })
    .toBe(1)
  expect(published).toEqual([])
  committing.resolve()
  await removing
  await until(1)
  expect(events()).toEqual(['member_removed 2'])
  expect(published[0]).toMatchObject({ detach: [friend] })
})

test('R1: a change in doubt that was undone is not published', async () => {
  const owner = await person(fixture.stores)
  const chat = await group(fixture.stores, [owner])
  const { reconciler, published } = start()
  reconciler.doubt([
    {
      audience: { kind: 'chat', chat_id: chat.id },
      event: { type: 'chat_updated', chat_id: chat.id, version: 2, chat },
    },
  ])
  reconciler.doubtMessages([randomUUID()])
  await expect.poll(() => published.length).toBe(0)
  await reconciler.stop()
  expect(published).toEqual([])
})

test('a group in doubt comes to all who are in it', async () => {
  const members = await people(fixture.stores, 3)
  const chat = await group(fixture.stores, members)
  const { reconciler, published, until } = start()
  reconciler.doubt([
    {
      audience: { kind: 'chat', chat_id: chat.id },
      attach: members,
      event: { type: 'chat_created', chat_id: chat.id, version: 1, chat, users: [] },
    },
  ])
  await until(1)
  const [envelope] = published
  expect(envelope).toMatchObject({ event: { type: 'chat_created', version: 1, users: [{ id: members[0] }] } })
  expect(envelope?.attach?.toSorted()).toEqual(members.toSorted())
})

test('a message in doubt is published if it was stored, also where nobody follows its chat', async () => {
  const owner = await person(fixture.stores)
  const chat = await group(fixture.stores, [owner])
  const message = await post(chat.id, owner)
  const { reconciler, published, until } = start()
  reconciler.doubtMessages([message.id])
  await until(1)
  expect(published).toEqual([
    {
      audience: { kind: 'chat', chat_id: chat.id },
      event: { type: 'message_created', chat_id: chat.id, version: 2, message },
    },
  ])
})

test('a statement that is stored only later is found by a later look', async () => {
  const owner = await person(fixture.stores)
  const chat = await group(fixture.stores, [owner])
  const { reconciler, events, until } = start({ looks: [0, 300] })
  const late = draft(chat.id, owner)
  reconciler.doubtMessages([late.id])
  await new Promise((resolve) => setTimeout(resolve, 100))
  await fixture.stores.messages.post([late])
  await until(1)
  expect(events()).toEqual(['message_created 2'])
})

test('the rest of what can be in doubt is read again: cursors, preferences, profiles and sessions', async () => {
  const [owner, friend] = (await people(fixture.stores, 2)) as [Id, Id]
  const chat = await group(fixture.stores, [owner, friend])
  await post(chat.id, owner)
  await fixture.stores.reads.advance(chat.id, friend, 1, at(4))
  await fixture.stores.chats.updatePreferences(chat.id, friend, { pinned: true }, at(4))
  const account = await fixture.stores.accounts.find(friend)
  if (account === null) throw new Error('no account')
  await fixture.stores.accounts.update(friend, { name: 'Renamed' })
  const { reconciler, published, until } = start()
  const own = { kind: 'member', chat_id: chat.id, user_id: friend } as const
  const gone = randomUUID()
  reconciler.doubt([
    {
      audience: own,
      event: { type: 'read', chat_id: chat.id, user_id: friend, seq: 0, at: at(0).toISOString() },
    },
    {
      audience: own,
      event: {
        type: 'preferences_updated',
        chat_id: chat.id,
        preferences: { muted_until: null, pinned: false, archived: false },
      },
    },
    { audience: { kind: 'users', user_ids: [friend] }, event: { type: 'me_updated', user: account.me } },
    { audience: { kind: 'users', user_ids: [friend] }, event: { type: 'session_revoked', session_id: gone } },
  ])
  await until(7)
  const told = published.map(({ event }) => event)
  expect(told).toContainEqual(expect.objectContaining({ type: 'read', seq: 1, unread_count: 0 }))
  expect(told).toContainEqual(expect.objectContaining({ type: 'fully_read', seq: 1 }))
  expect(told).toContainEqual(
    expect.objectContaining({ preferences: { muted_until: null, pinned: true, archived: false } }),
  )
  expect(told).toContainEqual(
    expect.objectContaining({ type: 'me_updated', user: expect.objectContaining({ name: 'Renamed' }) }),
  )
  expect(told).toContainEqual({ type: 'session_revoked', session_id: gone })
})

test('more changes than may be listed make everybody ask', async () => {
  const owner = await person(fixture.stores)
  const chat = await group(fixture.stores, [owner])
  const count = limits.resumeObjectsPerChat + 1
  await fixture.stores.messages.post(Array.from({ length: count }, () => draft(chat.id, owner)))
  const { reconciler, sockets, events, until } = start()
  sockets.follow(owner, chat.id, 1)
  reconciler.found(chat.id, count + 1)
  await until(1)
  expect(events()).toEqual([`chat_updated ${count + 1}`])
})

test('R3: the sweep finds what no doubt told of: versions, memberships and sessions', async () => {
  const [owner, friend, former] = (await people(fixture.stores, 3)) as [Id, Id, Id]
  const [behind, unfollowed, left] = [
    await group(fixture.stores, [owner]),
    await group(fixture.stores, [owner, friend]),
    await group(fixture.stores, [owner, former]),
  ]
  await post(behind.id, owner)
  await fixture.storage.transaction((stores) => stores.members.remove(left.id, former, at(3)))
  const { sockets, hears } = start({ step: 20 })
  sockets.follow(owner, behind.id, 1)
  sockets.follow(owner, unfollowed.id, 1)
  sockets.follow(owner, left.id, 2)
  sockets.follow(former, left.id, 2)
  sockets.chats.set(friend, new Map())
  sockets.live.push({ sessionId: randomUUID(), userId: friend })
  await hears(
    expect.objectContaining({
      event: expect.objectContaining({ type: 'message_created', chat_id: behind.id }),
    }),
  )
  await hears(
    expect.objectContaining({
      attach: [friend],
      event: expect.objectContaining({ type: 'member_added', chat_id: unfollowed.id }),
    }),
  )
  await hears(
    expect.objectContaining({
      detach: [former],
      event: expect.objectContaining({ type: 'member_removed', chat_id: left.id }),
    }),
  )
  await hears({
    audience: { kind: 'users', user_ids: [friend] },
    event: { type: 'session_revoked', session_id: sockets.live[0]?.sessionId },
  })
})
