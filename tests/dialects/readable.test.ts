// D12: what a contract cannot hold can still be read there, and whether it was read is the same wherever it is said.
import type { Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import { multipartOf } from '../access/dialects/dialect-door.ts'
import { DialectListener } from '../access/dialects/dialect-listener.ts'
import { placeOf } from '../access/dialects/place.ts'
import { viewsOf, wasRead } from '../access/dialects/views.ts'
import type { Person } from '../access/people.ts'
import { Stage } from '../access/stage.ts'

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

const fileName = 'Отчёт за год.txt'

/** A message of two files and no text. */
async function sendFiles(sender: Person, chatId: Id): Promise<void> {
  const ids: Id[] = []
  for (const name of [fileName, 'notes.txt']) {
    const { headers, bytes } = await multipartOf({ name, type: 'text/plain', content: Buffer.from(name) })
    const answer = await stage.door.send({
      method: 'POST',
      path: '/api/v1/files',
      headers: { ...headers, authorization: `Bearer ${sender.token}` },
      body: bytes,
    })
    ids.push(JSON.parse(answer.text).file.id)
  }
  const body = { file_ids: ids }
  await stage.door.ask('sendMessage', sender.token, { params: { chat_id: chatId }, body })
}

async function crowd(size: number) {
  const writer = await stage.people.arrive('writer')
  const members = await Promise.all(Array.from({ length: size }, () => stage.people.arrive('member')))
  const { chat } = await stage.door.ask('createChat', writer.token, {
    body: { kind: 'group', title: 'A group', member_ids: members.map(({ id }) => id) },
  })
  const say = async (text: string) => {
    const params = { chat_id: chat.id }
    const { message } = await stage.door.ask('sendMessage', writer.token, { params, body: { text } })
    return message
  }
  return { writer, members, chatId: chat.id, say }
}

describe.each(allCases)('D12: $name', (cases) => {
  const dialect = dialectOf(cases)
  const view = () => viewsOf(stage)[dialect.name] ?? expect.unreachable()
  const showsFiles = dialect.routes.some(({ answers }) => JSON.stringify(answers).includes('"files"'))

  test.skipIf(showsFiles)('a message of files alone is told by their names', async () => {
    const told = `${fileName}, notes.txt`
    const { writer, members, chatId } = await crowd(1)
    await sendFiles(writer, chatId)
    const [reader = expect.unreachable()] = members
    const history = await view().history(chatId, reader)
    expect(history.at(-1)?.text).toBe(told)
    const { last } = (await view().listed?.(chatId, reader)) ?? {}
    if (last !== undefined) expect(last?.text).toBe(told)
  })

  test.skipIf(showsFiles).each(dialect.sockets)('frames of $path tell it so, too', async (socket) => {
    const own = cases.sockets[socket.path] ?? expect.unreachable()
    const scene = await stage.scene(own.home ?? 'private', await stage.cast())
    const place = await placeOf(server, scene, 'admin')
    const address = { url: server.url, dialect, socket, params: own.doors[0].params(place) }
    const listener = await DialectListener.enter(address, place.self.token)
    for (const frame of own.enter?.(place) ?? []) listener.send(frame)
    await listener.heard()
    await sendFiles(scene.cast.owner, scene.chatId)
    await listener.hears(1)
    const [frame = ''] = await listener.heard()
    // One socket tells of chats, and of no texts.
    if (frame.includes('"text"')) expect(frame).toContain(`"${fileName}, notes.txt"`)
    else expect(frame).toContain('unread')
    listener.leave()
  })

  test('before an unread number stands a message that was not deleted', async () => {
    const { writer, members, chatId, say } = await crowd(1)
    const [reader = expect.unreachable()] = members
    await say('that stays')
    const later = [await say('deleted'), await say('deleted, too')]
    for (const { id } of later) {
      await stage.door.ask('deleteMessage', writer.token, { params: { message_id: id } })
    }
    expect((await view().history(chatId, reader)).map(({ text }) => text)).toEqual(['that stays'])
    const { last, unread } = (await view().listed?.(chatId, reader)) ?? {}
    if (last !== undefined) expect([last?.text, unread ?? 1]).toEqual(['that stays', 1])
  })

  test.each([2, 110])('of %d others whoever reads a message has read it everywhere', async (size) => {
    const { writer, members, chatId, say } = await crowd(size)
    const { id, seq } = await say('first')
    const seen = async () => {
      const history = await view().history(chatId, writer)
      const { last } = (await view().listed?.(chatId, writer)) ?? {}
      return [...history, ...(last ? [last] : [])].map(wasRead)
    }
    expect(new Set(await seen())).toEqual(new Set([false]))
    const reader = members.at(-1) ?? expect.unreachable()
    await stage.door.ask('markRead', reader.token, { params: { chat_id: chatId }, body: { seq } })
    expect(new Set(await seen())).toEqual(new Set([true]))
    for (const frame of await framesOf(writer, chatId, id)) expect(frame).toContain('"is_read":true')
  })

  /** What its sockets say of a message when it is changed, and when they open. */
  async function framesOf(writer: Person, chatId: Id, messageId: Id): Promise<string[]> {
    const cast = { ...(await stage.cast()), owner: writer }
    const place = await placeOf(
      server,
      { kind: 'private', cast, chatId, messages: { bystander: messageId } },
      'owner',
    )
    const told: string[] = []
    for (const socket of dialect.sockets) {
      const own = cases.sockets[socket.path] ?? expect.unreachable()
      if (own.home === 'channel') continue
      const address = { url: server.url, dialect, socket, params: own.doors[0].params(place) }
      const listener = await DialectListener.enter(address, writer.token)
      for (const frame of own.enter?.(place) ?? []) listener.send(frame)
      await listener.heard()
      const params = { message_id: messageId }
      await stage.door.ask('editMessage', writer.token, { params, body: { text: `changed ${told.length}` } })
      await listener.heard()
      told.push(...listener.texts.filter((text) => text.includes('"is_read"')))
      listener.leave()
    }
    return told
  }
})
