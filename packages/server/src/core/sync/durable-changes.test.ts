// Every kind of durable change, made by its command on the whole server: it takes exactly the next version, is told with it, and whoever
// was away finds it by sync, as a fresh fetch shows it.
import {
  type DurableEvent,
  type DurableEventType,
  durableEvents,
  type Id,
  type Member,
  type ServerEvent,
  type SyncAnswer,
} from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FilePerson } from '../../../test/file-people.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import { createDirectChat } from '../chats/create-direct-chat.ts'
import { createGroup } from '../chats/create-group.ts'
import { deleteChat } from '../chats/delete-chat.ts'
import { updateChat } from '../chats/update-chat.ts'
import { attachFile } from '../files/attach-file.ts'
import { addMembers } from '../members/add-members.ts'
import { removeMember } from '../members/remove-member.ts'
import { updateMember } from '../members/update-member.ts'
import { deleteMessage } from '../messages/delete-message.ts'
import { editMessage } from '../messages/edit-message.ts'
import { sendMessage } from '../messages/send-message.ts'
import type { Ports } from '../ports.ts'
import { sync } from './sync.ts'

let server: TestServer
let ports: Ports
let ada: FilePerson
let grace: FilePerson
let mira: FilePerson
beforeAll(async () => {
  server = await startTestServer()
  ports = server.app.ports
  ada = await FilePerson.arrive(server, 'ada')
  grace = await FilePerson.arrive(server, 'grace')
  mira = await FilePerson.arrive(server, 'mira')
})
afterAll(() => server.stop())

const actorOf = ({ id }: FilePerson): Actor => ({ userId: id, sessionId: uuidv7() })

/** A chat before the change. */
interface Place {
  readonly chatId: Id
  readonly version: number
}

/** A group of ada, who owns it, and grace, with three messages of ada. */
async function groupOfTwo(): Promise<Place> {
  const { chat } = await createGroup(ports, actorOf(ada), { title: 'a group', member_ids: [grace.id] })
  for (const text of ['first', 'second', 'third']) await say(chat.id, ada, { text })
  return { chatId: chat.id, version: 4 }
}

const say = (chat_id: Id, sender: FilePerson, content: { text?: string; file_ids?: Id[] }) =>
  sendMessage(ports, actorOf(sender), { chat_id, id: uuidv7(), ...content })

const upload = async (owner: FilePerson): Promise<Id> =>
  (await owner.upload({ name: 'a.txt', content: 'a' })).id

/** The oldest message, which is not among the last ones that sync looks at. */
async function firstMessage(chatId: Id): Promise<Id> {
  const [first] = (await ports.storage.stores.messages.page(chatId, { from: 'after', seq: 0 }, 1)).items
  if (first === undefined) throw new Error('There are messages')
  return first.id
}

interface Change {
  readonly place: Place
  /** Told while the change was made. */
  readonly event: DurableEvent
  /** What ada is given who knows the chat as it was before. */
  readonly changed: SyncAnswer
}

interface Case {
  readonly before: () => Promise<Place>
  /** One way or several to make one change of the kind, each by a command. */
  readonly makes: readonly ((place: Place) => Promise<unknown>)[]
  /** Compares what sync gave with a fresh fetch. */
  readonly compare: (change: Change) => Promise<void>
}

async function compareMessage({ event, changed }: Change): Promise<void> {
  if (!('message' in event)) throw new Error(`${event.type} has no message`)
  expect(changed.messages).toEqual([await ports.storage.stores.messages.find(event.message.id)])
  expect(changed.messages).toEqual([event.message])
  expect(changed.members).toEqual([])
}

async function compareMember({ place, event, changed }: Change): Promise<void> {
  if (!('member' in event)) throw new Error(`${event.type} has no member`)
  expect(changed.members).toEqual([event.member])
  const fetched = await ports.storage.stores.members.find(place.chatId, event.member.user_id)
  expect(changed.members.filter((member) => member.left_at === null)).toEqual(
    fetched === null ? [] : [fetched],
  )
  expect(changed.messages).toEqual([])
}

async function compareChat({ place, event, changed }: Change): Promise<void> {
  if (!('chat' in event)) throw new Error(`${event.type} has no chat`)
  expect(changed).toMatchObject({ messages: [], members: [] })
  expect(changed.chats).toEqual([await ports.storage.stores.chats.view(place.chatId, ada.id)])
  expect(event.chat).toEqual(await ports.storage.stores.chats.find(place.chatId))
}

