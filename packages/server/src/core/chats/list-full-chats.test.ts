// Chats with their members, on the real server.
import { Parley } from '@parley/client'
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import { createGroup } from './create-group.ts'
import { getChat } from './get-chat.ts'
import { getFullChat, listFullChats } from './list-full-chats.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

async function arrive(username: string): Promise<Actor> {
  const account = { username, password: 'a long password' }
  const client = await Parley.register({ url: server.url }, account)
  await client.close()
  return { userId: client.me?.id ?? '', sessionId: client.sessionId ?? '' }
}

test('strangers may look at a public group, but not at who is in it', async () => {
  const { ports } = server.app
  const [owner, stranger] = [await arrive('owner'), await arrive('stranger')]
  const { chat } = await createGroup(ports, owner, { title: 'Open', member_ids: [], visibility: 'public' })
  const full = await getFullChat(ports, owner, chat.id)
  expect(full.members.map((member) => member.user_id)).toEqual([owner.userId])
  expect((await getChat(ports, stranger, chat.id)).chat.title).toBe('Open')
  await expect(getFullChat(ports, stranger, chat.id)).rejects.toMatchObject({ code: 'not_found' })
})

test('D11: chats of a list have all their members, as long as there is room for all', async () => {
  const crowd = (id: string, member_count: number) => ({ id, member_count, last_message: null })
  const page = [crowd('many', 90_000), crowd('more', 20_000), crowd('few', 40), crowd('some', 5_000)]
  const asked: unknown[] = []
  const stores = {
    chats: { views: async () => ({ items: page, next_cursor: null }) },
    chatFacts: {
      members: async (ids: string[], perChat: number) => {
        asked.push([ids, perChat])
        return []
      },
    },
    reads: { readersOfMany: async () => [] },
  }
  const storage = { stores } as unknown as Storage
  await listFullChats({ storage }, { userId: 'me', sessionId: 'a session' })
  expect(asked).toEqual([
    [['many', 'few', 'some'], limits.membersPerChat],
    [['more'], 100],
  ])
})
