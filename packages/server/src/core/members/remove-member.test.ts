// Who takes whom out of a group, and what becomes of a group that is left, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn, groupOf } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import { listMembers } from './list-members.ts'
import { removeMember } from './remove-member.ts'
import { updateMember } from './update-member.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const roleOf = async (chatId: string, viewer: Actor, { userId }: Actor) =>
  (await listMembers(server.app.ports, viewer, chatId, {})).items.find(({ user_id }) => user_id === userId)
    ?.role

test('C2: admins remove members and no other admin, the owner removes anyone', async () => {
  const { ports } = server.app
  const [owner, admin, peer, member] = await actorsIn(server, 'owner', 'admin', 'peer', 'member')
  const chatId = await groupOf(server, owner, admin, peer, member)
  for (const { userId } of [admin, peer]) await updateMember(ports, owner, chatId, userId, 'admin')
  const forbidden = { code: 'forbidden' }
  for (const { userId } of [peer, owner]) {
    await expect(removeMember(ports, admin, chatId, userId)).rejects.toMatchObject(forbidden)
    await expect(removeMember(ports, member, chatId, userId)).rejects.toMatchObject(forbidden)
  }
  await removeMember(ports, admin, chatId, member.userId)
  await removeMember(ports, owner, chatId, admin.userId)
  await removeMember(ports, owner, chatId, peer.userId)
  const { items } = await listMembers(ports, owner, chatId, {})
  expect(items.map(({ user_id, role }) => [user_id, role])).toEqual([[owner.userId, 'owner']])
})

test('C3: an owner who leaves hands over to the admin, else the member, who joined first', async () => {
  const { ports } = server.app
  const [ada, first, second, third] = await actorsIn(server, 'ada', 'first', 'second', 'third')
  const chatId = await groupOf(server, ada, first, second, third)
  for (const { userId } of [third, second]) await updateMember(ports, ada, chatId, userId, 'admin')
  await removeMember(ports, ada, chatId, ada.userId)
  expect(await roleOf(chatId, first, second)).toBe('owner')
  await updateMember(ports, second, chatId, third.userId, 'member')
  await removeMember(ports, second, chatId, second.userId)
  expect(await roleOf(chatId, third, first)).toBe('owner')
  expect(await roleOf(chatId, third, third)).toBe('member')
})

test('C3: the last one out deletes the group', async () => {
  const { ports } = server.app
  const [solo, guest] = await actorsIn(server, 'solo', 'guest')
  const chatId = await groupOf(server, solo, guest)
  await removeMember(ports, solo, chatId, solo.userId)
  const { chats } = ports.storage.stores
  expect(await chats.find(chatId)).toMatchObject({ member_count: 1 })
  await removeMember(ports, guest, chatId, guest.userId)
  expect(await chats.find(chatId)).toBeNull()
})

test('R2: who is out already may be taken out again; who never was in does not exist', async () => {
  const { ports } = server.app
  const [owner, former, stranger] = await actorsIn(server, 'landlord', 'former', 'outsider')
  const chatId = await groupOf(server, owner, former)
  await removeMember(ports, owner, chatId, former.userId)
  for (const actor of [owner, former]) {
    await expect(removeMember(ports, actor, chatId, former.userId)).resolves.toBeUndefined()
  }
  const unknown = { code: 'not_found' }
  await expect(removeMember(ports, owner, chatId, stranger.userId)).rejects.toMatchObject(unknown)
  await expect(removeMember(ports, stranger, chatId, stranger.userId)).rejects.toMatchObject(unknown)
  await expect(removeMember(ports, stranger, chatId, former.userId)).rejects.toMatchObject(unknown)
  await expect(removeMember(ports, former, chatId, owner.userId)).rejects.toMatchObject(unknown)
  await removeMember(ports, owner, chatId, owner.userId)
  await expect(removeMember(ports, owner, chatId, owner.userId)).resolves.toBeUndefined()
})
