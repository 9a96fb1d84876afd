// U5: whether a message was read, as every door says it: joining reads nothing, leaving takes no reading back.
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import type { Person } from '../people.ts'
import { canary, Stage } from '../stage.ts'
import { type ShownMessage, viewsOf, wasRead } from './views.ts'

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

async function canonicalItems(chatId: Id, { token }: Person): Promise<ShownMessage[]> {
  const { items } = await stage.door.ask('listMessages', token, { params: { chat_id: chatId } })
  return Promise.all(
    items.map(async ({ id, text }) => {
      const reads = await stage.door.ask('listMessageReads', token, { params: { message_id: id } })
      return { id, text: text ?? '', read_by: reads.items }
    }),
  )
}

describe.each(['parley', ...dialects.map(({ name }) => name)])('U5: through %s', (door) => {
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
      const history = door === 'parley' ? canonicalItems : viewsOf(stage)[door]?.history
      const items = (await history?.(chat.id, writer)) ?? []
      return Object.fromEntries(items.map((item) => [item.text.replace(`${canary}: `, ''), wasRead(item)]))
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
