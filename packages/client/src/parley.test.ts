// The client as a whole against a server that speaks the protocol over real sockets, on a clock that the test moves.
import { timings } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from './parley.ts'
import { holePatience } from './sync/repair.ts'
import { comeBack } from './testing/come-back.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { meId, problem } from './testing/fake-rest.ts'
import { FakeServer, sessionId } from './testing/fake-server.ts'
import { idOf, ModelChat } from './testing/model-chat.ts'
import { until } from './testing/until.ts'
import type { ParleyClient, ParleyOptions, ParleyStatic } from './types.ts'

const statics: ParleyStatic = Parley
const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
let client: ParleyClient
const tokens: { accessToken: string; refreshToken: string }[] = []

const optionsOf = (options: Partial<ParleyOptions> = {}): ParleyOptions => ({
  url: server.url,
  credentials: {
    ...{ kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
    onTokens: (pair) => tokens.push(pair),
  },
  clock,
  random: () => 0.5,
  ...options,
})
const connect = async (options?: Partial<ParleyOptions>): Promise<ParleyClient> => {
  client = await statics.connect(optionsOf(options))
  return client
}
const status = () => client.connectionState().status
const texts = () =>
  client.replica
    .timeline(chat.id)
    .items.map((item) => ('message' in item ? item.message.text : item.entry.text))

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  for (let count = 1; count <= 120; count += 1) chat.send(ana, `message ${count}`)
  server = await FakeServer.start(chat)
  clock = new FakeClock()
  tokens.length = 0
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

describe('connecting', () => {
  it('says who it is and what it holds, and is ready with its chats', async () => {
    await connect()
    expect(server.framesOf('hello')).toEqual([{ type: 'hello', token: 'token 1', chats: {} }])
    expect(client.me?.id).toBe(meId)
    expect(client.sessionId).toBe(sessionId)
    expect(client.replica.chats()).toEqual([chat.view(meId)])
  })

  it('returns at once when opened, and tells of its way up', async () => {
    client = statics.open(optionsOf())
    const seen: string[] = [status()]
    client.onConnection((state) => seen.push(state.status))
    expect(client.me).toBeUndefined()
    await client.ready()
    expect(seen).toEqual(['connecting', 'connecting', 'greeting', 'ready'])
  })

  it('renews a refused token and hands the new pair out', async () => {
    server.token = 'another'
    await connect()
    expect(tokens).toEqual([{ accessToken: 'token 2', refreshToken: 'refresh 2' }])
    expect(server.framesOf('hello').map(({ token }) => token)).toEqual(['token 1', 'token 2'])
  })

  it('is refused when the session is over', async () => {
    server.token = 'another'
    server.refreshToken = null
    client = statics.open(optionsOf())
    await expect(client.ready()).rejects.toMatchObject({ name: 'ClosedError', code: 'invalid_refresh_token' })
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'invalid_refresh_token' })
  })

  it('waits when the token cannot be renewed for want of a network', async () => {
    server.token = 'another'
    server.isRestCut = true
    client = statics.open(optionsOf())
    await until(() => status() === 'waiting')
    server.isRestCut = false
    await comeBack(client, clock)
    expect(tokens).toHaveLength(1)
  })
})

describe('a lost connection', () => {
  it('comes back with the versions held, and brings what was missed as events', async () => {
    await connect()
    await client.chats.handle(chat.id).loadLatest()
    const heard: string[] = []
    const reading = (async () => {
      for await (const event of client.events()) heard.push(event.type)
    })()
    server.publish(chat.send(ana, 'while here'))
    await until(() => texts().at(-1) === 'while here')
    server.cut()
    await until(() => status() === 'waiting')
    chat.send(ana, 'while away')
    chat.edit(120, 'edited while away')
    await comeBack(client, clock)
    expect(server.framesOf('hello').at(-1)?.chats).toEqual({ [chat.id]: 122 })
    expect(texts().slice(-3)).toEqual(['edited while away', 'while here', 'while away'])
    expect(client.replica.chat(chat.id)).toEqual(chat.view(meId))
    await client.close()
    await reading
    expect(heard).toEqual(['message_created', 'message_created', 'message_updated'])
  })

  it('is noticed by silence', async () => {
    await connect()
    server.cut()
    await until(() => status() === 'waiting')
    await comeBack(client, clock)
    // A server that answers nothing any more, not even pings.
    clock.advance(timings.silence)
    expect(status()).toBe('waiting')
    expect(server.framesOf('ping').length).toBeLessThanOrEqual(2)
  })

  it('stays when pings are answered', async () => {
    await connect()
    for (let count = 1; count <= 4; count += 1) {
      clock.advance(timings.ping)
      await until(() => server.framesOf('ping').length === count)
      // What follows the answer on the same socket shows that the answer came.
      server.publish(chat.rename(`after ping ${count}`))
      await until(() => client.replica.chat(chat.id)?.title === `after ping ${count}`)
    }
    expect(status()).toBe('ready')
  })

  it('does not come back when the session was revoked', async () => {
    await connect()
    server.kick(4409)
    await until(() => status() === 'closed')
    expect(client.connectionState()).toMatchObject({ reason: 'session_revoked' })
    await expect(client.ready()).rejects.toMatchObject({ code: 'session_revoked' })
  })

  it('watches presence again', async () => {
    await connect()
    client.watchPresence([ana])
    await until(() => server.framesOf('watch_presence').length === 1)
    server.publish({ type: 'presence', user_id: ana, online: true, last_seen_at: null })
    await until(() => client.replica.presence(ana)?.online === true)
    server.cut()
    await comeBack(client, clock)
    expect(client.replica.presence(ana)).toBeUndefined()
    await until(() => server.framesOf('watch_presence').length === 2)
  })
})

