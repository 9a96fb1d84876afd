import { Email, limits, Name, Title, Username } from '@parley/protocol'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { cast } from './cast.ts'
import { type DemoChat, type DemoWorld, peopleOf, postersOf } from './demo-world.ts'
import { demoWorld } from './generate.ts'

const now = new Date('2026-11-20T14:00:00.000Z')
const world = demoWorld({ now })
const worlds = [
  world,
  demoWorld({ now, seed: 2 }),
  demoWorld({ now: new Date('2027-01-04T02:00:00Z'), seed: 77 }),
]
const each = worlds.map((made, index) => [index + 1, made] as const)

const ofChat = (made: DemoWorld, chat: number) =>
  made.messages.flatMap((message, index) => (message.chat === chat ? [{ ...message, index }] : []))
const unreadOf = (made: DemoWorld, username: string, chat: number): number => {
  const upTo = made.reads.find((read) => read.chat === chat && read.username === username)?.upTo ?? -1
  return ofChat(made, chat).filter(({ index, sender }) => index > upTo && sender !== username).length
}
const cyrillic = (text: string): boolean => /\p{Script=Cyrillic}/u.test(text)
const fits = (schema: TSchema, value: string): boolean => Value.Check(schema, value)

test('the same seed and time give the same world; another seed gives another one', () => {
  expect(demoWorld({ now })).toEqual(world)
  expect(demoWorld({ now, seed: 1 })).toEqual(world)
  expect(worlds[1]?.messages.map(({ text }) => text)).not.toEqual(world.messages.map(({ text }) => text))
})

test('there are 24 people with Russian and English names whom the server would accept', () => {
  expect(world.people).toHaveLength(24)
  expect(new Set(world.people.flatMap(({ username, email }) => [username, email])).size).toBe(48)
  expect(world.people.filter(({ name }) => cyrillic(name)).length).toBeGreaterThan(8)
  expect(world.people.filter(({ name }) => !cyrillic(name)).length).toBeGreaterThan(8)
  for (const person of world.people) {
    expect(person.password).toBe('parley-demo')
    expect(fits(Username, person.username) && fits(Name, person.name) && fits(Email, person.email)).toBe(true)
    expect(person.bio.length).toBeLessThanOrEqual(limits.bioMax)
  }
})

test('chats name people who exist, each once; direct chats are one per pair', () => {
  const known = new Set(world.people.map(({ username }) => username))
  const pairs = new Set<string>()
  for (const chat of world.chats) {
    const people = peopleOf(chat)
    expect(people.filter((username) => !known.has(username))).toEqual([])
    expect(new Set(people).size).toBe(people.length)
    if (chat.kind === 'direct') pairs.add(chat.people.toSorted().join())
    else expect(fits(Title, chat.title)).toBe(true)
  }
  expect(pairs.size).toBe(world.chats.filter(({ kind }) => kind === 'direct').length)
})

test('there are an announcement channel, public groups and private ones', () => {
  const groups = world.chats.filter((chat) => chat.kind === 'group')
  expect(groups.filter(({ posting }) => posting === 'admins')).toHaveLength(1)
  expect(groups.filter(({ visibility }) => visibility === 'public').length).toBeGreaterThan(3)
  expect(groups.filter(({ visibility }) => visibility === 'private').length).toBeGreaterThan(3)
})

test.each(each)('world %i has about 4,000 messages, and every chat has some', (_, made) => {
  expect(made.messages.length).toBeGreaterThan(3600)
  expect(made.messages.length).toBeLessThan(4600)
  for (const index of made.chats.keys()) expect(ofChat(made, index).length).toBeGreaterThan(5)
})

test.each(each)('world %i: only those who may post do so', (_, made) => {
  for (const message of made.messages) {
    expect(postersOf(made.chats[message.chat] as DemoChat)).toContain(message.sender)
  }
})

test.each(each)('world %i: times ascend strictly in every chat and lie in the last 90 days', (_, made) => {
  const end = made === worlds[2] ? new Date('2027-01-04T02:00:00Z') : now
  for (const index of made.chats.keys()) {
    const times = ofChat(made, index).map(({ at }) => at.getTime())
    expect(times.every((time, place) => place === 0 || time > (times[place - 1] ?? 0))).toBe(true)
  }
  const all = made.messages.map(({ at }) => at.getTime())
  expect(all).toEqual(all.toSorted((a, b) => a - b))
  expect(Math.min(...all)).toBeGreaterThanOrEqual(end.getTime() - 90 * 24 * 3600_000)
  expect(Math.max(...all)).toBeLessThan(end.getTime())
})

