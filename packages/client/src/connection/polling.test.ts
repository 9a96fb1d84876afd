// Where no socket gets through: the same client over HTTP alone, and the way back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer, sessionId } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient, SocketClass } from '../types.ts'
import { pollInterval } from './polling-socket.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let client: ParleyClient
let blocked: 'fast' | 'silent' | 'not'
let tries: number

/** A proxy that refuses the upgrade at once, or that lets it hang. */
class Blocked extends EventTarget {
  readyState = 0
  constructor() {
    super()
    if (blocked === 'fast')
      setImmediate(() => this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 })))
  }
  send(): void {}
  close(): void {}
}
const webSocket = new Proxy(WebSocket, {
  construct: (_, [url]: [string]) => {
    tries += 1
    return blocked === 'not' ? new WebSocket(url) : new Blocked()
  },
}) as unknown as SocketClass

const state = () => client.connectionState()
const isPolling = () => {
  const now = state()
  return now.status === 'ready' && now.via === 'polling'
}
const letTimePassUntil = (condition: () => boolean) =>
  until(() => {
    if (!condition()) clock.advance(100)
    return condition()
  })
const connect = async () => {
  client = Parley.open({
    ...{ url: server.url, clock, webSocket, random: () => 0.5 },
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
  })
  await letTimePassUntil(() => state().status === 'ready')
}
const texts = () =>
  client.replica
    .timeline(chat.id)
    .items.map((item) => ('message' in item ? item.message.text : item.entry.text))

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  chat.send(ana, 'here already')
  server = await FakeServer.start(chat)
  clock = new FakeClock()
  blocked = 'fast'
  tries = 0
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

describe('K6: where no socket gets through', () => {
  it.each(['fast', 'silent'] as const)('and fails %s, the client polls and says so', async (how) => {
    blocked = how
    await connect()
    expect(state()).toMatchObject({ status: 'ready', via: 'polling', interval: pollInterval })
    expect(client.me?.id).toBe(meId)
    expect(client.sessionId).toBe(sessionId)
    expect(client.replica.chats()).toEqual([chat.view(meId)])
    expect(tries).toBe(how === 'fast' ? 2 : 1)
  })

  it('it sends, changes, reads and hears over HTTP', async () => {
    await connect()
    const handle = client.chats.handle(chat.id)
    await handle.loadLatest()
    const heard: string[] = []
    const reading = (async () => {
      for await (const event of client.events()) heard.push(event.type)
    })()
    const sent = await handle.send('over HTTP')
    await handle.edit(sent.id, 'changed over HTTP')
    handle.markRead(1)
    await until(() => chat.view(meId).read_seq === 1)
    chat.send(ana, 'from elsewhere')
    clock.advance(pollInterval)
    await until(() => texts().at(-1) === 'from elsewhere')
    expect(texts()).toEqual(['here already', 'changed over HTTP', 'from elsewhere'])
    await handle.delete(sent.id)
    expect(chat.messages[1]?.text).toBeNull()
    const fresh = new ModelChat(idOf(2), ana, [meId])
    server.chats.set(fresh.id, fresh)
    server.chats.delete(chat.id)
    clock.advance(pollInterval)
    await until(() => client.replica.chats().every(({ id }) => id === fresh.id))
    await client.close()
    await reading
    expect(heard).toEqual(['message_updated', 'message_created'])
    expect(server.frames).toEqual([])
  })

  it('it asks once in every interval, and no more', async () => {
    await connect()
    server.calls.length = 0
    for (let count = 1; count <= 3; count += 1) {
      clock.advance(pollInterval)
      await until(() => server.calls.length >= count)
    }
    expect(server.calls).toEqual(Array(3).fill('GET /chats?limit=100'))
  })

  it('it goes back to the socket when one gets through', async () => {
    await connect()
    blocked = 'not'
    await letTimePassUntil(() => !isPolling())
    await letTimePassUntil(() => state().status === 'ready')
    expect(state()).toMatchObject({ via: 'socket' })
    expect(server.framesOf('hello')).toHaveLength(1)
  })

  it('without HTTP either, it waits and tries sockets first again', async () => {
    server.isRestCut = true
    client = Parley.open({
      ...{ url: server.url, clock, webSocket, random: () => 0.5 },
      credentials: { kind: 'bearer', accessToken: 'token 1' },
    })
    await letTimePassUntil(() => tries === 3)
    blocked = 'not'
    await letTimePassUntil(() => state().status === 'ready')
    expect(state()).toMatchObject({ via: 'socket' })
  })
})
