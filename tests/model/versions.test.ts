// S1: what every durable change of a chat does to its version, and what is told of it, on the real server.
import type { DurableEvent, DurableEventType, Id } from '@parley/protocol'
import { durableEvents } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attachFile } from '../../packages/server/src/core/files/attach-file.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { Listener } from '../access/listener.ts'
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

interface Place {
  readonly owner: Person
  readonly ben: Person
  readonly cleo: Person
  readonly dan: Person
  readonly chatId: Id
  /** Of the owner. */
  readonly messageId: Id
}

interface Change {
  readonly what: string
  /** The events that it causes, in their order. */
  readonly events: readonly DurableEventType[]
  readonly make: (place: Place) => Promise<unknown>
}

const inChat = ({ chatId }: Place) => ({ chat_id: chatId })
const memberOf = ({ chatId }: Place, { id }: Person) => ({ chat_id: chatId, user_id: id })

/** In the order in which they are made. */
const changes: readonly Change[] = [
  {
    what: 'a message',
    events: ['message_created'],
    make: ({ ben, chatId }) => stage.say(ben, chatId, 'hello'),
  },
  {
    what: 'ten messages at once',
    events: Array.from({ length: 10 }, () => 'message_created' as const),
    make: ({ owner, ben, chatId }) =>
      Promise.all(
        Array.from({ length: 10 }, (_, index) => stage.say(index % 2 ? ben : owner, chatId, `${index}`)),
      ),
  },
  {
    what: 'an edit',
    events: ['message_updated'],
    make: ({ owner, messageId }) =>
      stage.door.ask('editMessage', owner.token, {
        params: { message_id: messageId },
        body: { text: 'edited' },
      }),
  },
  {
    what: 'a file that is added to a message',
    events: ['message_updated'],
    async make({ owner, messageId }) {
      const { file } = await stage.door.ask('uploadFile', owner.token, { upload: 'a text' })
      const actor = { userId: owner.id, sessionId: owner.sessionId }
      await attachFile(server.app.ports, actor, messageId, file.id)
    },
  },
  {
    what: 'a deletion',
    events: ['message_deleted'],
    make: ({ owner, messageId }) =>
      stage.door.ask('deleteMessage', owner.token, { params: { message_id: messageId } }),
  },
  {
    what: 'the same deletion again',
    events: [],
    make: ({ owner, messageId }) =>
      stage.door.ask('deleteMessage', owner.token, { params: { message_id: messageId } }),
  },
  {
    what: 'a title',
    events: ['chat_updated'],
    make: (place) =>
      stage.door.ask('updateChat', place.owner.token, { params: inChat(place), body: { title: 'new' } }),
  },
  {
    what: 'two people who are added by one call',
    events: ['member_added', 'member_added'],
    make: (place) =>
      stage.door.ask('addMembers', place.owner.token, {
        params: inChat(place),
        body: { user_ids: [place.cleo.id, place.dan.id] },
      }),
  },
  {
    what: 'people who are in already',
    events: [],
    make: (place) =>
      stage.door.ask('addMembers', place.owner.token, {
        params: inChat(place),
        body: { user_ids: [place.ben.id] },
      }),
  },
  {
    what: 'a role',
    events: ['member_updated'],
    make: (place) =>
      stage.door.ask('updateMember', place.owner.token, {
        params: memberOf(place, place.cleo),
        body: { role: 'admin' },
      }),
  },
  {
    what: 'a removal',
    events: ['member_removed'],
    make: (place) =>
      stage.door.ask('removeMember', place.owner.token, { params: memberOf(place, place.dan) }),
  },
  {
    what: 'an owner who leaves',
    events: ['member_updated', 'member_removed'],
    make: (place) =>
      stage.door.ask('removeMember', place.owner.token, { params: memberOf(place, place.owner) }),
  },
  {
    what: 'the deletion of the group',
    events: ['chat_deleted'],
    make: (place) => stage.door.ask('deleteChat', place.cleo.token, { params: inChat(place) }),
  },
]

/** Those of the chat that take a version, in the order in which they were told. */
const told = ({ heard }: Listener, chatId: Id): DurableEvent[] =>
  heard.filter(
    (frame): frame is DurableEvent & { ref?: number } =>
      frame.type in durableEvents && 'chat_id' in frame && frame.chat_id === chatId,
  )

/** The changed object as the event carries it. */
const objectIn = (event: DurableEvent) =>
  'message' in event ? event.message : 'member' in event ? event.member : event.chat

/** The same object as the database has it; null when it can be read no more. */
async function objectStored(event: DurableEvent): Promise<unknown> {
  const { chats, members, messages } = server.app.ports.storage.stores
  if ('message' in event) return messages.find(event.message.id)
  if ('member' in event) return members.find(event.chat_id, event.member.user_id)
  return chats.find(event.chat_id)
}

test('S1: every durable change takes the next version and is told once, with the whole object', async () => {
  const [owner, ben, cleo, dan] = [
    await stage.people.arrive('owner'),
    await stage.people.arrive('ben'),
    await stage.people.arrive('cleo'),
    await stage.people.arrive('dan'),
  ]
  const listener = await Listener.enter(server.url, ben.token)
  const { chat } = await stage.door.ask('createChat', owner.token, {
    body: { kind: 'group', title: 'A group', member_ids: [ben.id] },
  })
  expect(chat.version).toBe(1)
  const messageId = await stage.say(owner, chat.id, 'to be changed')
  const place: Place = { owner, ben, cleo, dan, chatId: chat.id, messageId }
  let version = 2
  const types: DurableEventType[] = ['chat_created', 'message_created']
  for (const { what, events, make } of changes) {
    await make(place)
    version += events.length
    types.push(...events)
    const last = await listener.until(
      `${what}, version ${version}`,
      (frame) =>
        frame.type in durableEvents &&
        'chat_id' in frame &&
        frame.chat_id === chat.id &&
        'version' in frame &&
        frame.version === version,
    )
    const stored = await objectStored(last as DurableEvent)
    if (stored !== null) expect([what, objectIn(last as DurableEvent)]).toEqual([what, stored])
    expect([what, await stage.versionOf(chat.id)]).toEqual([
      what,
      events[0] === 'chat_deleted' ? null : version,
    ])
  }
  const all = told(listener, chat.id)
  expect(all.map((event) => event.version)).toEqual(types.map((_, index) => index + 1))
  expect(all.map(({ type }) => type)).toEqual(types)
  for (const event of all) expect(objectIn(event).version).toBe(event.version)
  expect(new Set(types)).toEqual(new Set(Object.keys(durableEvents)))
  listener.leave()
})
