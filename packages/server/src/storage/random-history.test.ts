// Random histories of chats: after any of them every derived number equals a recount, and a client that resumes from any
// version of it stands where a fresh one stands.
import type { ChatView, Id, Member, Message } from '@parley/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Stores } from '../core/ports.ts'
import { at, changes, draft, type Fixture, group, people, storageFixture } from './test/fixture.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

const crew = 4
const who = fc.nat(crew - 1)
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('send' as const), who, count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('erase' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), who, seq: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** The members and messages that a client holds, by id. */
interface Copy {
  readonly version: number
  readonly messages: ReadonlyMap<Id, Message>
  readonly members: ReadonlyMap<Id, Member>
}

const readAll = async (chatId: Id): Promise<{ messages: Message[]; members: Member[] }> => ({
  messages: (await stores.messages.page(chatId, { from: 'end' }, 1000)).items,
  members: (await stores.members.list(chatId, { limit: 100 })).items,
})

async function copyNow(chatId: Id, view: ChatView): Promise<Copy> {
  const { messages, members } = await readAll(chatId)
  return {
    version: view.version,
    messages: new Map(messages.map((message) => [message.id, message])),
    members: new Map(members.map((member) => [member.user_id, member])),
  }
}

/** Who has read what, as the steps of a history say it. */
class Readings {
  private readonly cursors = new Map<Id, number>()
  private readonly readers = new Map<number, Set<Id>>()

  join(userId: Id, lastSeq: number): void {
    this.cursors.set(userId, lastSeq)
  }

  read(userId: Id, seq: number): void {
    const cursor = this.cursors.get(userId) ?? 0
    for (let each = cursor + 1; each <= seq; each += 1) {
      this.readers.set(each, (this.readers.get(each) ?? new Set()).add(userId))
    }
    this.cursors.set(userId, Math.max(cursor, seq))
  }

  of(message: Message): Id[] {
    return [...(this.readers.get(message.seq) ?? [])].filter((id) => id !== message.sender_id).toSorted()
  }

  /** U3. */
  fullyRead(viewerId: Id, members: readonly Member[]): number {
    const others = members.filter(({ user_id }) => user_id !== viewerId)
    const read = [...this.readers].filter(([, readers]) => [...readers].some((id) => id !== viewerId))
    return Math.min(Math.max(0, ...read.map(([seq]) => seq)), ...others.map(({ read_seq }) => read_seq))
  }
}

async function play(
  chatId: Id,
  ids: readonly Id[],
  one: Step,
  { time, readings }: { readonly time: number; readonly readings: Readings },
): Promise<void> {
  const change = changes(fixture.storage)
  const userId = 'who' in one ? (ids[one.who] as Id) : (ids[0] as Id)
  const present = (await stores.members.find(chatId, userId)) !== null
  const { messages } = await readAll(chatId)
  const alive = messages.filter((message) => message.deleted_at === null)
  const picked = 'pick' in one ? alive[one.pick % Math.max(alive.length, 1)] : undefined
  switch (one.do) {
    case 'send':
      await stores.messages.post(
        Array.from({ length: one.count }, () => draft(chatId, userId, { createdAt: at(time) })),
      )
      return
    case 'edit':
      if (picked !== undefined) await change.edit(picked, `edited ${time}`, at(time))
      return
    case 'erase':
      if (picked !== undefined) await change.erase(picked, at(time))
      return
    case 'read':
      await stores.reads.advance(chatId, userId, one.seq, at(time))
      if (present) readings.read(userId, Math.min(one.seq, messages.length))
      return
    case 'leave':
      if (present && one.who > 0) await change.remove(chatId, userId, at(time))
      return
    case 'join':
      if (present) return
      await change.add(chatId, userId, at(time))
      readings.join(userId, messages.length)
      return
    case 'rename':
      await stores.chats.update(chatId, { title: `Title ${time}` })
      return
    default:
      one satisfies never
  }
}

