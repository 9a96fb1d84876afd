// C9: the history of which groups is for everybody who is logged in.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGroup } from '../../packages/server/src/core/chats/create-group.ts'
import { listReadable, listVisible } from '../../packages/server/src/core/messages/list-visible.ts'
import { sendMessage } from '../../packages/server/src/core/messages/send-message.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { Stage } from './stage.ts'

let server: TestServer
let stage: Stage
beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

test.each([
  ['public', 'admins', true],
  ['public', 'everyone', false],
  ['private', 'admins', false],
  ['private', 'everyone', false],
] as const)(
  'C9: a %s group in which %s post is read by strangers: %s',
  async (visibility, posting, isRead) => {
    const { ports } = server.app
    const people = [await stage.people.arrive('owner'), await stage.people.arrive('stranger')]
    const [owner, stranger] = people.map(({ id, sessionId }) => ({ userId: id, sessionId }))
    if (owner === undefined || stranger === undefined) throw new Error('Nobody has come')
    const { chat } = await createGroup(ports, owner, { title: 'x', member_ids: [], visibility, posting })
    await sendMessage(ports, owner, { chat_id: chat.id, text: 'news' })
    const page = { order: 'newest', offset: 0, limit: 1 } as const
    expect(await listReadable(ports, owner, chat.id, page)).toHaveLength(1)
    const read = listReadable(ports, stranger, chat.id, page)
    if (isRead) expect(await read).toHaveLength(1)
    else await expect(read).rejects.toMatchObject({ code: 'not_found' })
    // Doors that ask for members show it to members.
    await expect(listVisible(ports, stranger, chat.id, page)).rejects.toMatchObject({ code: 'not_found' })
  },
)
