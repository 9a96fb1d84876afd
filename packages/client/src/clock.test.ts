// K7: a device's clock that somebody sets, while messages wait and timers run. Whatever reads the clock stands in the table here.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { timings } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryOutbox } from './outbox/memory-outbox.ts'
import { Parley } from './parley.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { meId } from './testing/fake-rest.ts'
import { FakeServer, type Fate } from './testing/fake-server.ts'
import { idOf, ModelChat } from './testing/model-chat.ts'
import { until } from './testing/until.ts'
import type { OutboxStore, ParleyClient, ParleyOptions } from './types.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let client: ParleyClient
let isDeaf: boolean
let outbox: OutboxStore

/** Hears nothing of a server any more, if it is told so. */
class Socket extends WebSocket {
  override dispatchEvent(event: Event): boolean {
    return event.type === 'message' && isDeaf ? true : super.dispatchEvent(event)
  }
}
const options = (): ParleyOptions => ({
  ...{ url: server.url, clock, random: () => 0.5, webSocket: Socket, userId: meId, outbox },
  credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
})
const handle = () => client.chats.handle(chat.id)
const status = () => client.connectionState().status
const count = (call: string) => server.calls.filter((made) => made === call).length
const stored = () => chat.messages.slice(10).map(({ text }) => text)
/** Resolves with how long the client will wait before the next attempt, in milliseconds. */
const goOffline = async (): Promise<number> => {
  server.cut()
  await until(() => status() === 'waiting')
  const state = client.connectionState()
  return state.status === 'waiting' ? state.retryAt - clock.now() : Number.NaN
}
const comeBackAfter = async (wait: number) => {
  clock.advance(wait)
  await until(() => status() === 'ready')
}

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  for (let seq = 1; seq <= 10; seq += 1) chat.send(ana, `message ${seq}`)
  server = await FakeServer.start(chat)
  clock = new FakeClock()
  isDeaf = false
  outbox = memoryOutbox()
  client = await Parley.connect(options())
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

/** The outbox takes a few turns for that. */
const keptInMemory = () => new Promise((resolve) => setImmediate(resolve))

interface Case {
  readonly what: string
  /** `set` sets the clock. */
  readonly run: (set: () => void) => Promise<void>
}

/** By the file that reads the clock, below `src`. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'chats/chat-handle.ts': [
    {
      what: 'typing is shown again after its time',
      run: async (set) => {
        handle().typing()
        await until(() => server.framesOf('typing').length === 1)
        set()
        clock.advance(timings.typingRepeat)
        handle().typing()
        await until(() => server.framesOf('typing').length === 2)
      },
    },
  ],
  'sync/read-marker.ts': [
    {
      what: 'the cursor moves after its time',
      run: async (set) => {
        handle().markRead(3)
        await until(() => client.replica.chat(chat.id)?.read_seq === 3)
        set()
        handle().markRead(5)
        clock.advance(200)
        await until(() => client.replica.chat(chat.id)?.read_seq === 5)
      },
    },
  ],
  'http/auth.ts': [
    {
      what: 'a token is renewed when the server refuses it, and not again and again',
      run: async (set) => {
        server.token = 'another'
        await client.call('getMe')
        expect(count('POST /auth/refresh')).toBe(1)
        set()
        server.token = 'another'
        await comeBackAfter(await goOffline())
        expect(count('POST /auth/refresh')).toBe(2)
        await comeBackAfter(await goOffline())
        expect(count('POST /auth/refresh')).toBe(2)
      },
    },
  ],
  'outbox/outbox.ts': [
    {
      what: 'messages that wait for a network keep their order, and go with it',
      run: async (set) => {
        const wait = await goOffline()
        const sent = [handle().send('one')]
        set()
        sent.push(handle().send('two'), handle().send('three'))
        await keptInMemory()
        await comeBackAfter(wait)
        await Promise.all(sent)
        expect(stored()).toEqual(['one', 'two', 'three'])
      },
    },
    {
      what: 'messages that a former run left go before those of this one',
      run: async (set) => {
        await goOffline()
        const left = [handle().send('one'), handle().send('two')].map((sent) => sent.catch(() => undefined))
        await keptInMemory()
        await client.close()
        await Promise.all(left)
        set()
        client = Parley.open(options())
        await Promise.all([handle().send('three'), handle().send('four')])
        expect(stored()).toEqual(['one', 'two', 'three', 'four'])
      },
    },
    {
      what: 'messages that the server has put off go after their pause',
      run: async (set) => {
        let fate: Fate = { code: 'rate_limited', retryable: true }
        server.fateOf = () => fate
        const sent = [handle().send('one'), handle().send('two')]
        await until(() => server.framesOf('send_message').length === 1)
        // What follows the refusal on the same socket shows that it came.
        server.publish(chat.rename('refused'))
        await until(() => client.replica.chat(chat.id)?.title === 'refused')
        fate = 'ack'
        set()
        clock.advance(1_000)
        await Promise.all(sent)
        expect(stored()).toEqual(['one', 'two'])
      },
    },
  ],
  'connection/link.ts': [
    {
      what: 'a server that is silent is left after its time',
      run: async (set) => {
        isDeaf = true
        clock.advance(timings.silence / 2)
        set()
        clock.advance(timings.silence / 2 + 5_000)
        expect(status()).not.toBe('ready')
      },
    },
    {
      what: 'a wait for the next attempt is as long as it was to be',
      run: async (set) => {
        const wait = await goOffline()
        expect(wait).toBeLessThanOrEqual(30_000)
        set()
        await comeBackAfter(wait)
      },
    },
  ],
}

/** What reads it for a moment of the day, which is what people see on their device. */
const momentsOfTheDay = ['replica/replica.ts']

const hour = 3_600_000

describe.each([
  ['back by an hour', hour],
  ['ahead by an hour', -hour],
])('K7: with a clock that is set %s', (_, by) => {
  const all = Object.values(cases).flat()
  it.each(all.map((one) => [one.what, one] as const))('%s', (__, { run }) => run(() => clock.setBack(by)))
})

it('K7: everything that reads the clock is tried', () => {
  const readers = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^testing\b/.test(file))
    .filter((file) => /\bclock\.now\(\)/.test(readFileSync(join(import.meta.dirname, file), 'utf8')))
  expect(readers.toSorted()).toEqual([...Object.keys(cases), ...momentsOfTheDay].toSorted())
})
