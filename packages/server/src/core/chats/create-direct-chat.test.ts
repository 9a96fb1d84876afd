// The one direct chat of two people, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { addMembers } from '../members/add-members.ts'
import { listMembers } from '../members/list-members.ts'
import { removeMember } from '../members/remove-member.ts'
import { updateMember } from '../members/update-member.ts'
import { createDirectChat } from './create-direct-chat.ts'
import { listChats } from './list-chats.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('C1: two people have one direct chat, whoever asks first, how often, and at the same moment', async () => {
  const { ports } = server.app
  const [ada, ben] = await actorsIn(server, 'ada', 'ben')
  const asked = Array.from({ length: 6 }, (_, index) =>
    index % 2 === 0 ? createDirectChat(ports, ada, ben.userId) : createDirectChat(ports, ben, ada.userId),
  )
  const answers = await Promise.all(asked)
  answers.push(await createDirectChat(ports, ben, ada.userId))
  expect(answers.filter(({ created }) => created)).toHaveLength(1)
  expect(new Set(answers.map(({ chat }) => chat.id)).size).toBe(1)
  for (const actor of [ada, ben]) expect((await listChats(ports, actor, {})).items).toHaveLength(1)
})

test('C1: with oneself it is one too, with one person in it', async () => {
  const { ports } = server.app
  const [cleo] = await actorsIn(server, 'cleo')
  const [first, second] = [
    await createDirectChat(ports, cleo, cleo.userId),
    await createDirectChat(ports, cleo, cleo.userId),
  ]
  expect([first.created, second.created, second.chat.id]).toEqual([true, false, first.chat.id])
  expect(first.chat).toMatchObject({ kind: 'direct', direct_user_ids: [cleo.userId], member_count: 1 })
})

test('C1: it has no roles, and nobody joins or leaves it', async () => {
  const { ports } = server.app
  const [dora, emil, fay] = await actorsIn(server, 'dora', 'emil', 'fay')
  const { chat } = await createDirectChat(ports, dora, emil.userId)
  const refused = { code: 'direct_chat' }
  for (const actor of [dora, emil]) {
    await expect(addMembers(ports, actor, chat.id, [fay.userId])).rejects.toMatchObject(refused)
    await expect(updateMember(ports, actor, chat.id, emil.userId, 'admin')).rejects.toMatchObject(refused)
    await expect(removeMember(ports, actor, chat.id, dora.userId)).rejects.toMatchObject(refused)
  }
  const { items } = await listMembers(ports, dora, chat.id, {})
  expect(items.map(({ role, left_at }) => [role, left_at])).toEqual([
    ['member', null],
    ['member', null],
  ])
})
