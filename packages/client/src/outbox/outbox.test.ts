// Sends over a real socket that fails in every way: each arrives once, in order, or is known to be refused.
import type { Message } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerPatience } from '../connection/requests.ts'
import { OutboxError } from '../errors.ts'
import { Parley } from '../parley.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer, type Fate } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { SharedStore } from '../testing/shared-store.ts'
import { until } from '../testing/until.ts'
import type { AccountKey, OutboxStore, OutgoingMessage, ParleyClient, SocketClass } from '../types.ts'
import { memoryOutbox } from './memory-outbox.ts'

const [ana, ben] = [idOf(11), idOf(12)]
let chats: ModelChat[]
let server: FakeServer
let clock: FakeClock
let reported: unknown[]
const clients: ParleyClient[] = []

const open = (outbox: OutboxStore = memoryOutbox(), webSocket: SocketClass = WebSocket): ParleyClient => {
  const client = Parley.open({
    ...{ url: server.url, clock, outbox, webSocket, random: () => 0.5 },
    onError: (error) => reported.push(error),
    credentials: { kind: 'bearer', accessToken: 'token 1' },
  })
  clients.push(client)
  return client
}
const connect = async (outbox?: OutboxStore): Promise<ParleyClient> => {
  const client = open(outbox)
  await client.ready()
  return client
}
const [first, second] = [0, 1].map((at) => () => chats[at] ?? expect.fail('no such chat')) as [
  () => ModelChat,
  () => ModelChat,
]
const stored = (chat = first()) => chat.messages.map(({ text }) => text)
const shown = (client: ParleyClient, chat = first()) =>
  client.replica
    .timeline(chat.id)
    .items.map((item) => [item.state, 'message' in item ? item.message.text : item.entry.text])
const handle = (client: ParleyClient, chat = first()) => client.chats.handle(chat.id)
const isWaiting = (client: ParleyClient) => client.connectionState().status === 'waiting'
const letTimePassUntil = async (condition: () => boolean): Promise<void> => {
  await until(() => {
    if (!condition()) clock.advance(100)
    return condition()
  })
}
const whileTimePasses = async <T>(promise: Promise<T>): Promise<T> => {
  let isSettled = false
  void promise.finally(() => {
    isSettled = true
  })
  await letTimePassUntil(() => isSettled)
  return promise
}
const own = (userId = meId): AccountKey => ({ origin: server.url, userId })
const entryOf = (text: string, createdAt: number, senderId = meId): OutgoingMessage => ({
  ...{ kind: 'message', id: idOf(createdAt), chatId: first().id, senderId, text, replyToId: null },
  ...{ createdAt, failed: null },
})

beforeEach(async () => {
  chats = [new ModelChat(idOf(1), ana, [meId]), new ModelChat(idOf(2), ana, [meId])]
  server = await FakeServer.start(...chats)
  clock = new FakeClock()
  reported = []
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
})

