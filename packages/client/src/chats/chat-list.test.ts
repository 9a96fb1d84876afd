// K8: the pages of the list beyond what `ready` brought, and the search that the server makes.
import { limits } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId, problem, type RestAnswer } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient } from '../types.ts'

const ana = idOf(11)
let chat: ModelChat
/** Beyond the list of `ready`, in the order of the list. */
let others: ModelChat[]
let server: FakeServer
let clock: FakeClock
let client: ParleyClient
/** Of every call of the list. */
let queries: Record<string, string>[]
let failure: RestAnswer | undefined

const perPage = 3

/** Pages of the others behind the cursor `more`, or, searched for, the first two of them. */
const answerList = ({ cursor, query }: Record<string, string>): RestAnswer => {
  if (failure !== undefined) return failure
  const views = others.map((other) => other.view(meId))
  if (query !== undefined) {
    return { status: 200, body: { items: views.slice(0, 2), next_cursor: null, users: [] } }
  }
  const from = cursor === 'more' ? 0 : Number(cursor)
  const next = from + perPage < views.length ? String(from + perPage) : null
  return { status: 200, body: { items: views.slice(from, from + perPage), next_cursor: next, users: [] } }
}
const known = () => client.replica.chats().map(({ id }) => id)
const every = () => [chat, ...others].map(({ id }) => id)

beforeEach(async () => {
  chat = new ModelChat(idOf(1), ana, [meId])
  others = Array.from({ length: 8 }, (_, at) => new ModelChat(idOf(20 + at), ana, [meId]))
  server = await FakeServer.start(chat, ...others)
  for (const { id } of others) server.unlisted.add(id)
  queries = []
  failure = undefined
  server.restOverride = (call) => {
    const [, path = ''] = call.split(' ')
    const { pathname, searchParams } = new URL(path, 'http://fake')
    if (call.startsWith('GET') && pathname === '/chats') {
      const query = Object.fromEntries(searchParams)
      queries.push(query)
      return answerList(query)
    }
    return undefined
  }
  clock = new FakeClock()
  client = await Parley.connect({
    ...{ url: server.url, clock, random: () => 0.5 },
    credentials: { kind: 'bearer', accessToken: 'token 1', refreshToken: 'refresh 1' },
  })
})
afterEach(async () => {
  await client.close()
  await server.stop()
})

describe('K8: all chats', () => {
  const pages = ['more', '3', '6'].map((cursor) => ({ cursor, limit: String(limits.pageMax) }))

  it('are loaded page by page until there is none, once by all who ask at the same time', async () => {
    expect([known(), client.chats.hasMore()]).toEqual([[chat.id], true])
    await Promise.all([client.chats.loadAll(), client.chats.loadAll()])
    expect(known().toSorted()).toEqual(every().toSorted())
    expect([queries, client.chats.hasMore()]).toEqual([pages, false])
    await client.chats.loadAll()
    expect(queries).toHaveLength(3)
  })

  it('come one page at a time where that is asked for, and the rest with all', async () => {
    expect(await client.chats.loadMore()).toBe(true)
    expect(known()).toHaveLength(1 + perPage)
    await client.chats.loadAll()
    expect(known().toSorted()).toEqual(every().toSorted())
    expect(queries).toEqual(pages)
    expect(await client.chats.loadMore()).toBe(false)
  })

  it('are gone on with where a failure broke it off', async () => {
    await client.chats.loadMore()
    failure = problem('unavailable')
    await expect(client.chats.loadAll()).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.chats.hasMore()).toBe(true)
    failure = undefined
    await client.chats.loadAll()
    expect(known().toSorted()).toEqual(every().toSorted())
    expect(queries.map(({ cursor }) => cursor)).toEqual(['more', '3', '3', '6'])
  })

  it('stay when the connection comes back, and no page is asked for again', async () => {
    await client.chats.loadAll()
    server.cut()
    await comeBack(client, clock)
    expect(client.chats.hasMore()).toBe(false)
    await client.chats.loadAll()
    expect(queries).toHaveLength(3)
    expect(known().toSorted()).toEqual(every().toSorted())
  })
})

describe('K8: a search', () => {
  const [first, second] = [0, 1].map((at) => () => others[at] ?? expect.fail('no such chat')) as [
    () => ModelChat,
    () => ModelChat,
  ]

  it('asks the server, archived chats among them, and gives its order to the replica’s chats', async () => {
    const found = await client.chats.search('  Harbour ')
    expect(queries).toEqual([{ query: 'Harbour', limit: String(limits.pageMax) }])
    expect(found.map(({ id }) => id)).toEqual([first().id, second().id])
    expect(found).toEqual(found.map(({ id }) => client.replica.chat(id)))
    server.publish(first().rename('later'))
    await until(() => client.replica.chat(first().id)?.title === 'later')
    // An answer that was under way since before the change.
    const old = { ...first().view(meId), title: 'before', version: 1 }
    failure = { status: 200, body: { items: [old], next_cursor: null, users: [] } }
    expect((await client.chats.search('Harbour')).map(({ title }) => title)).toEqual(['later'])
  })

  it.each(['', ' ', '\n\t'])('for nothing finds nothing, and asks nobody: %j', async (title) => {
    expect(await client.chats.search(title)).toEqual([])
    expect(queries).toEqual([])
  })

  it('for more than a title can be is one for its beginning, in code points', async () => {
    await client.chats.search('😀'.repeat(limits.titleMax + 1))
    expect(queries).toMatchObject([{ query: '😀'.repeat(limits.titleMax) }])
  })

  it('that the server refuses rejects', async () => {
    failure = problem('rate_limited')
    await expect(client.chats.search('Harbour')).rejects.toMatchObject({ code: 'rate_limited' })
  })
})
