// What the store has, and a store that is denied, full or silent: what waits is in memory alone then. It is sent all the same, nothing of it is
// lost while the client lives, and it is known what is lost otherwise.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer, type Fate } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { SharedStore } from '../testing/shared-store.ts'
import { until } from '../testing/until.ts'
import type { OutboxStore, OutgoingMessage, ParleyClient } from '../types.ts'
import { memoryOutbox } from './memory-outbox.ts'

let chat: ModelChat
let server: FakeServer
let clock: FakeClock
const clients: ParleyClient[] = []

const open = (
  outbox: OutboxStore,
  account: { readonly userId?: string } = { userId: meId },
): ParleyClient => {
  const client = Parley.open({
    ...{ url: server.url, clock, outbox, random: () => 0.5, onError: () => undefined, ...account },
    credentials: { kind: 'bearer', accessToken: 'token 1' },
  })
  clients.push(client)
  return client
}
const connect = async (outbox: OutboxStore): Promise<ParleyClient> => {
  const client = open(outbox)
  await client.ready()
  return client
}
const handle = (client: ParleyClient) => client.chats.handle(chat.id)
const goOffline = async (client: ParleyClient): Promise<void> => {
  server.cut()
  await until(() => client.connectionState().status === 'waiting')
}
const unkept = (client: ParleyClient) => client.unkept().map((entry) => 'text' in entry && entry.text)
const stored = () => chat.messages.map(({ text }) => text)
const quiet = (promise: Promise<unknown>) => void promise.catch(() => undefined)
const later = (): Fate => ({ code: 'unavailable', retryable: true })
const letTimePassUntil = (condition: () => boolean): Promise<void> =>
  until(() => {
    if (!condition()) clock.advance(100)
    return condition()
  })
const whileTimePasses = async <T>(promise: Promise<T>): Promise<T> => {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  await letTimePassUntil(() => isSettled)
  return promise
}
const refuse = () => Promise.reject(new Error('refused'))

beforeEach(async () => {
  chat = new ModelChat(idOf(1), idOf(11), [meId])
  server = await FakeServer.start(chat)
  clock = new FakeClock()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
})

describe('K11: what is lost with the client', () => {
  it.each<[string, OutboxStore]>([
    ['denied', { all: refuse, put: refuse, delete: refuse }],
    ['full', { ...memoryOutbox(), put: refuse }],
    ['silent', { ...memoryOutbox(), put: () => new Promise(() => undefined) }],
  ])('is known where the store is %s, and told, until it is sent', async (_, store) => {
    const client = await connect(store)
    expect(client.unkept()).toEqual([])
    server.fateOf = later
    const counts = new Set<number>()
    client.replica.subscribe(() => counts.add(client.unkept().length))
    const sent = Promise.all([handle(client).send('one'), handle(client).send('two')])
    await letTimePassUntil(() => counts.has(2))
    expect(unkept(client)).toEqual(['one', 'two'])
    counts.clear()
    server.fateOf = () => 'ack'
    await whileTimePasses(sent)
    expect(stored()).toEqual(['one', 'two'])
    await until(() => counts.has(0))
    expect(client.unkept()).toEqual([])
  })

  it('is nothing while the store keeps all, and nothing that was given up', async () => {
    let isFull = false
    const store = new SharedStore()
    const mine = store.user()
    const client = await connect({ ...mine, put: (entry) => (isFull ? refuse() : mine.put(entry)) })
    await goOffline(client)
    quiet(handle(client).send('kept'))
    await until(() => store.entries.size === 1)
    isFull = true
    quiet(handle(client).send('not kept', { id: idOf(71) }))
    await until(() => client.unkept().length > 0)
    expect(unkept(client)).toEqual(['not kept'])
    await handle(client).discard(idOf(71))
    expect(client.unkept()).toEqual([])
  })
})

