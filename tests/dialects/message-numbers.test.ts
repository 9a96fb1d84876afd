// D7: messages as integers that clients can keep in 32 bits, by calls and frames alike; and nothing of them where nobody uses them.
import { Parley, type ParleyClient } from '@parley/client'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SocketClient } from '../../packages/server/src/dialects/kit/test/socket-client.ts'
import { createPool } from '../../packages/server/src/storage/postgres.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { Line, password } from './speaker.ts'
import * as makers from './speakers.ts'

interface NumberedMessage {
  readonly id: number
  readonly text: string
  readonly is_read: boolean
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }

let server: TestServer
let pool: pg.Pool

beforeEach(async () => {
  server = await startTestServer()
  pool = createPool(server.settings.database, { max: 1, log: silent })
})
afterEach(async () => {
  await pool?.end()
  await server?.stop()
})

const blocksMade = async (): Promise<number> =>
  (await pool.query<{ count: number }>('SELECT count(*)::integer AS count FROM message_number_blocks'))
    .rows[0]?.count ?? Number.NaN

async function logIn(username: string): Promise<Line> {
  const line = new Line(server, 'chat-application')
  await line.call('POST', '/api/v1/users/', { username, password })
  const credentials = new URLSearchParams({ username, password })
  const { access_token } = (await line.call('POST', '/api/v1/users/token', credentials)) as {
    access_token: string
  }
  line.token = access_token
  return line
}

const statusOf = async (line: Line, path: string): Promise<number> => {
  const response = await fetch(line.base + path, { headers: { authorization: `Bearer ${line.token}` } })
  return response.status
}

/** Two people of the contract, their chat, and the socket of the second. */
async function pair(): Promise<{ ann: Line; bob: Line; chat: number; socket: SocketClient }> {
  const [ann, bob] = [await logIn('ann_one'), await logIn('bob_two')]
  const { number } = await bob.person('bob_two')
  const { id } = (await ann.call('POST', '/api/v1/chats/', { user_id: number })) as { id: number }
  const socket = bob.connect(`/api/v1/ws/${number}`)
  await socket.opened
  return { ann, bob, chat: id, socket }
}

test('D7: the first message is 1, the next ones rise, and calls and frames name them alike, also after a restart', async () => {
  const { ann, bob, chat, socket } = await pair()
  const post = (text: string) =>
    ann.call('POST', '/api/v1/messages/', { chat_id: chat, text }) as Promise<NumberedMessage>
  const sent = [await post('one'), await post('two'), await post('three')]
  expect(sent.map(({ id }) => id)).toEqual([1, 2, 3])
  for (const { id, text } of sent) expect(await socket.next({ type: 'message', text })).toMatchObject({ id })
  const history = () => bob.call('GET', `/api/v1/chats/${chat}/history`) as Promise<NumberedMessage[]>
  expect((await history()).map(({ id }) => id)).toEqual([1, 2, 3])
  expect(await bob.call('GET', '/api/v1/chats/')).toMatchObject([{ last_message: { id: 3 } }])
  await bob.call('PUT', '/api/v1/messages/2/read')
  await socket.next({ type: 'read_receipt', message_id: 1 })
  await socket.next({ type: 'read_receipt', message_id: 2 })
  await socket.send({ type: 'read_receipt', message_id: 3 })
  await socket.next({ type: 'read_receipt', message_id: 3 })
  await bob.close()
  await server.restart()
  expect((await history()).map(({ id, is_read }) => [id, is_read])).toEqual([
    [1, true],
    [2, true],
    [3, true],
  ])
  for (const { id, text } of sent)
    expect(await ann.call('GET', `/api/v1/messages/${id}`)).toMatchObject({ id, text })
  expect((await post('four')).id).toBe(4)
})

test('D7: numbers rise across blocks, and beside another chat that takes numbers meanwhile', async () => {
  const { ann, chat, socket } = await pair()
  const group = (await ann.call('POST', '/api/v1/chats/groups/', { name: 'Other' })) as { id: number }
  const chatId = (await server.app.ports.storage.stores.chatFacts.byNumbers([chat]))[0]?.id ?? ''
  const annId = (await ann.person('ann_one')).id
  const ids: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    const say = (to: number) =>
      ann.call('POST', '/api/v1/messages/', { chat_id: to, text: `turn ${turn}` }) as Promise<NumberedMessage>
    ids.push((await say(chat)).id, (await say(group.id)).id)
    // What others send does not come through this contract.
    await server.app.ports.storage.stores.messages.post(
      Array.from({ length: 200 }, (_, index) => ({
        id: server.app.ports.ids.next(),
        chatId,
        senderId: annId,
        text: `filler ${index}`,
        fileIds: [],
        replyToId: null,
        createdAt: new Date(),
      })),
    )
  }
  const [first = 0, , second = 0, , third = 0] = ids
  expect([first < second, second < third, new Set(ids).size]).toEqual([true, true, 6])
  expect((await socket.next({ type: 'message', id: third })).text).toBe('turn 2')
  expect(await ann.call('GET', `/api/v1/messages/${third}`)).toMatchObject({ text: 'turn 2' })
  expect(await ann.call('GET', `/api/v1/messages/${third - 1}`)).toMatchObject({ text: 'filler 199' })
  await socket.close()
})

test('D7: an integer of no message, and of the former form, is not found', async () => {
  const { ann, bob, chat, socket } = await pair()
  await ann.call('POST', '/api/v1/messages/', { chat_id: chat, text: 'one' })
  for (const number of [2, 256, 257, 2 ** 31 - 1, 2 ** 31, chat * 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
    expect([number, await statusOf(ann, `/api/v1/messages/${number}`)]).toEqual([number, 404])
    const heard = socket.frames.length
    await socket.send({ type: 'read_receipt', message_id: number })
    expect(await socket.next({ type: 'error' }, heard)).toEqual({ type: 'error', detail: 'Not Found' })
  }
  await bob.close()
})

test('D7: where nobody uses a contract with integers for messages, none is given', async () => {
  const { chatApplication, chatBackend, ...others } = makers
  const client: ParleyClient = await Parley.register(
    { url: server.url },
    { username: 'clara', name: 'Clara', password: 'a long enough passphrase' },
  )
  const speakers = await Promise.all(Object.values(others).map((make) => make(server)))
  const memberIds = speakers.map(({ userId }) => userId)
  const { id } = await client.chats.createGroup({ title: 'Together', memberIds })
  await Promise.all(speakers.map((speaker) => speaker.join(id)))
  for (const speaker of speakers) {
    const text = `from ${speaker.dialect}`
    await speaker.say(text)
    await Promise.all(speakers.map((each) => each.hears(text)))
    for (const reader of speakers.filter((each) => each !== speaker)) await reader.reads(text)
    expect(await speaker.history()).toContain(text)
  }
  expect(speakers).toHaveLength(3)
  expect(await blocksMade()).toBe(0)
  for (const make of [chatApplication, chatBackend]) {
    const { id: group } = await client.chats.createGroup({ title: make.name, memberIds: [] })
    await client.chats.handle(group).send('one')
    const before = await blocksMade()
    const reader = await make(server)
    await client.call('addMembers', { params: { chat_id: group }, body: { user_ids: [reader.userId] } })
    await reader.join(group)
    expect(await reader.history()).toEqual(['one'])
    expect([make.name, await blocksMade()]).toEqual([make.name, before + 1])
    await reader.close()
  }
  await Promise.all(speakers.map((speaker) => speaker.close()))
  await client.close()
})
