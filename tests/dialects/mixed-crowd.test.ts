// D12: in a chat of more than a hundred people a message is read for every contract once somebody has read it, by whatever door, and nobody is told of it.
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { placeOf } from '../access/dialects/place.ts'
import { viewsOf, wasRead } from '../access/dialects/views.ts'
import type { Person } from '../access/people.ts'
import { type Cast, Stage } from '../access/stage.ts'
import { doors } from './mixed/doors.ts'

let server: TestServer
let stage: Stage
let cast: Cast
let crowd: Person[]
let chatId: Id

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
  cast = await stage.cast()
  crowd = await Promise.all(Array.from({ length: 110 }, () => stage.people.arrive('crowd')))
  const { chat } = await stage.door.ask('createChat', cast.owner.token, {
    body: { kind: 'group', title: 'A crowd', member_ids: crowd.map(({ id }) => id) },
  })
  chatId = chat.id
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

const readers = Object.keys(doors).filter((name) => doors[name]?.read !== undefined)

test.each(readers)('D12: by %s', async (doorName) => {
  const writer = cast.owner
  const reader = crowd.at(-1 - readers.indexOf(doorName)) ?? expect.unreachable()
  const { message } = await stage.door.ask('sendMessage', writer.token, {
    params: { chat_id: chatId },
    body: { text: `To be read by ${doorName}` },
  })
  const views = Object.entries(viewsOf(stage))
  expect(views).toHaveLength(5)
  const shown = async (viewer: Person) => {
    const found: Record<string, readonly unknown[]> = {}
    for (const [name, view] of views) {
      const last = (await view.history(chatId, viewer, name === 'windi-messenger' ? '' : '?limit=1')).at(-1)
      expect([name, last?.text]).toEqual([name, message.text])
      const listed = await view.listed?.(chatId, viewer)
      const rows = [last, listed?.last].flatMap((row) => row ?? [])
      found[name] = [
        ...new Set(rows.map(wasRead)),
        ...(listed?.unread === undefined ? [] : [listed.unread > 0]),
      ]
    }
    return found
  }
  const all = (isRead: boolean, isUnread: boolean) =>
    Object.fromEntries(
      views.map(([name]) => [
        name,
        ['chat-application', 'chat-backend'].includes(name) ? [isRead, isUnread] : [isRead],
      ]),
    )
  expect(await shown(reader)).toEqual(all(false, true))
  const scene = {
    kind: 'private',
    cast: { ...cast, owner: reader },
    chatId,
    messages: { bystander: message.id },
  } as const
  await doors[doorName]?.read?.(stage, await placeOf(server, scene, 'owner'))
  expect(await shown(reader)).toEqual(all(true, false))
  expect(await shown(writer)).toEqual(all(true, false))
})
