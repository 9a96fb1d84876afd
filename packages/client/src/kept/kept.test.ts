// The replica on the device, from the outside: a start without a server, who writes, what is erased, and stores that fail.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPromise } from '../deferred.ts'
import { Parley } from '../parley.ts'
import { BrowserDatabases } from '../testing/browser-databases.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId, problem } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient, ParleyOptions, ReplicaStore } from '../types.ts'
import { indexedDbReplica } from './indexed-db-replica.ts'
import { memoryReplica } from './memory-replica.ts'
import { gatherChanges, openPatience } from './replica-keeper.ts'

const ana = idOf(11)
let chat: ModelChat
let server: FakeServer
let clock: FakeClock
const clients: ParleyClient[] = []

const open = (replicaStore: ReplicaStore | undefined, options: Partial<ParleyOptions> = {}): ParleyClient => {
  const client = Parley.open({
    ...{ url: server.url, clock, random: () => 0.5, userId: meId, onError: () => undefined },
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
    ...(replicaStore === undefined ? {} : { replicaStore }),
    ...options,
  })
  clients.push(client)
  return client
}
const connect = async (store: ReplicaStore | undefined, options?: Partial<ParleyOptions>) => {
  const client = open(store, options)
  await client.ready()
  return client
}
/** Opens a client that finds no server. */
const openOffline = async (store: ReplicaStore, options?: Partial<ParleyOptions>) => {
  server.isRestCut = true
  const [url] = ['http://127.0.0.1:9']
  const client = open(
    { ...store, open: (account) => store.open({ ...account, origin: server.url }) },
    { url, ...options },
  )
  await until(() => client.replicaKept === 'kept')
  server.isRestCut = false
  return client
}
const own = () => ({ origin: server.url, userId: meId })
const texts = (client: ParleyClient, chatId = chat.id) =>
  client.replica
    .timeline(chatId)
    .items.map((item) => ('message' in item ? item.message.text : item.entry.text))
const isOver = (client: ParleyClient) => client.connectionState().status === 'closed'
const sayMany = (of: ModelChat, count: number) => {
  for (let said = 1; said <= count; said += 1) of.send(ana, `message ${said}`)
}
const refuse = () => Promise.reject(new Error('refused'))

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  sayMany(chat, 80)
  server = await FakeServer.start(chat)
  clock = new FakeClock()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await server.stop()
  vi.unstubAllGlobals()
})

describe.each<[string, () => ReplicaStore]>([
  ['memory', memoryReplica],
  [
    'IndexedDB',
    () => {
      new BrowserDatabases()
      return indexedDbReplica('replica')
    },
  ],
])('K13: with a replica in %s, a start without a server', (_, make) => {
  it('shows the own profile, chats, people and the newest messages', async () => {
    const store = make()
    const before = await connect(store)
    await before.chats.handle(chat.id).loadLatest()
    server.publish(chat.send(ana, 'the last'))
    await until(() => texts(before).at(-1) === 'the last')
    clock.advance(50)
    await until(() => before.replica.user(ana) !== undefined)
    const { me } = before
    await before.close()
    const client = await openOffline(store)
    expect(client.me).toEqual(me)
    expect(client.replica.chats()).toEqual([chat.view(meId)])
    expect(client.replica.user(ana)?.id).toBe(ana)
    expect(texts(client)).toHaveLength(50)
    expect(texts(client).at(-1)).toBe('the last')
    expect(client.replica.timeline(chat.id)).toMatchObject({ empty: false, hasBefore: true, hasAfter: false })
  })

  it('and one with it asks what changed since, and pages join what is kept', async () => {
    const store = make()
    const before = await connect(store)
    await before.chats.handle(chat.id).loadLatest()
    await before.close()
    const { version } = chat
    chat.send(ana, 'while away')
    chat.edit(80, 'edited while away')
    const client = open(store)
    const heard: string[] = []
    const reading = (async () => {
      for await (const { type } of client.events()) heard.push(type)
    })()
    await client.ready()
    expect(server.framesOf('hello').at(-1)?.chats).toEqual({ [chat.id]: version })
    expect(texts(client).slice(-2)).toEqual(['edited while away', 'while away'])
    expect(client.replica.chat(chat.id)).toEqual(chat.view(meId))
    await client.chats.handle(chat.id).loadBefore()
    expect(texts(client)[0]).toBe('message 1')
    expect(texts(client)).toHaveLength(81)
    await client.close()
    await reading
    expect(heard).toEqual([])
  })

  it('does not know what was erased, and nothing that was still being written comes back', async () => {
    const store = make()
    const client = await connect(store)
    await client.chats.handle(chat.id).loadLatest()
    await client.close()
    const { copy, chats } = await store.open(own())
    expect(chats).toHaveLength(1)
    const changes = { users: [], chats, forgotten: { users: [], chats: [] } }
    const [, late] = await Promise.all([store.erase(own()), store.write(own(), copy, changes)])
    expect(late).toBe(false)
    expect(await store.open(own())).toMatchObject({ me: null, users: [], chats: [] })
    expect(await store.write(own(), copy, changes)).toBe(false)
  })

  it('knows the newer of two versions of a chat, whoever wrote last, and other accounts apart', async () => {
    const store = make()
    const { copy } = await store.open(own())
    const keep = (version: number) =>
      store.write(own(), copy, {
        ...{ users: [], forgotten: { users: [], chats: [] } },
        chats: [{ view: { ...chat.view(meId), version }, tail: null }],
      })
    for (const version of [7, 9, 8]) expect(await keep(version)).toBe(true)
    expect((await store.open(own())).chats).toMatchObject([{ view: { version: 9 } }])
    expect((await store.open({ ...own(), userId: ana })).chats).toEqual([])
    await store.erase({ ...own(), userId: ana })
    expect((await store.open(own())).chats).toHaveLength(1)
  })
})

