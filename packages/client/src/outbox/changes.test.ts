// Edits, deletions, cursors and files wait as sends do: kept, in order, carried out once, or known to be refused with nothing lost.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId, problem } from '../testing/fake-rest.ts'
import { FakeServer, type Fate } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { OutboxStore, ParleyClient } from '../types.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { outboxLimits } from './outbox-limits.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let store: OutboxStore
const clients: ParleyClient[] = []

const connect = async (): Promise<ParleyClient> => {
  const client = Parley.open({
    ...{ url: server.url, clock, outbox: store, random: () => 0.5, userId: meId },
    credentials: { kind: 'bearer', accessToken: 'token 1' },
  })
  clients.push(client)
  await client.ready()
  await handle(client).loadLatest()
  return client
}
const handle = (client: ParleyClient) => client.chats.handle(chat.id)
const messageId = () => chat.messages[0]?.id ?? expect.fail('no message')
const goOffline = async (client: ParleyClient) => {
  server.cut()
  await until(() => client.connectionState().status === 'waiting')
}
const kept = async () => (await store.all({ origin: server.url, userId: meId })).map(({ kind }) => kind)
const items = (client: ParleyClient) => client.replica.timeline(chat.id).items
const refused = (code: 'forbidden' | 'not_found'): Fate => ({ code, retryable: false })
const untilTimePasses = (condition: () => boolean) =>
  until(() => {
    if (!condition()) clock.advance(100)
    return condition()
  })
const quiet = (promise: Promise<unknown>) => promise.catch(() => undefined)

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  chat.send(meId, 'first')
  server = await FakeServer.start(chat)
  clock = new FakeClock()
  store = memoryOutbox()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
})

describe('K4: an edit', () => {
  it('made offline is kept and shown, outlives the client, and is carried out once', async () => {
    const client = await connect()
    await goOffline(client)
    void quiet(handle(client).edit(messageId(), 'second'))
    expect(items(client)).toMatchObject([
      { state: 'sent', message: { text: 'first' }, change: { kind: 'edit', text: 'second', failed: null } },
    ])
    await client.close()
    expect(await kept()).toEqual(['edit'])
    const later = await connect()
    await until(() => chat.messages[0]?.text === 'second')
    await until(() => later.unsent().length === 0)
    expect(items(later)).toMatchObject([{ message: { text: 'second' } }])
    expect(items(later)[0]).not.toHaveProperty('change')
    expect(server.framesOf('edit_message')).toHaveLength(1)
    expect(await kept()).toEqual([])
  })

  it('resolves with the message, and is done by its event when the answer is lost', async () => {
    const client = await connect()
    await expect(handle(client).edit(messageId(), 'second')).resolves.toMatchObject({ text: 'second' })
    server.fateOf = () => 'lose the ack'
    const edited = handle(client).edit(messageId(), 'third')
    await until(() => chat.messages[0]?.text === 'third')
    const [message] = chat.messages
    if (message === undefined) return expect.fail('no message')
    server.publish({ type: 'message_updated', chat_id: chat.id, version: message.version, message })
    await expect(edited).resolves.toMatchObject({ text: 'third' })
  })

  it('follows the send of its message, and others of the same message in order', async () => {
    const client = await connect()
    await goOffline(client)
    const id = idOf(70)
    const done = [
      handle(client).send('a', { id }),
      handle(client).edit(id, 'b'),
      handle(client).edit(id, 'c'),
      handle(client).send('after'),
    ]
    await comeBack(client, clock)
    await Promise.all(done)
    expect(chat.messages.map(({ text }) => text)).toEqual(['first', 'c', 'after'])
    const order = server.frames.filter(({ type }) => type === 'send_message' || type === 'edit_message')
    expect(order.map((frame) => 'text' in frame && frame.text)).toEqual(['a', 'b', 'c', 'after'])
  })

  it('that is refused keeps its text, and can be tried again or given up', async () => {
    const client = await connect()
    server.fateOf = () => refused('forbidden')
    await expect(handle(client).edit(messageId(), 'second')).rejects.toMatchObject({ code: 'forbidden' })
    const change = { kind: 'edit', text: 'second', failed: { code: 'forbidden' } }
    expect(items(client)).toMatchObject([{ state: 'sent', change }])
    const [entry] = client.unsent()
    if (entry === undefined) return expect.fail('the text is lost')
    server.fateOf = () => 'ack'
    await expect(handle(client).retry(entry.id)).resolves.toMatchObject({ text: 'second' })
    server.fateOf = () => refused('forbidden')
    await quiet(handle(client).edit(messageId(), 'third'))
    await quiet(handle(client).edit(messageId(), 'fourth'))
    expect(client.unsent()).toMatchObject([{ text: 'fourth' }])
    await handle(client).discard(client.unsent()[0]?.id ?? '')
    expect(client.unsent()).toEqual([])
    await until(() => items(client).every((item) => !('change' in item)))
    expect(await kept()).toEqual([])
  })

  it('of a message that could not be sent sends it with the new text', async () => {
    const client = await connect()
    server.fateOf = () => refused('forbidden')
    await quiet(handle(client).send('wrong', { id: idOf(71) }))
    server.fateOf = () => 'ack'
    await handle(client).edit(idOf(71), 'right')
    expect(chat.messages.map(({ text }) => text)).toEqual(['first', 'right'])
  })
})

