// What a send does to what people have read, on the real server.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorsIn, groupOf } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import { getChat } from '../chats/get-chat.ts'
import { sendMessage } from './send-message.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('U2: what one sent is not unread to oneself, and writing reads nothing of the others', async () => {
  const { ports } = server.app
  const [ada, ben] = await actorsIn(server, 'ada', 'ben')
  const chatId = await groupOf(server, ada, ben)
  const say = (actor: Actor, text: string) => sendMessage(ports, actor, { chat_id: chatId, text })
  const place = async (actor: Actor) => {
    const { read_seq, unread_count } = (await getChat(ports, actor, chatId)).chat
    return { read_seq, unread_count }
  }
  await say(ada, 'one')
  expect(await place(ada)).toEqual({ read_seq: 0, unread_count: 0 })
  await say(ben, 'two')
  await say(ben, 'three')
  await say(ada, 'four')
  expect(await place(ada)).toEqual({ read_seq: 0, unread_count: 2 })
  expect(await place(ben)).toEqual({ read_seq: 0, unread_count: 2 })
})

test('M6: a send that is refused does not affect those that are written with it', async () => {
  const { ports } = server.app
  const [cleo, stranger] = await actorsIn(server, 'cleo', 'stranger')
  const chatId = await groupOf(server, cleo)
  const actors = [cleo, stranger, cleo, stranger, cleo]
  const sends = actors.map((actor, index) =>
    sendMessage(ports, actor, { chat_id: chatId, text: `send ${index}` }),
  )
  const outcomes = await Promise.allSettled(sends)
  expect(
    outcomes.map((one) => (one.status === 'fulfilled' ? one.value.message.seq : one.reason.code)),
  ).toEqual([1, 'not_found', 2, 'not_found', 3])
})