describe('K13: what is kept', () => {
  it('that cannot be read is dropped, and the client starts without it', async () => {
    const good = { view: chat.view(meId), tail: null }
    const gap = { view: chat.view(meId), tail: { messages: chat.messages.slice(0, 9), hasBefore: false } }
    const kept = { copy: 'a', me: { id: 1 }, users: [null, { id: meId }], chats: [7, {}, { view: 1 }, gap] }
    const store = { ...memoryReplica(), open: async () => kept as never }
    const client = await openOffline(store)
    expect(client.me).toBeUndefined()
    expect(client.replica.chats()).toEqual([])
    const other = await openOffline({ ...store, open: async () => ({ ...kept, chats: [good] }) as never })
    expect(other.replica.chats()).toHaveLength(1)
  })

  it('of another format is erased', async () => {
    const databases = new BrowserDatabases()
    const store = indexedDbReplica('replica')
    const { copy } = await store.open(own())
    await store.write(own(), copy, {
      ...{ users: [], chats: [{ view: chat.view(meId), tail: null }] },
      forgotten: { users: [], chats: [] },
    })
    await databases.change('replica', 'accounts', (record) => ({ ...record, format: 99 }))
    expect((await store.open(own())).chats).toEqual([])
    expect(await databases.stored('replica', 'chats')).toEqual([])
  })

  it('comes too late for the connection if the store is slow, which goes on in memory', async () => {
    const memory = memoryReplica()
    await (await connect(memory)).close()
    const { promise: late, resolve: answer } = createPromise<void>()
    const slow = {
      ...memory,
      open: (account: ReturnType<typeof own>) => late.then(() => memory.open(account)),
    }
    const client = open(slow)
    await until(() => client.connectionState().status === 'connecting')
    expect(server.framesOf('hello')).toHaveLength(1)
    clock.advance(openPatience)
    await client.ready()
    expect(server.framesOf('hello').at(-1)?.chats).toEqual({})
    expect(client.replicaKept).toBe('opening')
    answer()
    await until(() => client.replicaKept === 'kept')
  })

  it('is gathered, and written at once when the client closes', async () => {
    const memory = memoryReplica()
    let writes = 0
    const counted: ReplicaStore = {
      ...memory,
      write: (...args) => {
        writes += 1
        return memory.write(...args)
      },
    }
    const client = await connect(counted)
    clock.advance(gatherChanges)
    await until(() => writes === 1)
    const first = writes
    for (let count = 0; count < 20; count += 1) server.publish(chat.send(ana, `more ${count}`))
    await until(() => client.replica.chat(chat.id)?.version === chat.version)
    expect(writes).toBe(first)
    clock.advance(gatherChanges)
    await until(() => writes === first + 1)
    clock.advance(gatherChanges)
    server.publish(chat.send(ana, 'the last'))
    await until(() => client.replica.chat(chat.id)?.version === chat.version)
    await client.close()
    expect((await memory.open(own())).chats[0]?.view.version).toBe(chat.version)
  })

  it('starts anew where the server was put back to an earlier time', async () => {
    const store = memoryReplica()
    await (await connect(store)).close()
    const earlier = new ModelChat(chat.id, ana, [meId])
    sayMany(earlier, 3)
    server.chats.set(chat.id, earlier)
    server.gaps.add(chat.id)
    const client = await connect(store)
    expect(client.replica.chat(chat.id)).toEqual(earlier.view(meId))
    await client.close()
    expect((await store.open(own())).chats[0]?.view.version).toBe(earlier.version)
  })

  it('is asked about anew of people whose messages show', async () => {
    const store = memoryReplica()
    const before = await connect(store)
    await before.chats.handle(chat.id).loadLatest()
    before.replica.user(ana) ?? (await before.call('listUsers', { query: { ids: ana } }))
    await before.close()
    const client = await connect(store)
    server.calls.length = 0
    expect(texts(client)).toHaveLength(50)
    clock.advance(50)
    await until(() => server.calls.some((call) => call.includes(`ids=${ana}`)))
  })
})

