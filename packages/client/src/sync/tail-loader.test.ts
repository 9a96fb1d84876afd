// What a client asks for to keep it on the device: how many calls, when, and none without a store.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryReplica } from '../kept/memory-replica.ts'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient, ReplicaStore } from '../types.ts'
import { loadPause, lookPause } from './tail-loader.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
const clients: ParleyClient[] = []

const connect = async (replicaStore: ReplicaStore | undefined) => {
  const client = Parley.open({
    ...{ url: server.url, clock, random: () => 0.5, userId: meId },
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
    ...(replicaStore === undefined ? {} : { replicaStore }),
  })
  clients.push(client)
  await client.ready()
  return client
}
const sayMany = (of: ModelChat, count: number) => {
  for (let said = 1; said <= count; said += 1) of.send(ana, `message ${said}`)
}

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  sayMany(chat, 80)
  server = await FakeServer.start(chat)
  clock = new FakeClock()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
})

describe('K17: messages of chats that nobody looked at', () => {
  const others = 60
  const pages = () => server.calls.filter((call) => call.includes('/messages'))
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += loadPause) {
      clock.advance(loadPause)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  beforeEach(() => {
    for (let number = 0; number < others; number += 1) {
      const other = new ModelChat(idOf(100 + number), ana, [meId])
      sayMany(other, 3)
      server.chats.set(other.id, other)
    }
  })

  it('are loaded of the 50 of the newest activity, each once, and never again', async () => {
    const store = memoryReplica()
    const client = await connect(store)
    await pass(70 * loadPause)
    expect(pages()).toHaveLength(50)
    expect(new Set(pages()).size).toBe(50)
    server.cut()
    await comeBack(client, clock)
    await pass(10 * loadPause)
    expect(pages()).toHaveLength(50)
    await client.close()
    const next = await connect(store)
    await pass(10 * loadPause)
    expect(pages()).toHaveLength(50)
    expect(next.replica.timeline(chat.id).empty).toBe(false)
  })

  it('are loaded of a chat that comes later', async () => {
    server.chats.clear()
    server.chats.set(chat.id, chat)
    const client = await connect(memoryReplica())
    await pass(3 * loadPause)
    expect(pages()).toHaveLength(1)
    const late = new ModelChat(idOf(90), ana, [meId])
    server.chats.set(late.id, late)
    server.publish(late.send(ana, 'hello'))
    await until(() => client.replica.chat(late.id) !== undefined)
    await pass(lookPause + 2 * loadPause)
    expect(pages()).toHaveLength(2)
  })

  it('are not asked for without a store, nor without a connection', async () => {
    const client = await connect(undefined)
    await pass(5 * loadPause)
    expect(pages()).toEqual([])
    await client.close()
    const other = await connect(memoryReplica())
    await pass(3 * loadPause)
    server.cut()
    await until(() => other.connectionState().status === 'waiting')
    const asked = pages().length
    await other.close()
    await pass(5 * loadPause)
    expect(asked).toBeLessThan(10)
    expect(pages()).toHaveLength(asked)
  })
})