/** I5, U3: what the views say, counted again from the messages, cursors and readings. */
async function recount(chatId: Id, ids: readonly Id[], readings: Readings): Promise<void> {
  const { messages, members } = await readAll(chatId)
  expect(messages.map((message) => message.seq)).toEqual(messages.map((_, index) => index + 1))
  for (const userId of ids) {
    const own = members.find((member) => member.user_id === userId)
    const view = await stores.chats.view(chatId, userId)
    if (own === undefined) {
      expect(view).toBeNull()
      continue
    }
    const unread = messages.filter(
      (message) => message.seq > own.read_seq && message.sender_id !== userId && message.deleted_at === null,
    )
    expect(view).toMatchObject({
      last_seq: messages.length,
      read_seq: own.read_seq,
      unread_count: unread.length,
      fully_read_seq: readings.fullyRead(userId, members),
      last_message: messages.at(-1) ?? null,
      member_count: members.length,
    })
    const move = await stores.reads.advance(chatId, userId, 0, at(0))
    expect(move).toMatchObject({ moved: false, unreadCount: unread.length, version: view?.version })
  }
}

/** U5, M9: each receipt names a reading, and no time is before that of what came before. */
async function judged(chatId: Id, readings: Readings): Promise<void> {
  const { messages } = await readAll(chatId)
  const found = await stores.reads.readersOfMany(messages, crew)
  const names = found.map((reads) => reads.map(({ user_id }) => user_id).toSorted())
  expect(names).toEqual(messages.map((message) => readings.of(message)))
  let last = at(0).toISOString()
  for (const [index, { seq, created_at }] of messages.entries()) {
    expect(created_at >= last).toBe(true)
    expect(found[index]?.every((read) => read.at >= created_at)).toBe(true)
    const first = messages.find((message) => message.created_at >= created_at)
    expect(await stores.messages.seqAt(chatId, new Date(created_at))).toBe(first?.seq)
    expect(first?.seq).toBeLessThanOrEqual(seq)
    last = created_at
  }
}

/** S3: the copy, merged by version with what a resume gives, is what a fresh client reads. */
async function resumed(chatId: Id, owner: Id, copy: Copy): Promise<void> {
  const changed = await stores.sync.changesOf(owner, { [chatId]: copy.version })
  expect(changed.gaps).toEqual([])
  const messages = new Map(copy.messages)
  for (const message of changed.messages) {
    expect(message.version).toBeGreaterThan(copy.version)
    messages.set(message.id, message)
  }
  const members = new Map(copy.members)
  for (const member of changed.members) members.set(member.user_id, member)
  const fresh = await readAll(chatId)
  expect([...messages.values()].toSorted((a, b) => a.seq - b.seq)).toEqual(fresh.messages)
  // Cursors do not come by version; see the contract of Member.
  const present = [...members.values()].filter((member) => member.left_at === null)
  expect(present.map(withoutCursor).toSorted(byUser)).toEqual(
    fresh.members.map(withoutCursor).toSorted(byUser),
  )
}

const withoutCursor = ({ read_seq: _, ...member }: Member) => member
const byUser = (a: { user_id: Id }, b: { user_id: Id }) => (a.user_id < b.user_id ? -1 : 1)

test('I5 U3 U5 M9 S3: whatever the clock says, derived numbers and receipts equal a recount and a resume a fresh read', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
    const ids = await people(stores, crew)
    const owner = ids[0] as Id
    const chat = await group(stores, ids)
    const copies: Copy[] = []
    const readings = new Readings()
    for (const [index, one] of steps.entries()) {
      const view = await stores.chats.view(chat.id, owner)
      if (view === null) throw new Error('The owner stays')
      copies.push(await copyNow(chat.id, view))
      // A clock that goes back about as often as it goes on.
      await play(chat.id, ids, one, { time: 1 + ((index * 7) % 11), readings })
    }
    await recount(chat.id, ids, readings)
    await judged(chat.id, readings)
    for (const copy of copies) await resumed(chat.id, owner, copy)
  })
  await fc.assert(property, { numRuns: 40 })
})
