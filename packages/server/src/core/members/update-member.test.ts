// Roles in a group, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn, groupOf } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { listMembers } from './list-members.ts'
import { updateMember } from './update-member.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('C2: a group has one owner at any time, also when it is handed to two people at once', async () => {
  const { ports } = server.app
  const [owner, ben, cleo] = await actorsIn(server, 'owner', 'ben', 'cleo')
  const chatId = await groupOf(server, owner, ben, cleo)
  const handed = await Promise.allSettled(
    [ben, cleo].map(({ userId }) => updateMember(ports, owner, chatId, userId, 'owner')),
  )
  expect(handed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(handed.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'forbidden' } })
  const { items } = await listMembers(ports, owner, chatId, {})
  expect(items.map(({ role }) => role).sort()).toEqual(['admin', 'member', 'owner'])
  expect(items.find(({ user_id }) => user_id === owner.userId)?.role).toBe('admin')
})

test('C2: the owner alone changes roles, and cannot step down without a successor', async () => {
  const { ports } = server.app
  const [ada, admin, member] = await actorsIn(server, 'ada', 'admin', 'member')
  const chatId = await groupOf(server, ada, admin, member)
  await updateMember(ports, ada, chatId, admin.userId, 'admin')
  for (const actor of [admin, member]) {
    const change = updateMember(ports, actor, chatId, member.userId, 'admin')
    await expect(change).rejects.toMatchObject({ code: 'forbidden' })
  }
  await expect(updateMember(ports, ada, chatId, ada.userId, 'admin')).rejects.toMatchObject({
    code: 'forbidden',
  })
  await updateMember(ports, ada, chatId, admin.userId, 'member')
  const { items } = await listMembers(ports, member, chatId, {})
  expect(items.map(({ role }) => role)).toEqual(['owner', 'member', 'member'])
})