describe('a send', () => {
  it('shows at once, is kept, and resolves with the stored message', async () => {
    const store = memoryOutbox()
    const client = await connect(store)
    await handle(client).loadLatest()
    const sent = handle(client).send('hello')
    expect(shown(client)).toEqual([['pending', 'hello']])
    const message = await sent
    expect(message).toEqual(first().messages[0])
    expect(shown(client)).toEqual([['sent', 'hello']])
    await until(() => server.framesOf('send_message').length === 1)
    expect(await store.all(own())).toEqual([])
  })

  it('with the same id is the same send', async () => {
    const client = await connect()
    const [one, two] = await Promise.all([
      handle(client).send('once', { id: idOf(77) }),
      handle(client).send('once', { id: idOf(77) }),
    ])
    expect(one).toBe(two)
    expect(stored()).toEqual(['once'])
  })

  it('resolves by its event when the acknowledgement is lost', async () => {
    const client = await connect()
    server.fateOf = () => 'lose the ack'
    const sent = handle(client).send('hello')
    await until(() => stored().length === 1)
    const [message] = first().messages
    if (message === undefined) return expect.fail('nothing stored')
    server.publish({ type: 'message_created', chat_id: first().id, version: message.version, message })
    expect(await sent).toEqual(message)
  })

  it('that is not answered makes the client reconnect, and is sent again', async () => {
    const client = await connect()
    server.fateOf = () => 'lose the ack'
    const sent = handle(client).send('hello')
    await until(() => stored().length === 1)
    server.fateOf = () => 'ack'
    clock.advance(answerPatience)
    expect(isWaiting(client)).toBe(true)
    await letTimePassUntil(() => client.connectionState().status === 'ready')
    await sent
    expect(stored()).toEqual(['hello'])
  })

  it('that is refused fails, stays on show, and can be tried again or given up', async () => {
    const client = await connect()
    server.fateOf = () => ({ code: 'posting_restricted', retryable: false })
    const sent = handle(client).send('hello', { id: idOf(78) })
    await expect(sent).rejects.toMatchObject({ name: 'ParleyError', code: 'posting_restricted' })
    await expect(handle(client).send('more')).rejects.toMatchObject({ code: 'posting_restricted' })
    expect(shown(client)).toEqual([
      ['failed', 'hello'],
      ['failed', 'more'],
    ])
    server.fateOf = () => 'ack'
    await handle(client).retry(idOf(78))
    expect(stored()).toEqual(['hello'])
    const [item] = client.replica.timeline(first().id).items
    if (item === undefined || !('entry' in item)) return expect.fail('the other send is gone')
    await handle(client).discard(item.entry.id)
    expect(shown(client)).toEqual([])
    await expect(handle(client).retry(item.entry.id)).rejects.toMatchObject({ code: 'discarded' })
  })

  it('waits and goes out again when the server asks to try later, before what follows it', async () => {
    const client = await connect()
    let refusals = 3
    server.fateOf = (): Fate => (refusals-- > 0 ? { code: 'rate_limited', retryable: true } : 'ack')
    const sent = ['one', 'two', 'three'].map((text) => handle(client).send(text))
    await letTimePassUntil(() => stored().length === 3)
    await Promise.all(sent)
    expect(stored()).toEqual(['one', 'two', 'three'])
  })

  it('over a socket that is closing waits for the next one', async () => {
    let isClosing = false
    class ClosingSocket extends WebSocket {
      override get readyState() {
        return isClosing ? WebSocket.CLOSING : super.readyState
      }
    }
    const client = open(memoryOutbox(), ClosingSocket)
    await client.ready()
    isClosing = true
    const sent = handle(client).send('hello')
    await until(() => client.connectionState().status === 'ready' && shown(client).length === 1)
    expect(stored()).toEqual([])
    server.cut()
    await until(() => isWaiting(client))
    isClosing = false
    await whileTimePasses(sent)
    expect(stored()).toEqual(['hello'])
  })

  it('is sent by a store that cannot keep it, too, and the application hears of that', async () => {
    const broken: OutboxStore = {
      ...{ all: () => Promise.reject(new Error('forbidden')), put: () => Promise.reject(new Error('full')) },
      delete: () => Promise.reject(new Error('full')),
    }
    const client = await connect(broken)
    await handle(client).send('hello')
    expect(stored()).toEqual(['hello'])
    await until(() => reported.length === 3)
    expect(reported).toEqual(reported.map(() => expect.any(OutboxError)))
    expect(reported).toMatchObject(['forbidden', 'full', 'full'].map((message) => ({ cause: { message } })))
  })

  it('that cannot be put into words fails as itself, and does not hold up the next', async () => {
    const client = await connect()
    const unsayable = handle(client).send(7n as unknown as string)
    await expect(unsayable).rejects.toThrow(TypeError)
    await handle(client).send('hello')
    expect(stored()).toEqual(['hello'])
    expect(shown(client)).toContainEqual(['failed', 7n])
  })
})

describe('I2 I4: many sends', () => {
  it('arrive once and in order of sending in each chat, whatever happens to the connection', async () => {
    const client = await connect()
    const sent: Promise<Message>[] = []
    let count = 0
    // Every third is stored without an answer; the connection is cut now and then.
    server.fateOf = (): Fate => {
      count += 1
      if (count % 7 === 0) queueMicrotask(() => server.cut())
      if (count % 5 === 0) return { code: 'unavailable', retryable: true }
      return count % 3 === 0 ? 'lose the ack' : 'ack'
    }
    const expected = Array.from({ length: 30 }, (_, number) => `message ${number}`)
    for (const text of expected) sent.push(handle(client).send(text), handle(client, second()).send(text))
    await whileTimePasses(Promise.all(sent))
    expect(stored(first())).toEqual(expected)
    expect(stored(second())).toEqual(expected)
  })

  it('made before the first ready and without a network go out when there is one', async () => {
    const client = open()
    const sent = handle(client).send('early')
    expect(shown(client)).toEqual([['pending', 'early']])
    expect((await sent).sender_id).toBe(meId)
    server.cut()
    await until(() => isWaiting(client))
    const offline = ['one', 'two'].map((text) => handle(client).send(text))
    expect(shown(client)).toEqual([
      ['pending', 'one'],
      ['pending', 'two'],
    ])
    await letTimePassUntil(() => stored().length === 3)
    await Promise.all(offline)
    expect(stored()).toEqual(['early', 'one', 'two'])
  })

  it('left by a former run go out first; those of another account are left alone', async () => {
    const store = memoryOutbox()
    await store.put(entryOf('left second', 6))
    await store.put(entryOf('left first', 5))
    await store.put(entryOf('not mine', 4, ben))
    const client = open(store)
    await handle(client).send('new')
    expect(stored()).toEqual(['left first', 'left second', 'new'])
    await client.close()
    expect((await store.all(own(ben))).map((entry) => 'text' in entry && entry.text)).toEqual(['not mine'])
  })

  it('stay in the store when the client is closed', async () => {
    const store = memoryOutbox()
    const client = await connect(store)
    server.fateOf = () => 'lose the ack'
    const sent = handle(client).send('unacknowledged')
    await until(() => stored().length === 1)
    await client.close()
    await expect(sent).rejects.toMatchObject({ name: 'ClosedError' })
    expect((await store.all(own())).map((entry) => 'text' in entry && entry.text)).toEqual(['unacknowledged'])
    server.fateOf = () => 'ack'
    await connect(store)
    await until(() => server.framesOf('send_message').length === 2)
    expect(stored()).toEqual(['unacknowledged'])
  })
})

