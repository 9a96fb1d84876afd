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

/** Chats with so many members each, which a person is in, and the pages that were asked for. */
function listing(counts: readonly number[]) {
  const listed = counts.map((member_count, index) => ({ id: `chat ${index}`, member_count }))
  const pages: string[][] = []
  const stores = {
    chats: {
      listed: async () => listed,
      viewsOf: async (_: string, ids: readonly string[]) =>
        listed.filter(({ id }) => ids.includes(id)).map((chat) => ({ ...chat, last_message: null })),
    },
    chatFacts: {
      members: async (ids: string[], perChat: number) => {
        expect(perChat).toBe(limits.membersPerChat)
        pages.push(ids)
        return []
      },
    },
    reads: { readersOfMany: async () => [] },
  }
  const storage = { stores } as unknown as Storage
  return { list: listFullChats({ storage }, { userId: 'me', sessionId: 'a session' }), listed, pages }
}

test('D11: all chats are listed, each once, however many they are, and read when they are wanted', async () => {
  const { list, listed, pages } = listing(Array(1_250).fill(2))
  let taken = 0
  for await (const page of list) {
    taken += 1
    expect([page.length, pages]).toEqual([pages.at(-1)?.length, expect.objectContaining({ length: taken })])
  }
  expect(pages.map((ids) => ids.length)).toEqual([...Array(12).fill(100), 50])
  expect(pages.flat()).toEqual(listed.map(({ id }) => id))
})

test('D11: chats of a list have all their members, of which a page has few', async () => {
  const { list, pages } = listing([10, 20_000, 4_000, 1_000, 1, 4_999])
  let found = 0
  for await (const page of list) found += page.length
  expect(found).toBe(6)
  expect(pages).toEqual([['chat 0'], ['chat 1'], ['chat 2', 'chat 3'], ['chat 4', 'chat 5']])
})
