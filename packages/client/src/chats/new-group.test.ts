// A group is made once, also when the answer is lost and it is asked for again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Parley } from '../parley.ts'
import { comeBack } from '../testing/come-back.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient, ParleyOptions } from '../types.ts'

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

describe('a new group', () => {
  const group = { title: 'Lunch', memberIds: [ana] }
  const asked: unknown[] = []
  /** The first answers get lost, after the server has acted. */
  const losing = (count: number) => {
    let left = count
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const answer = await globalThis.fetch(url, init)
      if (init?.method === 'POST' && left-- > 0) throw new TypeError('fetch failed')
      return answer
    }
    return fetch
  }
  beforeEach(() => {
    asked.length = 0
    server.restOverride = (call, body) => {
      if (call !== 'POST /chats') return undefined
      asked.push(body)
      return { status: 201, body: { chat: chat.view(meId), users: [] } }
    }
  })

  it('is asked for again under the same id when the answer was lost', async () => {
    await connect({ fetch: losing(1) })
    const handle = await client.chats.createGroup(group)
    expect(handle.id).toBe(chat.id)
    expect(asked).toHaveLength(2)
    expect(asked[0]).toEqual({ kind: 'group', id: expect.any(String), title: 'Lunch', member_ids: [ana] })
    expect(asked[1]).toEqual(asked[0])
  })

  it('waits for the connection to come back before that', async () => {
    await connect({ fetch: losing(1) })
    server.kick(1012)
    await until(() => status() === 'waiting')
    const made = client.chats.createGroup({ ...group, id: idOf(9) })
    await until(() => asked.length === 1)
    await comeBack(client, clock)
    await made
    expect(asked).toMatchObject([{ id: idOf(9) }, { id: idOf(9) }])
  })

  it('is given up when the second answer is lost too', async () => {
    await connect({ fetch: losing(2) })
    await expect(client.chats.createGroup(group)).rejects.toMatchObject({ code: 'connection' })
  })
})