describe('what is missing', () => {
  it('is fetched when a hole stays', async () => {
    await connect()
    await client.chats.handle(chat.id).loadLatest()
    const lost = chat.send(ana, 'lost on the way')
    server.publish(chat.send(ana, 'arrived'))
    await until(() => client.replica.timeline(chat.id).hasAfter)
    expect(lost.version).toBe(122)
    clock.advance(holePatience)
    await until(() => texts().at(-1) === 'arrived')
    expect(texts().at(-2)).toBe('lost on the way')
    expect(server.calls.filter((call) => call === 'POST /sync')).toHaveLength(1)
    expect(client.replica.chat(chat.id)).toEqual(chat.view(meId))
  })

  it('is a chat that an event tells of, with what happens in it meanwhile', async () => {
    await connect()
    const other = new ModelChat(idOf(2), ana, [meId])
    server.chats.set(other.id, other)
    const [first, second] = [other.send(ana, 'one'), other.send(ana, 'two')]
    server.publish(first, second)
    await until(() => client.replica.chat(other.id) !== undefined)
    expect(client.replica.chat(other.id)).toEqual(other.view(meId))
  })

  it('is told of even if the chat was fetched before its events arrived', async () => {
    await connect()
    const heard: string[] = []
    const reading = (async () => {
      for await (const event of client.events()) heard.push(event.type)
    })()
    const other = new ModelChat(idOf(2), meId, [ana])
    server.chats.set(other.id, other)
    const events = [other.created(), other.send(ana, 'one')]
    await client.call('getChat', { params: { chat_id: other.id } })
    server.publish(...events, ...events)
    await until(() => heard.length >= 2)
    server.publish(chat.send(ana, 'last'))
    await until(() => client.replica.chat(chat.id)?.last_seq === 121)
    await client.close()
    await reading
    expect(heard).toEqual(['chat_created', 'message_created', 'message_created'])
    expect(client.replica.chat(other.id)).toEqual(other.view(meId))
  })

  it('is the profile of a sender, asked for once', async () => {
    await connect()
    const strangers = Array.from({ length: 5 }, (_, number) => idOf(700 + number))
    for (const stranger of strangers)
      server.publish(chat.send(stranger, 'hi'), chat.send(stranger, 'hi again'))
    await until(() => client.replica.chat(chat.id)?.last_seq === 130)
    clock.advance(1_000)
    await until(() => strangers.every((stranger) => client.replica.user(stranger) !== undefined))
    expect(server.calls.filter((call) => call.startsWith('GET /users'))).toHaveLength(1)
  })

  it('is the window looked at, after a gap', async () => {
    await connect()
    await client.chats.handle(chat.id).loadLatest()
    server.cut()
    await until(() => status() === 'waiting')
    for (let count = 0; count < 300; count += 1) chat.send(ana, 'much')
    server.gaps.add(chat.id)
    await comeBack(client, clock)
    await until(() => texts().length === 50 && texts().every((text) => text === 'much'))
  })
})

describe('history', () => {
  it('loads page by page to both ends, and each page once at a time', async () => {
    await connect()
    const handle = client.chats.handle(chat.id)
    expect(client.replica.timeline(chat.id)).toMatchObject({ empty: true })
    await Promise.all([handle.loadAround(60), handle.loadAround(60)])
    expect(server.calls.filter((call) => call.includes('around'))).toHaveLength(1)
    while (client.replica.timeline(chat.id).hasBefore) await handle.loadBefore()
    while (client.replica.timeline(chat.id).hasAfter) await handle.loadAfter()
    expect(texts()).toEqual(chat.messages.map(({ text }) => text))
  })
})