describe('K14: the replica on the device is erased', () => {
  const leaving: [string, (client: ParleyClient) => unknown][] = [
    ['logging out', (client) => client.logout()],
    ['deleting the account', (client) => client.deleteAccount('x')],
    ['the end of the session', () => server.kick(4409)],
    ['the credentials of another', () => server.kick(4410)],
    [
      'refused credentials',
      () => {
        server.token = 'another'
        server.refreshToken = null
        server.kick(4401)
      },
    ],
  ]
  it.each(leaving)('by %s, with what was still being written', async (_, leave) => {
    const store = memoryReplica()
    const client = await connect(store)
    await until(hasKept(store))
    server.restOverride = (call) => (call === 'DELETE /users/me' ? { status: 204 } : undefined)
    server.publish(chat.send(ana, 'unwritten'))
    await leave(client)
    await until(() => {
      clock.advance(100)
      return isOver(client)
    })
    await client.close()
    clock.advance(60_000)
    const { me, users, chats } = await store.open(own())
    expect({ me, users, chats }).toEqual({ me: null, users: [], chats: [] })
    expect(client.replicaKept).toBe('none')
  })

  it('and is not by closing, a lost network or a busy server', async () => {
    const store = memoryReplica()
    const client = await connect(store)
    server.cut()
    server.restOverride = () => problem('unavailable')
    await until(() => client.connectionState().status === 'waiting')
    await client.close()
    expect((await store.open(own())).chats).toHaveLength(1)
  })

  it('also for other clients of it, which keep no more', async () => {
    const store = memoryReplica()
    const [one, other] = [await connect(store), await connect(store)]
    await one.logout()
    server.publish(chat.send(ana, 'more'))
    await until(() => other.replica.chat(chat.id)?.version === chat.version)
    clock.advance(gatherChanges)
    await until(() => other.replicaKept === 'none')
    await other.close()
    expect((await store.open(own())).chats).toEqual([])
  })
})

/** Whether the store has something by now. */
const hasKept = (store: ReplicaStore) => {
  let isKept = false
  return () => {
    void store.open(own()).then(({ chats }) => {
      isKept = chats.length > 0
    })
    if (!isKept) clock.advance(gatherChanges)
    return isKept
  }
}

describe('K15: a store that fails', () => {
  it.each<[string, ReplicaStore]>([
    ['denied', { ...memoryReplica(), open: refuse, write: refuse, erase: refuse }],
    ['full', { ...memoryReplica(), write: refuse }],
    ['silent', { ...memoryReplica(), open: () => new Promise(() => undefined) }],
  ])('by being %s leaves the client in memory, says so, and is told once', async (_, store) => {
    const errors: unknown[] = []
    const client = open(store, { onError: (error) => errors.push(error) })
    const seen = new Set<string>()
    client.replica.subscribe(() => seen.add(client.replicaKept))
    await until(() => {
      clock.advance(100)
      return seen.has('failed') && client.connectionState().status === 'ready'
    })
    await client.chats.handle(chat.id).loadLatest()
    server.publish(chat.send(ana, 'on and on'))
    await until(() => texts(client).at(-1) === 'on and on')
    clock.advance(60_000)
    expect(errors).toMatchObject([{ name: 'ReplicaStoreError' }])
  })

  it('is none where there is none', async () => {
    const client = await connect(undefined)
    expect(client.replicaKept).toBe('none')
  })
})

describe('K16: one of those that share a store writes', () => {
  it('and the next one goes on from what it knows itself', async () => {
    const memory = memoryReplica()
    const queue: (() => void)[] = []
    let holder = ''
    const writers: string[] = []
    const userOf = (name: string): ReplicaStore => ({
      ...memory,
      write: (...args) => {
        writers.push(name)
        return memory.write(...args)
      },
      takeTurn: (_, { granted }) => {
        const take = () => {
          holder = name
          granted()
        }
        if (holder === '') take()
        else queue.push(take)
        return () => {
          if (holder !== name) return
          holder = ''
          queue.shift()?.()
        }
      },
    })
    const one = await connect(userOf('one'))
    const two = await connect(userOf('two'))
    server.publish(chat.send(ana, 'more'))
    await until(() => two.replica.chat(chat.id)?.version === chat.version)
    clock.advance(gatherChanges)
    await one.close()
    expect(new Set(writers)).toEqual(new Set(['one']))
    server.publish(chat.send(ana, 'and more'))
    await until(() => two.replica.chat(chat.id)?.version === chat.version)
    await two.close()
    expect(writers.at(-1)).toBe('two')
    expect((await memory.open(own())).chats[0]?.view.version).toBe(chat.version)
  })
})
