// What a new member finds in a group, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn, groupOf } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { getChat } from '../chats/get-chat.ts'
import { listMessages } from '../messages/list-messages.ts'
import { sendMessage } from '../messages/send-message.ts'
import { addMembers } from './add-members.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('C7: a new member sees the whole history and starts with nothing unread', async () => {
  const { ports } = server.app
  const [owner, late] = await actorsIn(server, 'owner', 'late')
  const chatId = await groupOf(server, owner)
  const say = (text: string) => sendMessage(ports, owner, { chat_id: chatId, text })
  await say('one')
  await say('two')
  await addMembers(ports, owner, chatId, [late.userId])
  const { items } = await listMessages(ports, late, chatId, {})
  expect(items.map(({ seq, text }) => [seq, text])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ])
  expect((await getChat(ports, late, chatId)).chat).toMatchObject({
    joined_seq: 2,
    read_seq: 2,
    unread_count: 0,
  })
  await say('three')
  expect((await getChat(ports, late, chatId)).chat).toMatchObject({ read_seq: 2, unread_count: 1 })
})