describe('marking as read', () => {
  const reads = () => server.framesOf('read').map(({ seq }) => seq)

  it('goes out at once, and calls close together as one', async () => {
    await connect()
    const handle = client.chats.handle(chat.id)
    for (const seq of [3, 5, 4]) handle.markRead(seq)
    await until(() => client.replica.chat(chat.id)?.read_seq === 3)
    clock.advance(200)
    await until(() => client.replica.chat(chat.id)?.read_seq === 5)
    expect(reads()).toEqual([3, 5])
    expect(client.replica.chat(chat.id)?.unread_count).toBe(115)
    handle.markRead(2)
    clock.advance(1_000)
    expect(reads()).toEqual([3, 5])
  })

  it('survives a lost connection', async () => {
    await connect()
    server.cut()
    await until(() => status() === 'waiting')
    client.chats.handle(chat.id).markRead(7)
    await comeBack(client, clock)
    await until(() => client.replica.chat(chat.id)?.read_seq === 7)
  })
})

describe('calls', () => {
  it('renew the token once, whoever finds out that it expired', async () => {
    await connect()
    server.token = 'expired meanwhile'
    const params = { chat_id: chat.id }
    await Promise.all([
      client.call('getChat', { params }),
      client.call('listMembers', { params }),
      client.call('listUsers', { query: { ids: ana } }),
    ])
    expect(server.calls.filter((call) => call === 'POST /auth/refresh')).toHaveLength(1)
    expect(client.replica.members(chat.id)).toHaveLength(2)
  })

  it('reject with the problem that the server tells', async () => {
    await connect()
    const call = client.call('getChat', { params: { chat_id: idOf(404) } })
    await expect(call).rejects.toMatchObject({
      ...{ name: 'ParleyError', code: 'not_found', status: 404, retryable: false, requestId: 'r-1' },
    })
  })

  it('reject with a connection error that names its cause when there is no answer', async () => {
    await connect()
    server.isRestCut = true
    const call = client.call('sync', { body: { chats: {} } })
    await expect(call).rejects.toMatchObject({ name: 'ConnectionError', cause: expect.anything() })
  })

  it('make sense of errors that do not come from Parley', async () => {
    await connect()
    server.restOverride = () => ({ status: 502, body: 'Bad Gateway' })
    await expect(client.call('getMe')).rejects.toMatchObject({
      code: 'unavailable',
      status: 502,
      retryable: true,
    })
  })

  it('end the client when the session turns out to be over', async () => {
    await connect()
    server.token = 'revoked'
    server.refreshToken = null
    await expect(client.call('getMe')).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'invalid_refresh_token' })
  })
})

describe('the end', () => {
  it('by logout ends the session, the events and every promise', async () => {
    await connect()
    const heard: unknown[] = []
    const reading = (async () => {
      for await (const event of client.events()) heard.push(event)
    })()
    server.fateOf = () => 'lose the ack'
    const sent = client.chats.handle(chat.id).send('on its way')
    await until(() => server.framesOf('send_message').length === 1)
    await client.logout()
    await reading
    await expect(sent).rejects.toMatchObject({ name: 'ClosedError', code: 'logged_out' })
    expect(server.calls).toContain('POST /auth/logout')
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'logged_out' })
    await until(() => server.connected === 0)
    expect(clock.waiting).toBe(0)
  })

  it('comes when the server says that this very session was revoked', async () => {
    await connect()
    server.publish({ type: 'session_revoked', session_id: idOf(501) })
    server.publish({ type: 'session_revoked', session_id: sessionId })
    await until(() => status() === 'closed')
    expect(client.connectionState()).toMatchObject({ reason: 'session_revoked' })
  })

  it('by the deletion of the account, which needs the password', async () => {
    await connect()
    server.restOverride = (call) => (call === 'DELETE /users/me' ? problem('wrong_credentials') : undefined)
    await expect(client.deleteAccount('a guess')).rejects.toMatchObject({ code: 'wrong_credentials' })
    expect(status()).toBe('ready')
    const bodies: unknown[] = []
    server.restOverride = (call, body) => {
      if (call !== 'DELETE /users/me') return undefined
      bodies.push(body)
      return { status: 204 }
    }
    await client.deleteAccount('the password')
    expect(bodies).toEqual([{ password: 'the password' }])
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'logged_out' })
  })

  it('K5: comes by a logout of which the server could not be told, too, and it can be told later', async () => {
    await connect()
    server.restOverride = () => problem('unavailable')
    await expect(client.logout()).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.connectionState()).toEqual({ status: 'closed', reason: 'logged_out' })
    server.restOverride = () => undefined
    server.calls.length = 0
    await statics.endSession(optionsOf({ userId: meId }), sessionId)
    expect(server.calls).toEqual([`DELETE /auth/sessions/${sessionId}`])
    server.restOverride = () => problem('other_account')
    await statics.endSession(optionsOf({ userId: meId }), sessionId)
    server.isRestCut = true
    await expect(statics.endSession(optionsOf(), sessionId)).rejects.toMatchObject({ code: 'connection' })
  })
})
