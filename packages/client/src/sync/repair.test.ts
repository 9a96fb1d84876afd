// What the replica misses, against a server that is busy when it is asked, on a clock that the test moves.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId, problem } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient } from '../types.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let client: ParleyClient

/** Longer than the first pauses, in milliseconds, and shorter than what ends a silent connection. */
const pause = 9_000
/** Whether the calls in question are refused, and how many were. */
let busy = false
let refused = 0

beforeEach(async () => {
  busy = false
  refused = 0
  chat = new ModelChat(idOf(1), ana, [meId])
  for (let count = 1; count <= 60; count += 1) chat.send(ana, 'before')
  server = await FakeServer.start(chat)
  clock = new FakeClock()
  client = await Parley.connect({
    url: server.url,
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
    clock,
    random: () => 0.5,
  })
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

const refuse = (part: string) => {
  busy = true
  server.restOverride = (call) => {
    if (!busy || !call.includes(part)) return undefined
    refused += 1
    return problem('unavailable')
  }
}
const comeBackMissing = async (): Promise<void> => {
  server.cut()
  await until(() => client.connectionState().status === 'waiting')
  for (let count = 0; count < 300; count += 1) chat.send(ana, 'missed')
  await comeBack(client, clock)
}
/** Waits for a refusal, and lets the pause after it pass. */
const pass = async (count: number): Promise<void> => {
  await until(() => refused >= count)
  // The failure reaches the client after the server has told it.
  await new Promise((resolve) => setTimeout(resolve, 20))
  clock.advance(pause)
}
/** The first, and the one that came back. */
const expectTheSameConnection = () => expect(server.framesOf('hello')).toHaveLength(2)

describe('K9: what a busy server did not give is asked for again, on the connection that stands', () => {
  const shown = () =>
    client.replica.timeline(chat.id).items.map((item) => 'message' in item && item.message.text)

  it('the history looked at, after a gap', async () => {
    await client.chats.handle(chat.id).loadLatest()
    server.gaps.add(chat.id)
    refuse('/messages')
    await comeBackMissing()
    await pass(1)
    await pass(2)
    expect(client.replica.timeline(chat.id)).toMatchObject({ empty: true })
    busy = false
    await pass(2)
    await until(() => shown().length === 50)
    expect(new Set(shown())).toEqual(new Set(['missed']))
    expectTheSameConnection()
  })

  it('the members, after a gap', async () => {
    await client.chats.handle(chat.id).loadMembers()
    server.gaps.add(chat.id)
    refuse('/members')
    await comeBackMissing()
    await pass(1)
    busy = false
    const asked = server.calls.length
    clock.advance(pause)
    await until(() => server.calls.slice(asked).some((call) => call.includes('/members')))
    await until(() => client.replica.members(chat.id).length > 0)
    expectTheSameConnection()
  })

  it('the changes of chats beyond the list of a new connection', async () => {
    await client.chats.handle(chat.id).loadLatest()
    server.unlisted.add(chat.id)
    refuse('/sync')
    await comeBackMissing()
    await pass(1)
    await pass(2)
    expect(client.replica.chat(chat.id)?.last_seq).toBe(60)
    busy = false
    await pass(2)
    await until(() => client.replica.chat(chat.id)?.last_seq === 360)
    expect(shown().at(-1)).toBe('missed')
    expectTheSameConnection()
  })
})
