// I7 S6 U4: what a person is told at the edges of membership: in the middle of a storm of messages, on coming back, in large groups.
import { randomUUID } from 'node:crypto'
import { limits, type RouteName, routes } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { chatCases } from './chat-cases.ts'
import { fileCases } from './file-cases.ts'
import { Hearing } from './hearing.ts'
import { problemIn } from './http-door.ts'
import { type Heard, Listener } from './listener.ts'
import { messageCases } from './message-cases.ts'
import { Stage, targetOf } from './stage.ts'

let server: TestServer
let stage: Stage

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

const versionOf = (frame: Heard): number => ('version' in frame ? (frame.version ?? 0) : 0)

test('I7: who is removed in a storm of messages hears nothing of it any more', async () => {
  const hearing = await Hearing.begin(stage, 'private')
  const { cast, chatId } = hearing.scene
  const about = (frame: Heard) => 'chat_id' in frame && frame.chat_id === chatId
  let storming = true
  const storm = async (token: string): Promise<void> => {
    while (storming) {
      await stage.door.ask('sendMessage', token, { params: { chat_id: chatId }, body: { text: 'storm' } })
      await stage.door.ask('sendTyping', token, { params: { chat_id: chatId } })
    }
  }
  const storms = [cast.owner, cast.owner, cast.admin, cast.bystander].map(({ token }) => storm(token))
  await hearing.listener('member').until('the storm', (frame) => frame.type === 'typing')
  await stage.door.ask('removeMember', cast.admin.token, {
    params: { chat_id: chatId, user_id: cast.member.id },
  })
  const { member: atAck, owner } = await hearing.heard()
  const newest = Math.max(...owner.map(versionOf))
  await hearing.listener('owner').until('the storm to go on', (frame) => versionOf(frame) > newest)
  storming = false
  await Promise.all(storms)
  const { member: later } = await hearing.heard()

  const removal = atAck.findIndex((frame) => frame.type === 'member_removed')
  expect(removal).toBeGreaterThan(0)
  expect(atAck.slice(removal + 1).filter(about)).toEqual([])
  expect(later).toEqual([])
  expect(newest).toBeGreaterThanOrEqual(versionOf(atAck[removal] as Heard))
  hearing.end()
})

test('I7: no news of cursors that were moved meanwhile follows a removal', async () => {
  const [owner, member] = [await stage.people.arrive('owner'), await stage.people.arrive('member')]
  const listener = await Listener.enter(server.url, member.token)
  for (let round = 0; round < 20; round += 1) {
    const { chat } = await stage.door.ask('createChat', owner.token, {
      body: { kind: 'group', title: 'news', member_ids: [member.id] },
    })
    const params = { chat_id: chat.id }
    for (let count = 0; count < 8; count += 1) await stage.say(member, chat.id, 'read this')
    // The member's cursor is the lowest, so each read of the owner is news to the member: all others have read that far.
    const reads = Array.from({ length: 8 }, (_, index) =>
      stage.door.ask('markRead', owner.token, { params, body: { seq: index + 1 } }),
    )
    const ownRead = stage.door.call('markRead', member.token, { params, body: { seq: 1 } })
    await stage.door.ask('removeMember', owner.token, { params: { ...params, user_id: member.id } })
    await Promise.all([...reads, ownRead])
    await listener.ask({ type: 'ping' })
    const about = listener.heard.filter((frame) => 'chat_id' in frame && frame.chat_id === chat.id)
    expect(about.map((frame) => frame.type).indexOf('member_removed')).toBe(about.length - 1)
  }
  listener.leave()
})

test('I7: nobody hears of the presence of those with whom they share no chat any more', async () => {
  for (let round = 0; round < 30; round += 1) {
    const [owner, member, guest] = await Promise.all(
      (['owner', 'member', 'guest'] as const).map((name) => stage.people.arrive(name)),
    )
    if (!owner || !member || !guest) throw new Error('nobody came')
    const { chat } = await stage.door.ask('createChat', owner.token, {
      body: { kind: 'group', title: 'news', member_ids: [member.id, guest.id] },
    })
    const listener = await Listener.enter(server.url, member.token)
    await listener.ask({ type: 'watch_presence', user_ids: [guest.id] })
    const arriving = new Listener(server.url)
    await arriving.opened
    const removal = stage.door.ask('removeMember', owner.token, {
      params: { chat_id: chat.id, user_id: member.id },
    })
    // The guest becomes visible at about the time of the removal, each round a little later.
    for (let turn = 0; turn < round * 4; turn += 1) await new Promise(setImmediate)
    arriving.send({ type: 'hello', token: guest.token })
    await removal
    await arriving.until('ready', (frame) => frame.type === 'ready')
    await listener.ask({ type: 'ping' })
    const types = listener.heard.map((frame) => frame.type)
    expect(types.slice(types.indexOf('member_removed'))).toEqual(['member_removed', 'pong'])
    for (const socket of [listener, arriving]) socket.leave()
  }
})