/** Does not compile without a case for each kind of durable event. */
const cases: Readonly<Record<DurableEventType, Case>> = {
  message_created: {
    before: groupOfTwo,
    makes: [
      ({ chatId }) => say(chatId, grace, { text: 'alone' }),
      async ({ chatId }) => say(chatId, grace, { file_ids: [await upload(grace)] }),
    ],
    compare: compareMessage,
  },
  message_updated: {
    before: groupOfTwo,
    makes: [
      async ({ chatId }) => editMessage(ports, actorOf(ada), await firstMessage(chatId), 'edited'),
      async ({ chatId }) => attachFile(ports, actorOf(ada), await firstMessage(chatId), await upload(ada)),
    ],
    compare: compareMessage,
  },
  message_deleted: {
    before: groupOfTwo,
    makes: [async ({ chatId }) => deleteMessage(ports, actorOf(ada), await firstMessage(chatId))],
    compare: compareMessage,
  },
  chat_created: {
    before: async () => ({ chatId: uuidv7(), version: 0 }),
    makes: [
      ({ chatId }) =>
        createGroup({ ...ports, ids: { next: () => chatId } }, actorOf(ada), {
          title: 'new',
          member_ids: [grace.id],
        }),
      async ({ chatId }) => {
        const stranger = await FilePerson.arrive(server, 'stranger')
        return createDirectChat({ ...ports, ids: { next: () => chatId } }, actorOf(ada), stranger.id)
      },
    ],
    async compare({ place, event, changed }) {
      if (!('chat' in event)) throw new Error(`${event.type} has no chat`)
      expect(event.chat).toEqual(await ports.storage.stores.chats.find(place.chatId))
      expect(changed.chats).toEqual([await ports.storage.stores.chats.view(place.chatId, ada.id)])
      const { items } = await ports.storage.stores.members.list(place.chatId, { limit: 10 })
      expect(changed.members.toSorted(byPerson)).toEqual(items.toSorted(byPerson))
      expect(items).toHaveLength(2)
    },
  },
  chat_updated: {
    before: groupOfTwo,
    makes: [
      ({ chatId }) => updateChat(ports, actorOf(ada), chatId, { title: 'renamed' }),
      ({ chatId }) => updateChat(ports, actorOf(ada), chatId, { posting: 'admins', visibility: 'public' }),
    ],
    compare: compareChat,
  },
  chat_deleted: {
    before: groupOfTwo,
    makes: [({ chatId }) => deleteChat(ports, actorOf(ada), chatId)],
    async compare({ place, changed }) {
      expect(changed).toMatchObject({ chats: [], messages: [], members: [], removed: [place.chatId] })
      expect(await ports.storage.stores.chats.view(place.chatId, ada.id)).toBeNull()
    },
  },
  member_added: {
    before: groupOfTwo,
    makes: [({ chatId }) => addMembers(ports, actorOf(ada), chatId, [mira.id])],
    compare: compareMember,
  },
  member_updated: {
    before: groupOfTwo,
    makes: [({ chatId }) => updateMember(ports, actorOf(ada), chatId, grace.id, 'admin')],
    compare: compareMember,
  },
  member_removed: {
    before: groupOfTwo,
    makes: [
      ({ chatId }) => removeMember(ports, actorOf(grace), chatId, grace.id),
      ({ chatId }) => removeMember(ports, actorOf(ada), chatId, grace.id),
    ],
    compare: compareMember,
  },
}

const byPerson = (a: Member, b: Member): number => (a.user_id < b.user_id ? -1 : 1)

/** The durable events that are told while the work runs. */
async function hearing(chatId: Id, work: () => Promise<unknown>): Promise<DurableEvent[]> {
  const events: DurableEvent[] = []
  const end = ports.bus.subscribe((envelopes) => {
    for (const { event } of envelopes) if (isDurable(event) && event.chat_id === chatId) events.push(event)
  })
  try {
    await work()
    return events
  } finally {
    end()
  }
}
const isDurable = (event: ServerEvent): event is DurableEvent => event.type in durableEvents

const kinds = Object.entries(cases).flatMap(([type, { before, makes, compare }]) =>
  makes.map((make, index) => ({ type, way: index + 1, before, make, compare })),
)

test.each(kinds)(
  'S1 S3: $type, way $way, takes one version, and whoever was away is given it',
  async (kind) => {
    const place = await kind.before()
    const [event, ...others] = await hearing(place.chatId, () => kind.make(place))
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: kind.type, version: place.version + 1 })
    if (event === undefined) throw new Error('It was told')
    const changed = await sync(ports, actorOf(ada), { [place.chatId]: place.version })
    expect(changed.gaps).toEqual([])
    await kind.compare({ place, event, changed })
  },
)
