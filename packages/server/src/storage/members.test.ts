// Membership: who is in, who comes back, who inherits.
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleMember } from '../../../protocol/test/samples.ts'
import type { Stores } from '../core/ports.ts'
import { at, changes, type Fixture, group, people, send, storageFixture } from './test/fixture.ts'

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

describe('a member', () => {
  test('C7: who joins has read all that was there', async () => {
    const [owner, newcomer] = await two()
    const chat = await group(stores, [owner])
    await send(stores, chat.id, owner)
    const member = await change.add(chat.id, newcomer, at(5), 'admin')
    const joined = { joined_at: at(5).toISOString(), joined_seq: 1, read_seq: 1, version: 3 }
    expect(member).toEqual(sampleMember({ chat_id: chat.id, user_id: newcomer, role: 'admin', ...joined }))
    expect(await stores.members.find(chat.id, newcomer)).toEqual(member)
    expect(await stores.chats.find(chat.id)).toMatchObject({ member_count: 2, version: 3 })
  })

  test('who left is not found, and starts anew when back, with a cursor that did not fall', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    await stores.chats.updatePreferences(
      chat.id,
      other,
      { pinned: true, archived: true, mutedUntil: at(9) },
      at(1),
    )
    const left = await change.remove(chat.id, other, at(5))
    expect(left).toMatchObject({ left_at: at(5).toISOString(), version: 2 })
    expect(await stores.members.find(chat.id, other)).toBeNull()
    await send(stores, chat.id, owner)
    const back = await change.add(chat.id, other, at(8))
    const again = { joined_at: at(8).toISOString(), joined_seq: 1, read_seq: 1, version: 4 }
    expect(back).toEqual(sampleMember({ chat_id: chat.id, user_id: other, ...again }))
    const view = await stores.chats.view(chat.id, other)
    expect(view).toMatchObject({ pinned: false, archived: false, muted_until: null, unread_count: 0 })
  })

  test('who is in cannot be added over their role', async () => {
    const [owner] = await two()
    const chat = await group(stores, [owner])
    await expect(change.add(chat.id, owner, at(5))).rejects.toThrow('not as the caller believes')
    expect(await stores.members.find(chat.id, owner)).toMatchObject({ role: 'owner', version: 1 })
  })

  test('who is not in cannot be changed or removed', async () => {
    const [owner, stranger] = await two()
    const chat = await group(stores, [owner])
    await expect(stores.members.setRole(chat.id, stranger, 'admin')).rejects.toThrow()
    await expect(stores.members.remove(chat.id, stranger, at(1))).rejects.toThrow()
    // No version without something that is written with it.
    expect(await stores.chats.find(chat.id)).toEqual(chat)
  })

  test('gets a role with the next version of the chat', async () => {
    const [owner, other] = await two()
    const chat = await group(stores, [owner, other])
    expect(await stores.members.setRole(chat.id, other, 'admin')).toMatchObject({
      member: { role: 'admin', version: 2 },
      chat: { ...chat, version: 2 },
    })
  })
})

describe('the members of a chat', () => {
  test('are paged in the order they joined, without those who left', async () => {
    const ids = await people(stores, 7)
    const chat = await group(stores, ids.slice(0, 3))
    const [, second, , ...later] = ids
    for (const [index, userId] of later.toReversed().entries())
      await change.add(chat.id, userId, at(10 + index))
    await change.remove(chat.id, second as Id, at(50))
    const expected = [
      ...ids
        .slice(0, 3)
        .filter((id) => id !== second)
        .toSorted(),
      ...later.toReversed(),
    ]
    const seen: Id[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await stores.members.list(chat.id, {
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map((member) => member.user_id))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(expected)
    expect((await stores.members.ids(chat.id)).toSorted()).toEqual(expected.toSorted())
  })

  test('refuse a cursor that was tampered with', async () => {
    const ids = await people(stores, 3)
    const chat = await group(stores, ids)
    const { next_cursor } = await stores.members.list(chat.id, { limit: 1 })
    const cursor = `${next_cursor?.slice(0, -4)}AAAA`
    await expect(stores.members.list(chat.id, { limit: 1, cursor })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })

  test('C3: leave the group to the first admin, else to the first member', async () => {
    const [owner, member, admin, laterAdmin] = (await people(stores, 4)) as [Id, Id, Id, Id]
    const chat = await group(stores, [owner])
    expect(await stores.members.heir(chat.id, owner)).toBeNull()
    await change.add(chat.id, member, at(1))
    expect(await stores.members.heir(chat.id, owner)).toBe(member)
    await change.add(chat.id, admin, at(2), 'admin')
    await change.add(chat.id, laterAdmin, at(3), 'admin')
    expect(await stores.members.heir(chat.id, owner)).toBe(admin)
    await change.remove(chat.id, admin, at(4))
    expect(await stores.members.heir(chat.id, owner)).toBe(laterAdmin)
  })
})

describe('acquaintance', () => {
  test('is a chat that both are in and that was not deleted', async () => {
    const [self, friend, former, stranger, deleted] = (await people(stores, 5)) as [Id, Id, Id, Id, Id]
    await group(stores, [self, friend])
    const chat = await group(stores, [self, former])
    await change.remove(chat.id, former, at(1))
    const gone = await group(stores, [self, deleted])
    await stores.chats.update(gone.id, { deletedAt: at(1) })
    const asked = [self, friend, former, stranger, deleted, uuidv7()]
    expect((await stores.members.acquainted(self, asked)).toSorted()).toEqual([self, friend].toSorted())
    expect(await stores.members.acquainted(stranger, asked)).toEqual([])
  })
})