test('I7: once the removal is acknowledged no call about the chat succeeds', async () => {
  const hearing = await Hearing.begin(stage, 'private')
  const { cast, chatId } = hearing.scene
  const target = targetOf(hearing.scene, 'member')
  await stage.door.ask('removeMember', cast.owner.token, {
    params: { chat_id: chatId, user_id: cast.member.id },
  })
  const asked = new Set<RouteName>()
  await Promise.all(
    [...chatCases, ...messageCases, ...fileCases].map(async ({ route, parts }) => {
      asked.add(route)
      const given = parts(target)
      const answer = await stage.door.call(route, cast.member.token, given)
      // Leaving again is no fault, and says nothing.
      if (route === 'removeMember' && given.params?.user_id === cast.member.id)
        expect(answer.status).toBe(204)
      else expect(problemIn(answer).code).toBe('not_found')
    }),
  )
  expect([...asked].sort()).toEqual(
    Object.entries(routes)
      .filter(([, { path }]) => /\{(chat|message|file)_id\}/.test(path))
      .map(([name]) => name)
      .sort(),
  )
  hearing.end()
})

test('S4 S6: who was removed while away learns of it on coming back, and no more', async () => {
  const hearing = await Hearing.begin(stage, 'private')
  const { cast, chatId } = hearing.scene
  const version = await stage.versionOf(chatId)
  hearing.listener('member').leave()
  await stage.door.ask('removeMember', cast.owner.token, {
    params: { chat_id: chatId, user_id: cast.member.id },
  })
  const secret = await stage.say(cast.owner, chatId, 'behind your back')
  const back = new Listener(server.url)
  await back.opened
  const ready = await back.ask({ type: 'hello', token: cast.member.token, chats: { [chatId]: version } })
  expect(ready).toMatchObject({ type: 'ready', removed: [chatId], messages: [], members: [], gaps: [] })
  expect(back.texts.join()).not.toContain(secret)
  back.leave()
  hearing.end()
})

test('I7: who comes back by an invitation hears again', async () => {
  const hearing = await Hearing.begin(stage, 'private')
  const { cast, chatId } = hearing.scene
  const params = { chat_id: chatId }
  await stage.door.ask('removeMember', cast.owner.token, { params: { ...params, user_id: cast.member.id } })
  await stage.door.ask('addMembers', cast.owner.token, { params, body: { user_ids: [cast.member.id] } })
  await hearing.heard()
  const id = await stage.say(cast.owner, chatId, 'welcome back')
  const { member } = await hearing.heard()
  expect(member).toMatchObject([{ type: 'message_created', message: { id } }])
  hearing.end()
})

test('U4: in a large group a read is told to the reader’s own devices, and to others only that all have read', async () => {
  const people = await Promise.all(
    Array.from({ length: limits.receiptFanoutMembers + 1 }, () => stage.people.arrive('reader')),
  )
  const [sender, reader, ...others] = people
  if (sender === undefined || reader === undefined) throw new Error('nobody came')
  const { chat } = await stage.door.ask('createChat', sender.token, {
    body: { kind: 'group', title: 'large', member_ids: people.slice(1).map(({ id }) => id) },
  })
  await stage.say(sender, chat.id, 'read this')
  const read = (token: string) =>
    stage.door.ask('markRead', token, { params: { chat_id: chat.id }, body: { seq: 1 } })
  for (const person of others) await read(person.token)
  const listeners = {
    sender: await Listener.enter(server.url, sender.token),
    phone: await Listener.enter(server.url, reader.token),
    tablet: await Listener.enter(server.url, (await stage.people.again(reader)).token),
    other: await Listener.enter(server.url, (others[0] ?? sender).token),
  }
  await read(reader.token)
  const mark = await stage.say(others[1] ?? sender, chat.id, 'mark')
  const heard = await Promise.all(
    Object.entries(listeners).map(async ([name, listener]) => {
      await listener.until(
        'the mark',
        (frame) => frame.type === 'message_created' && frame.message.id === mark,
      )
      return [name, listener.heard.slice(1, -1).map((frame) => frame.type)]
    }),
  )
  expect(Object.fromEntries(heard)).toEqual({
    sender: ['fully_read'],
    phone: ['read'],
    tablet: ['read'],
    other: [],
  })
  for (const listener of Object.values(listeners)) listener.leave()
})

test('M2 C6: the id of a message that one may not see tells nothing but that it is taken', async () => {
  const scene = await stage.scene('private', await stage.cast())
  const { stranger, owner } = scene.cast
  const { chat } = await stage.door.ask('createChat', stranger.token, {
    body: { kind: 'direct', user_id: stranger.id },
  })
  const send = (body: object) =>
    stage.door.call('sendMessage', stranger.token, { params: { chat_id: chat.id }, body })
  const taken = await send({ id: scene.messages.owner, text: 'mine' })
  expect(problemIn(taken)).toMatchObject({ code: 'id_taken', detail: 'The id belongs to another message' })
  // A reply to it is a reply to nothing.
  const replied = await send({ text: 'mine', reply_to_id: scene.messages.owner })
  const toNothing = await send({ text: 'mine', reply_to_id: randomUUID() })
  expect(problemIn(replied).code).toBe('invalid_reply')
  expect(replied.bytes).toBe(toNothing.bytes)
  // And the message is what it was.
  const { message } = await stage.door.ask('getMessage', owner.token, {
    params: { message_id: scene.messages.owner ?? '' },
  })
  expect(message.sender_id).toBe(owner.id)
})
