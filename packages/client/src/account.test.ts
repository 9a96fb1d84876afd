// A client is one account: every call says which, and an answer for another ends it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryOutbox } from './outbox/memory-outbox.ts'
import { Parley } from './parley.ts'
import { comeBack } from './testing/come-back.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { meId, problem } from './testing/fake-rest.ts'
import { FakeServer } from './testing/fake-server.ts'
import { idOf, ModelChat } from './testing/model-chat.ts'
import { until } from './testing/until.ts'
import type { OutboxStore, ParleyClient, ParleyOptions } from './types.ts'

const other = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
const clients: ParleyClient[] = []

const open = (options: Partial<ParleyOptions> = {}): ParleyClient => {
  const client = Parley.open({
    ...{ url: server.url, clock, random: () => 0.5 },
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
    ...options,
  })
  clients.push(client)
  return client
}
const isOver = (client: ParleyClient) => {
  const state = client.connectionState()
  return state.status === 'closed' && state.reason === 'other_account'
}
const own = () => ({ origin: server.url, userId: meId })
/** Offline, with a send that waits. */
const withSend = async (outbox: OutboxStore) => {
  const client = open({ outbox })
  await client.ready()
  server.cut()
  await until(() => client.connectionState().status === 'waiting')
  client.chats
    .handle(chat.id)
    .send('mine')
    .catch(() => undefined)
  return client
}

beforeEach(async () => {
  chat = new ModelChat(idOf(1), other, [meId])
  server = await FakeServer.start(chat)
  clock = new FakeClock()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
})

describe('K1: a client', () => {
  it('says whose it is in every call and every hello, once it is known', async () => {
    const client = open()
    await client.ready()
    await client.call('getMe')
    server.cut()
    await comeBack(client, clock)
    expect(client.userId).toBe(meId)
    expect(server.framesOf('hello').map(({ user_id }) => user_id)).toEqual([undefined, meId])
    expect(server.named).toEqual([meId])
    await open({ userId: meId }).ready()
    expect(server.framesOf('hello').at(-1)?.user_id).toBe(meId)
  })

  it('ends when the server is ready for another, and sends nothing as them', async () => {
    const store = memoryOutbox()
    const client = await withSend(store)
    server.userId = other
    const state = client.connectionState()
    if (state.status === 'waiting') clock.advance(state.retryAt - clock.now())
    await until(() => isOver(client))
    expect(server.framesOf('send_message')).toEqual([])
    expect(client.me?.id).toBe(meId)
    expect(await store.all(own())).toMatchObject([{ text: 'mine' }])
    expect(await store.all({ ...own(), userId: other })).toEqual([])
    expect(await store.all({ ...own(), origin: 'https://another.example' })).toEqual([])
  })

  it('ends when the tokens that it is given are those of another', async () => {
    server.token = 'another'
    server.userId = other
    const client = open({ userId: meId })
    await until(() => isOver(client))
    await expect(client.ready()).rejects.toMatchObject({ code: 'other_account' })
  })

  it.each(['the call', 'the refresh'])(
    'ends when the server refuses %s for being of another',
    async (what) => {
      const client = open()
      await client.ready()
      server.restOverride = (call) => {
        if (what === 'the call') return problem('other_account')
        return call.endsWith('/refresh') ? problem('other_account') : problem('unauthenticated')
      }
      await expect(client.call('getMe')).rejects.toMatchObject({ status: what === 'the call' ? 409 : 401 })
      await until(() => isOver(client))
    },
  )

  it('ends when the hello is refused for being of another', async () => {
    const client = open()
    await client.ready()
    server.kick(4410)
    await until(() => isOver(client))
  })

  it('shows and sends what waits for it, once the account is back, also before there is a network', async () => {
    const store = memoryOutbox()
    await (await withSend(store)).close()
    server.isRestCut = true
    server.token = 'another'
    const client = open({ outbox: store, userId: meId })
    await until(() => client.connectionState().status === 'waiting')
    expect(client.replica.timeline(chat.id).items).toMatchObject([
      { state: 'pending', entry: { text: 'mine' } },
    ])
    server.isRestCut = false
    server.token = 'token 1'
    await comeBack(client, clock)
    await until(() => chat.messages.length === 1)
    expect(chat.messages[0]).toMatchObject({ text: 'mine', sender_id: meId })
  })
})

describe('K5: a logout', () => {
  it('removes what waits of this account, and leaves that of others', async () => {
    const store = memoryOutbox()
    const facts = { chatId: chat.id, text: 'x', replyToId: null, createdAt: 1, failed: null } as const
    await store.put({ ...facts, kind: 'message', id: idOf(90), senderId: other, origin: server.url })
    const client = await withSend(store)
    await until(() => client.unsent().length === 1)
    await client.logout()
    expect(server.calls).toContain('POST /auth/logout')
    expect(await store.all(own())).toEqual([])
    expect(await store.all({ ...own(), userId: other })).toHaveLength(1)
  })
})
