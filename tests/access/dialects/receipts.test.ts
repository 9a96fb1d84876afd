// U5: whether a message was read, as every door says it: joining reads nothing, leaving takes no reading back.
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import type { Person } from '../people.ts'
import { canary, Stage } from '../stage.ts'

let server: TestServer
let stage: Stage
beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

interface Item {
  readonly text: string
  readonly is_read?: boolean
  readonly read_by?: readonly unknown[]
}

const numberOf = async (chatId: Id) =>
  (await server.app.ports.storage.stores.chatFacts.byIds([chatId]))[0]?.number

async function itemsAt(path: string, { token }: Person): Promise<Item[]> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await stage.door.send({ method: 'GET', path: `/compat/${path}`, headers })
  expect([path, answer.status]).toEqual([path, 200])
  return JSON.parse(answer.text)
}

async function canonicalItems(chatId: Id, { token }: Person): Promise<Item[]> {
  const { items } = await stage.door.ask('listMessages', token, { params: { chat_id: chatId } })
  return Promise.all(
    items.map(async ({ id, text }) => {
      const reads = await stage.door.ask('listMessageReads', token, { params: { message_id: id } })
      return { text: text ?? '', read_by: reads.items }
    }),
  )
}

/** The history of the chat as its writer sees it there. */
const histories: Readonly<Record<string, (chatId: Id, writer: Person) => Promise<Item[]>>> = {
  parley: canonicalItems,
  'chat-application': async (chatId, writer) =>
    itemsAt(`chat-application/api/v1/chats/${await numberOf(chatId)}/history`, writer),
  'chat-backend': (chatId, writer) => itemsAt(`chat-backend/api/chats/${chatId}/messages`, writer),
  messenger: (chatId, writer) => itemsAt(`messenger/api/v1/messages/history/${chatId}`, writer),
  'messenger-api': async (chatId, writer) =>
    itemsAt(`messenger-api/api/v1/chats/${await numberOf(chatId)}/messages`, writer),
  'windi-messenger': (chatId, writer) => itemsAt(`windi-messenger/messages/history/${chatId}`, writer),
}

test('every door is here', () => {
  expect(Object.keys(histories).toSorted()).toEqual(
    ['parley', ...dialects.map(({ name }) => name)].toSorted(),
  )
})

describe.each(Object.keys(histories))('U5: through %s', (door) => {
  test('nothing was read by joining, and what was read stays so when its reader has left', async () => {
    const [writer, leaver, newcomer] = [
      await stage.people.arrive('writer'),
      await stage.people.arrive('leaver'),
      await stage.people.arrive('newcomer'),
    ]
    const { chat } = await stage.door.ask('createChat', writer.token, {
      body: { kind: 'group', title: 'Group', member_ids: [leaver.id] },
    })
    const params = { chat_id: chat.id }
    const add = (person: Person) =>
      stage.door.ask('addMembers', writer.token, { params, body: { user_ids: [person.id] } })
    const read = (person: Person, seq: number) =>
      stage.door.ask('markRead', person.token, { params, body: { seq } })
    /** Which of the messages were read. */
    const wereRead = async () => {
      const items = (await histories[door]?.(chat.id, writer)) ?? []
      const found = items.map(({ text, is_read, read_by = [] }) => [
        text.replace(`${canary}: `, ''),
        is_read ?? read_by.length > 0,
      ])
      return Object.fromEntries(found)
    }

    await stage.say(writer, chat.id, 'first')
    await read(leaver, 1)
    await stage.say(writer, chat.id, 'second')
    expect(await wereRead()).toEqual({ first: true, second: false })
    await add(newcomer)
    expect(await wereRead()).toEqual({ first: true, second: false })
    await stage.door.ask('removeMember', leaver.token, { params: { ...params, user_id: leaver.id } })
    expect(await wereRead()).toEqual({ first: true, second: false })
    await add(leaver)
    expect(await wereRead()).toEqual({ first: true, second: false })
    await stage.say(writer, chat.id, 'third')
    await read(newcomer, 3)
    expect(await wereRead()).toMatchObject({ first: true, third: true })
  })
})