describe('K4 K11: what the store could not keep', () => {
  it('is not taken for what another tab removed, however long it waits', async () => {
    const client = await connect({ ...memoryOutbox(), put: refuse })
    await goOffline(client)
    const sent = handle(client).send('hello')
    await until(() => client.unkept().length === 1)
    server.fateOf = later
    await comeBack(client, clock)
    await letTimePassUntil(() => server.framesOf('send_message').length === 4)
    expect(unkept(client)).toEqual(['hello'])
    server.fateOf = () => 'ack'
    await whileTimePasses(sent)
    expect(stored()).toEqual(['hello'])
  })

  it('is kept as soon as the store has room, and not replaced by what that has meanwhile', async () => {
    const store = new SharedStore()
    let isFull = false
    const mine = store.user()
    const other = store.user()
    const client = await connect({ ...mine, put: (entry) => (isFull ? refuse() : mine.put(entry)) })
    server.fateOf = () => ({ code: 'posting_restricted', retryable: false })
    await expect(handle(client).send('former', { id: idOf(71) })).rejects.toMatchObject({
      code: 'posting_restricted',
    })
    await until(() => store.entries.get(idOf(71))?.failed != null)
    await goOffline(client)
    isFull = true
    quiet(handle(client).edit(idOf(71), 'latter'))
    await until(() => client.unkept().length === 1)
    const elsewhere: OutgoingMessage = {
      ...{ kind: 'message', id: idOf(72), chatId: chat.id, senderId: meId, text: 'elsewhere' },
      ...{ replyToId: null, createdAt: clock.now() + 10, failed: null },
    }
    await other.put(elsewhere)
    await until(() => client.unsent().length === 2)
    expect(unkept(client)).toEqual(['latter'])
    expect(store.entries.get(idOf(71))).toMatchObject({ text: 'former' })
    isFull = false
    await other.put({ ...elsewhere, createdAt: clock.now() + 20 })
    await until(() => client.unkept().length === 0)
    expect(store.entries.get(idOf(71))).toMatchObject({ text: 'latter', failed: null })
  })
})

describe('K4: whether an entry is kept', () => {
  const [id, none] = [idOf(81), idOf(82)]
  const refusing = (puts: () => Promise<void>): OutboxStore => ({ ...memoryOutbox(), put: puts })
  beforeEach(() => {
    server.fateOf = () => 'lose the ack'
  })

  it('is told when the store has it, and no more when it is done', async () => {
    const store = memoryOutbox()
    const client = await connect(store)
    const sent = handle(client).send('hello', { id })
    expect(await client.kept(id)).toBe(true)
    expect(await store.all({ origin: server.url, userId: meId })).toMatchObject([{ id }])
    expect(await client.kept(none)).toBe(false)
    await until(() => stored().length === 1)
    server.fateOf = () => 'ack'
    server.cut()
    await whileTimePasses(sent)
    expect(await client.kept(id)).toBe(false)
  })

  it('is not so in a store that takes nothing, until it does', async () => {
    let isFull = true
    const store = refusing(() => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()))
    const client = await connect(store)
    server.fateOf = () => ({ code: 'forbidden', retryable: false })
    const sent = handle(client).send('hello', { id })
    expect(await client.kept(id)).toBe(false)
    await expect(sent).rejects.toMatchObject({ code: 'forbidden' })
    expect(await client.kept(id)).toBe(false)
    isFull = false
    server.fateOf = () => 'lose the ack'
    void handle(client)
      .retry(id)
      .catch(() => undefined)
    expect(await client.kept(id)).toBe(true)
  })

  it('is not so in a store that never answers', async () => {
    const client = await connect(refusing(() => new Promise(() => undefined)))
    void handle(client)
      .send('hello', { id })
      .catch(() => undefined)
    expect(await whileTimePasses(client.kept(id))).toBe(false)
  })

  it('is not so before it is known whose it is', async () => {
    const client = open(memoryOutbox(), {})
    const sent = handle(client).send('hello', { id })
    expect(await client.kept(id)).toBe(false)
    await until(() => stored().length === 1)
    expect(await client.kept(id)).toBe(true)
    server.fateOf = () => 'ack'
    server.cut()
    await whileTimePasses(sent)
  })
})
