// After a run: each client's replica equals a fresh fetch (I9), and the fetch equals the plain model (I1, I2, I3, I5).
import type { ChatView, Member, Message } from '@parley/protocol'
import { expect } from 'vitest'
import { type Person, sentMessages } from './person.ts'
import type { ModelChat, PlainModel } from './plain-model.ts'
import { until } from './until.ts'

/** Everyone must be online. */
export async function verifyEveryone(model: PlainModel, people: readonly Person[]): Promise<void> {
  for (const person of people) await verifyPerson(model, person)
}

async function verifyPerson(model: PlainModel, person: Person): Promise<void> {
  const mine = [...model.chats.values()].filter((chat) => model.visible(chat.id, person.id) !== null)
  await caughtUp(person, model, mine)
  const fresh = await fetchChats(person)
  expect(byId(fresh)).toEqual(byId(person.client.replica.chats()))
  expect(fresh.map((chat) => chat.id).sort()).toEqual(mine.map((chat) => chat.id).sort())
  for (const chat of mine) {
    const view = fresh.find((candidate) => candidate.id === chat.id)
    expect(view).toMatchObject({
      version: chat.version,
      last_seq: chat.messages.length,
      member_count: chat.members.size,
      role: chat.members.get(person.id)?.role,
      read_seq: chat.members.get(person.id)?.readSeq,
      unread_count: model.unread(chat, person.id),
      fully_read_seq: model.fullyRead(chat, person.id),
    })
    await verifyTimeline(person, chat)
    await verifyMembers(person, chat)
  }
}

/** News travels; its arrival is awaited, its content is then compared. */
async function caughtUp(person: Person, model: PlainModel, mine: readonly ModelChat[]): Promise<void> {
  const { replica } = person.client
  const seen = () =>
    replica
      .chats()
      .map((chat) => [chat.id, chat.version, chat.unread_count, chat.fully_read_seq, chat.read_seq])
  await until(
    'a replica that has every change',
    () =>
      replica.chats().length === mine.length &&
      mine.every((chat) => {
        const view = replica.chat(chat.id)
        return (
          view?.version === chat.version &&
          view.unread_count === model.unread(chat, person.id) &&
          view.fully_read_seq === model.fullyRead(chat, person.id) &&
          view.read_seq === chat.members.get(person.id)?.readSeq
        )
      }),
    10_000,
    () => ({
      replica: seen(),
      model: mine.map((chat) => [
        chat.id,
        chat.version,
        model.unread(chat, person.id),
        model.fullyRead(chat, person.id),
        chat.members.get(person.id)?.readSeq,
      ]),
    }),
  )
}

async function verifyTimeline(person: Person, chat: ModelChat): Promise<void> {
  const fresh = await fetchMessages(person, chat.id)
  expect(fresh.map((message) => message.seq)).toEqual(chat.messages.map((_, index) => index + 1))
  expect(fresh.map(({ id, sender_id, text }) => ({ id, sender: sender_id, text }))).toEqual(
    chat.messages.map(({ id, sender, text }) => ({ id, sender, text })),
  )
  const freshById = byId(fresh)
  // What events alone had brought, before any page is asked for.
  for (const message of sentMessages(person.client.replica.timeline(chat.id))) {
    expect(message).toEqual(freshById[message.id])
  }
  const handle = person.client.chats.handle(chat.id)
  await handle.loadLatest()
  while (person.client.replica.timeline(chat.id).hasBefore) await handle.loadBefore()
  const timeline = person.client.replica.timeline(chat.id)
  expect(timeline.items.map((item) => item.state)).toEqual(fresh.map(() => 'sent'))
  expect(sentMessages(timeline)).toEqual(fresh)
}

async function verifyMembers(person: Person, chat: ModelChat): Promise<void> {
  const { items } = await person.client.call('listMembers', {
    params: { chat_id: chat.id },
    query: { limit: 100 },
  })
  expect(Object.fromEntries(items.map((member) => [member.user_id, [member.role, member.read_seq]]))).toEqual(
    Object.fromEntries([...chat.members].map(([id, member]) => [id, [member.role, member.readSeq]])),
  )
  const known = person.client.replica.members(chat.id)
  const freshByUser = byUser(items)
  for (const member of known) expect(member).toEqual(freshByUser[member.user_id])
  await person.client.chats.handle(chat.id).loadMembers()
  expect(byUser(person.client.replica.members(chat.id))).toEqual(freshByUser)
}

async function fetchChats(person: Person): Promise<ChatView[]> {
  const chats: ChatView[] = []
  let cursor: string | null = null
  do {
    const page: { items: ChatView[]; next_cursor: string | null } = await person.client.call('listChats', {
      query: { limit: 7, ...(cursor === null ? {} : { cursor }) },
    })
    chats.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  return chats
}

async function fetchMessages(person: Person, chatId: string): Promise<Message[]> {
  const messages: Message[] = []
  let more = true
  while (more) {
    const after = messages.at(-1)?.seq ?? 0
    const page = await person.client.call('listMessages', {
      params: { chat_id: chatId },
      query: { after, limit: 5 },
    })
    messages.push(...page.items)
    more = page.has_after
  }
  return messages
}

const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
  Object.fromEntries(items.map((item) => [item.id, item]))

const byUser = (members: readonly Member[]) =>
  Object.fromEntries(members.map((member) => [member.user_id, member]))