describe('several tabs with one store', () => {
  it('send what any of them keeps, one at a time, and all learn of it', async () => {
    const store = new SharedStore()
    const [one, two] = [await connect(store.user()), await connect(store.user())]
    const sent = [handle(one).send('from one'), handle(two).send('from two')]
    await Promise.all(sent)
    expect(stored().toSorted()).toEqual(['from one', 'from two'])
    await until(() => store.entries.size === 0 && !store.turnIsTaken)
    expect(server.framesOf('send_message')).toHaveLength(2)
  })

  it('see each other fail and retry', async () => {
    const store = new SharedStore()
    const [one, two] = [await connect(store.user()), await connect(store.user())]
    server.fateOf = () => ({ code: 'forbidden', retryable: false })
    await expect(handle(one).send('hello', { id: idOf(79) })).rejects.toMatchObject({ code: 'forbidden' })
    await until(() => shown(two)[0]?.[0] === 'failed')
    server.fateOf = () => 'ack'
    await handle(two).retry(idOf(79))
    await until(() => shown(one).every(([state]) => state === 'sent'))
    expect(stored()).toEqual(['hello'])
  })

  it('K4: take no answer to a former attempt for one to the next', async () => {
    const store = new SharedStore()
    const [client, other] = [await connect(store.user()), store.user()]
    let retried: Promise<Message> | undefined
    // While the server refuses it, the other tab has been refused already, and it is tried again.
    const meanwhile = async () => {
      const entry = store.entries.get(idOf(82))
      if (entry?.kind === 'message') await other.put({ ...entry, failed: { code: 'forbidden', detail: '' } })
      for (let turn = 0; turn < 100 && shown(client)[0]?.[0] !== 'failed'; turn += 1) await Promise.resolve()
      retried = handle(client).retry(idOf(82))
    }
    server.fateOf = () => {
      server.fateOf = () => 'ack'
      void meanwhile()
      return { code: 'forbidden', retryable: false }
    }
    await expect(handle(client).send('hello', { id: idOf(82) })).rejects.toMatchObject({ code: 'forbidden' })
    await retried
    expect(stored()).toEqual(['hello'])
    expect(server.framesOf('send_message')).toHaveLength(2)
  })

  it('K10: see why something waits, whoever of them sends it, and try it now for one another', async () => {
    const store = new SharedStore()
    const [one, two] = [await connect(store.user()), await connect(store.user())]
    server.fateOf = () => ({ code: 'unavailable', retryable: true })
    const sent = handle(one).send('hello', { id: idOf(81) })
    await letTimePassUntil(() => two.unsent()[0]?.delay?.code === 'unavailable')
    server.fateOf = () => 'ack'
    // The clock stands: nothing but this ends the pause.
    await handle(two).retry(idOf(81))
    await sent
    expect(stored()).toEqual(['hello'])
  })

  it('see each other discard', async () => {
    const store = new SharedStore()
    const [one, two] = [await connect(store.user()), await connect(store.user())]
    server.fateOf = () => ({ code: 'forbidden', retryable: false })
    await expect(handle(one).send('hello', { id: idOf(80) })).rejects.toMatchObject({ code: 'forbidden' })
    await until(() => shown(two).length === 1)
    await handle(one).discard(idOf(80))
    await letTimePassUntil(() => shown(two).length === 0)
  })

  it('do not wait for one that sleeps with the turn', async () => {
    const store = new SharedStore()
    const asleep = await connect(store.user())
    server.fateOf = () => 'lose the ack'
    store.isHolderAsleep = true
    const unanswered = handle(asleep).send('from the one asleep')
    await until(() => stored().length === 1)
    server.fateOf = () => 'ack'
    const awake = await connect(store.user())
    const sent = handle(awake).send('from the one awake')
    await whileTimePasses(Promise.all([sent, unanswered]))
    expect(stored()).toEqual(['from the one asleep', 'from the one awake'])
  })
})
