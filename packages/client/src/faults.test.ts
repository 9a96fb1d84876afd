// Faults of a program: shown as what they are to whoever waits, or told to the application.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from './parley.ts'
import { comeBack } from './testing/come-back.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { meId } from './testing/fake-rest.ts'
import { FakeServer } from './testing/fake-server.ts'
import { idOf, ModelChat } from './testing/model-chat.ts'
import { until } from './testing/until.ts'
import type { ParleyClient, ParleyOptions, SocketClass } from './types.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let client: ParleyClient

const optionsOf = (options: Partial<ParleyOptions> = {}): ParleyOptions => ({
  url: server.url,
  credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
  clock,
  ...options,
})
const connect = async (options?: Partial<ParleyOptions>): Promise<void> => {
  client = await Parley.connect(optionsOf(options))
}
const status = () => client.connectionState().status

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  server = await FakeServer.start(chat)
  clock = new FakeClock()
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

describe('a fault', () => {
  const fault = new TypeError('x is not a function')
  const fail = () => {
    throw fault
  }

  it('of the class of sockets is what whoever waits for the connection gets', async () => {
    client = Parley.open(optionsOf({ webSocket: fail as unknown as SocketClass }))
    await expect(client.ready()).rejects.toThrow(TypeError)
    expect(client.connectionState()).toMatchObject({ status: 'closed', reason: 'failed' })
    await expect(client.chats.handle(chat.id).send('hello')).rejects.toMatchObject({
      ...{ name: 'ClosedError', code: 'failed', cause: expect.any(TypeError) },
    })
  })

  it('that nobody waits for is told to the application', async () => {
    const told: unknown[] = []
    const fetch = () => Promise.reject(fault)
    server.token = 'token 2'
    client = Parley.open(optionsOf({ fetch, onError: (error) => told.push(error) }))
    await until(() => status() === 'closed')
    expect(told).toEqual([fault])
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'failed', error: fault })
  })

  it("in the application's listeners disturbs nothing, and is told to it", async () => {
    const told: unknown[] = []
    await connect({ onError: (error) => told.push(error) })
    client.onConnection(fail)
    client.replica.subscribe(fail)
    let heard = 0
    client.replica.subscribe(() => {
      heard += 1
    })
    server.publish(chat.send(ana, 'news'))
    await until(() => heard === 1)
    server.cut()
    await comeBack(client, clock)
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(new Set(told)).toEqual(new Set([fault]))
  })

  it.each(['no url', 'ftp://example.org'])('in the url is thrown at once: %s', (url) => {
    expect(() => Parley.open(optionsOf({ url }))).toThrow(TypeError)
    return expect(Parley.connect(optionsOf({ url }))).rejects.toThrow(TypeError)
  })
})