test.each(each)(
  'world %i: replies point back at a message of the same chat that is still there',
  (_, made) => {
    const replies = made.messages.flatMap((message, index) =>
      message.reply_to === undefined ? [] : [{ message, index }],
    )
    expect(replies.length).toBeGreaterThan(100)
    for (const { message, index } of replies) {
      const target = made.messages[message.reply_to ?? -1]
      expect(message.reply_to).toBeLessThan(index)
      expect(target?.chat).toBe(message.chat)
      expect(target?.deleted).toBeUndefined()
    }
  },
)

test.each(each)('world %i: every text could be sent', (_, made) => {
  for (const { text, edited_text } of made.messages) {
    for (const one of [text, edited_text ?? text]) {
      expect(one).toMatch(/\S/)
      expect(one.length).toBeLessThanOrEqual(limits.messageTextMax)
      expect(one.isWellFormed() && !one.includes('\u0000')).toBe(true)
    }
    expect(edited_text).not.toBe(text)
  }
})

test('both languages are spoken, also side by side in one chat', () => {
  const russian = world.messages.filter(({ text }) => cyrillic(text)).length
  expect(russian).toBeGreaterThan(1200)
  expect(world.messages.length - russian).toBeGreaterThan(1200)
  const mixed = [...world.chats.keys()].filter((index) => {
    const share =
      ofChat(world, index).filter(({ text }) => cyrillic(text)).length / ofChat(world, index).length
    return share > 0.25 && share < 0.75
  })
  expect(mixed.length).toBeGreaterThanOrEqual(2)
})

test('people who do not speak Russian write no Russian', () => {
  const english = new Set(
    cast.filter(({ called }) => called.ru === undefined).map(({ username }) => username),
  )
  const quoted = /«[^»]*»|\p{Script=Cyrillic}+(?=[,:])/gu
  const strange = world.messages.filter(
    ({ sender, text }) => english.has(sender) && cyrillic(text.replace(quoted, '')),
  )
  expect(strange).toEqual([])
})

test('there are edits, deletions, long texts, lists, links, code and emoji', () => {
  const texts = world.messages.map(({ text }) => text)
  const count = (pattern: RegExp) => texts.filter((text) => pattern.test(text)).length
  expect(world.messages.filter(({ edited_text }) => edited_text !== undefined).length).toBeGreaterThan(15)
  expect(world.messages.filter(({ deleted }) => deleted).length).toBeGreaterThan(5)
  expect(texts.filter((text) => text.length > 500).length).toBeGreaterThan(3)
  expect(count(/\n- /)).toBeGreaterThan(20)
  expect(count(/https:\/\/\S+\.example\.com/)).toBeGreaterThan(100)
  expect(count(/```/)).toBeGreaterThan(10)
  expect(count(/\p{Extended_Pictographic}/u)).toBeGreaterThan(200)
})

test('a chat never plays the same conversation twice', () => {
  for (const index of world.chats.keys()) {
    const long = ofChat(world, index).filter(({ text, deleted }) => text.length > 120 && !deleted)
    expect(new Set(long.map(({ text }) => text.slice(0, 40))).size).toBe(long.length)
  }
})

test('working days are busy, nights and weekends quiet', () => {
  const teamTime = world.messages.map(({ at }) => new Date(at.getTime() + 3 * 3600_000))
  const share = (wanted: (at: Date) => boolean) => teamTime.filter(wanted).length / teamTime.length
  expect(share((at) => at.getUTCDay() === 0 || at.getUTCDay() === 6)).toBeLessThan(0.25)
  expect(share((at) => at.getUTCHours() >= 2 && at.getUTCHours() < 7)).toBeLessThan(0.05)
  expect(share((at) => at.getUTCHours() >= 9 && at.getUTCHours() < 19)).toBeGreaterThan(0.6)
})

test.each(each)('world %i: cursors point at messages of their chat, one per person', (_, made) => {
  const keys = made.reads.map(({ chat, username }) => `${chat} ${username}`)
  expect(new Set(keys).size).toBe(keys.length)
  for (const read of made.reads) {
    expect(peopleOf(made.chats[read.chat] as DemoChat)).toContain(read.username)
    expect(made.messages[read.upTo]?.chat).toBe(read.chat)
    const lastOwn = ofChat(made, read.chat).findLast(({ sender }) => sender === read.username)
    expect(read.upTo).toBeGreaterThanOrEqual(lastOwn?.index ?? -1)
  }
})

test.each(each)('world %i: the first people have a few chats to read, and most are read', (_, made) => {
  for (const { username } of made.people.slice(0, 2)) {
    const own = [...made.chats.keys()].filter((index) =>
      peopleOf(made.chats[index] as DemoChat).includes(username),
    )
    const unread = own.filter((index) => unreadOf(made, username, index) > 0)
    expect(unread.length).toBeGreaterThanOrEqual(2)
    expect(unread.length).toBeLessThan(own.length * 0.75)
  }
})
