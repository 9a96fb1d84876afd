// Groups and their ids, on the real server.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createDirectChat } from './create-direct-chat.ts'
import { createGroup } from './create-group.ts'
import { deleteChat } from './delete-chat.ts'
import { listChats } from './list-chats.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('C8 R2: the same id again gives the group that is there, also at the same moment', async () => {
  const { ports } = server.app
  const [ada, ben] = await actorsIn(server, 'ada', 'ben')
  const group = { id: randomUUID(), title: 'Lunch', member_ids: [ben.userId] }
  const answers = await Promise.all(Array.from({ length: 5 }, () => createGroup(ports, ada, group)))
  answers.push(await createGroup(ports, ada, { ...group, title: 'Other' }))
  expect(answers.filter(({ created }) => created)).toHaveLength(1)
  for (const { chat } of answers)
    expect(chat).toMatchObject({ id: group.id, title: 'Lunch', member_count: 2 })
  expect((await listChats(ports, ben, {})).items).toHaveLength(1)
})

test("C8: an id of somebody else's chat, of another kind of chat or of a deleted one is taken", async () => {
  const { ports } = server.app
  const [cleo, dora] = await actorsIn(server, 'cleo', 'dora')
  const group = { id: randomUUID(), title: 'Lunch', member_ids: [] }
  await createGroup(ports, cleo, group)
  const { chat: direct } = await createDirectChat(ports, cleo, dora.userId)
  const taken = { code: 'id_taken' }
  await expect(createGroup(ports, dora, group)).rejects.toMatchObject(taken)
  await expect(createGroup(ports, cleo, { ...group, id: direct.id })).rejects.toMatchObject(taken)
  await deleteChat(ports, cleo, group.id)
  await expect(createGroup(ports, cleo, group)).rejects.toMatchObject(taken)
})

test('R2: the owner may delete again what is deleted; nobody else learns of it', async () => {
  const { ports } = server.app
  const [emil, fay] = await actorsIn(server, 'emil', 'fay')
  const { chat } = await createGroup(ports, emil, { title: 'Lunch', member_ids: [fay.userId] })
  // Also when the second one waits for the first.
  await Promise.all([deleteChat(ports, emil, chat.id), deleteChat(ports, emil, chat.id)])
  await expect(deleteChat(ports, emil, chat.id)).resolves.toBeUndefined()
  await expect(deleteChat(ports, fay, chat.id)).rejects.toMatchObject({ code: 'not_found' })
})