describe('K4: a deletion', () => {
  it('made offline is carried out later; refused it rejects and is forgotten', async () => {
    const client = await connect()
    server.fateOf = () => refused('not_found')
    await expect(handle(client).delete(messageId())).rejects.toMatchObject({ code: 'not_found' })
    expect(client.unsent()).toEqual([])
    server.fateOf = () => 'ack'
    await goOffline(client)
    const deleted = handle(client).delete(messageId())
    expect(items(client)).toMatchObject([{ change: { kind: 'deletion' } }])
    await comeBack(client, clock)
    await deleted
    expect(chat.messages[0]?.text).toBeNull()
  })
})

describe('K4: a cursor', () => {
  it('set offline outlives the client, and is told once it is back', async () => {
    chat.send(ana, 'read me')
    const client = await connect()
    await goOffline(client)
    handle(client).markRead(2)
    await client.close()
    expect(await kept()).toEqual(['read'])
    const later = await connect()
    await until(() => chat.view(meId).read_seq === 2)
    await until(() => later.unsent().length === 0)
    expect(server.framesOf('read')).toHaveLength(1)
    expect(await kept()).toEqual([])
  })
})

describe('K4: files', () => {
  const file = (text: string) => ({ name: `${text}.txt`, content: new Blob([text]) })

  it('chosen offline are kept, uploaded once in order, and sent with their message', async () => {
    const client = await connect()
    await goOffline(client)
    void quiet(handle(client).send('look', { files: [file('one'), file('two')] }))
    await client.close()
    let cuts = 0
    server.restOverride = (call) => {
      if (!call.endsWith('/files') || server.files.length !== 1) return undefined
      cuts += 1
      return cuts <= 2 ? problem('unavailable') : undefined
    }
    const later = await connect()
    await untilTimePasses(() => chat.messages.length === 2)
    expect(cuts).toBe(3)
    expect(server.files.map((body) => /filename="(\w+)/.exec(body)?.[1])).toEqual(['one', 'two'])
    expect(server.framesOf('send_message')).toMatchObject([
      { text: 'look', file_ids: [idOf(701), idOf(702)] },
    ])
    await until(() => later.unsent().length === 0)
  })

  it('that cannot be uploaded hold up their own chat alone', async () => {
    const second = new ModelChat(idOf(2), ana, [meId])
    server.chats.set(second.id, second)
    const client = await connect()
    server.restOverride = (call) => (call.endsWith('/files') ? problem('unavailable') : undefined)
    void quiet(handle(client).send('', { files: [file('one')] }))
    await until(() => server.calls.some((call) => call.endsWith('/files')))
    await client.chats.handle(second.id).send('not held up')
    expect(second.messages).toHaveLength(1)
  })

  it('that the server forgot meanwhile are uploaded again, once', async () => {
    const client = await connect()
    server.fateOf = () => ({ code: 'invalid_files', retryable: false })
    const sent = handle(client).send('', { files: [file('one')] })
    void quiet(sent)
    await untilTimePasses(() => client.unsent()[0]?.failed?.code === 'invalid_files')
    await expect(sent).rejects.toMatchObject({ code: 'invalid_files' })
    expect(server.files).toHaveLength(2)
    expect(server.framesOf('send_message').map(({ file_ids }) => file_ids)).toEqual([
      [idOf(701)],
      [idOf(702)],
    ])
  })

  it('of more than the outbox may hold are refused at once', async () => {
    const client = await connect()
    const large = (size: number) => ({ name: 'large', content: new Blob([new Uint8Array(size)]) })
    const one = handle(client).send('', { files: [large(outboxLimits.fileBytes + 1)] })
    await expect(one).rejects.toMatchObject({ code: 'file_too_large' })
    const whole = large(outboxLimits.fileBytes)
    const many = handle(client).send('', { files: [whole, whole, whole, whole, whole] })
    await expect(many).rejects.toMatchObject({ name: 'OutboxFullError', code: 'outbox_full' })
    expect(client.unsent()).toEqual([])
  })
})
