// M1 W2: whatever people write comes back as they wrote it, everywhere it is shown, and can be searched for.
import { randomUUID } from 'node:crypto'
import { limits, type Message } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Listener } from '../access/listener.ts'
import type { Person } from '../access/people.ts'
import { naughtyTexts } from './naughty.ts'
import { refusalOf, Service } from './service.ts'

let service: Service
let self: Person
/** A member of the group who listens. */
let listener: Listener

beforeAll(async () => {
  service = await Service.start()
  self = service.self
  listener = await Listener.enter(service.url, service.scene.cast.member.token)
})
afterEach(() => service.mustStillServe())
afterAll(async () => {
  listener.leave()
  await service.stop()
})

const texts = Object.entries(naughtyTexts)

/** Compared as bytes: two texts that look the same, or compose to the same, are not the same. */
function expectSame(given: string | null | undefined, text: string): void {
  expect(Buffer.from(given ?? '').toString('hex')).toBe(Buffer.from(text).toString('hex'))
}

async function heard(type: string, messageId: string): Promise<Message> {
  const frame = await listener.until(
    type,
    (candidate) => candidate.type === type && 'message' in candidate && candidate.message?.id === messageId,
  )
  if (!('message' in frame) || frame.message === undefined) throw new Error('no message')
  return frame.message
}

test('there are enough of them, each another, and all are welcome', () => {
  expect(texts.length).toBeGreaterThanOrEqual(60)
  expect(new Set(texts.map(([, text]) => text)).size).toBe(texts.length)
  for (const [, text] of texts)
    expect([text.isWellFormed(), /\S/.test(text), text.includes('\0')]).toEqual([true, true, false])
})

describe.each(texts)('M1 W2: %s', (_, text) => {
  test('as a message', async () => {
    const params = { chat_id: service.scene.chatId }
    const { message } = await service.door.ask('sendMessage', self.token, { params, body: { text } })
    expectSame(message.text, text)
    expectSame((await heard('message_created', message.id)).text, text)
    const edited = await service.door.ask('editMessage', self.token, {
      params: { message_id: message.id },
      body: { text: `${text}!` },
    })
    expectSame(edited.message.text, `${text}!`)
    expectSame((await heard('message_updated', message.id)).text, `${text}!`)
    const { items } = await service.door.ask('listRevisions', self.token, {
      params: { message_id: message.id },
    })
    expect(items.length).toBe(1)
    expectSame(items[0]?.text, text)
    const page = await service.door.ask('listMessages', self.token, { params, query: { limit: 1 } })
    expectSame(page.items[0]?.text, `${text}!`)
  })

  test('as a message over a socket', async () => {
    const id = randomUUID()
    const sender = await Listener.enter(service.url, self.token)
    const answer = await sender.ask({ type: 'send_message', chat_id: service.scene.chatId, id, text })
    if (answer.type !== 'ack') throw new Error(JSON.stringify(answer))
    expectSame(answer.message?.text, text)
    expectSame((await heard('message_created', id)).text, text)
    sender.leave()
    const fresh = new Listener(service.url)
    await fresh.opened
    const ready = await fresh.ask({ type: 'hello', token: self.token })
    if (ready.type !== 'ready') throw new Error(JSON.stringify(ready))
    expectSame(ready.chats.find((chat) => chat.id === service.scene.chatId)?.last_message?.text, text)
    fresh.leave()
  })

  test('as title and description of a group that is found by it', async () => {
    const { chat } = await service.door.ask('createChat', self.token, {
      body: { kind: 'group', title: text, description: text, member_ids: [], visibility: 'public' },
    })
    expectSame(chat.title, text)
    const { chat: changed } = await service.door.ask('updateChat', self.token, {
      params: { chat_id: chat.id },
      body: { title: `.${text}`, description: `.${text}` },
    })
    expectSame(changed.title, `.${text}`)
    expectSame(changed.description, `.${text}`)
    const found = await service.door.ask('listPublicChats', self.token, {
      query: { query: text, limit: 100 },
    })
    expect(found.items.map((item) => item.id)).toContain(chat.id)
    await service.door.ask('deleteChat', self.token, { params: { chat_id: chat.id } })
  })

  test('as name and bio of a person who is found by it', async () => {
    const person = await service.stage.people.arrive('person')
    await service.door.ask('updateMe', person.token, { body: { name: text, bio: text } })
    const { user } = await service.door.ask('getUser', self.token, { params: { user_id: person.id } })
    expectSame(user.name, text)
    expectSame(user.bio, text)
    const found = await service.door.ask('listUsers', self.token, { query: { query: text, limit: 100 } })
    expect(found.items.map((item) => item.id)).toContain(person.id)
  })

  test('as a username, an email or a login is what it says or refused', async () => {
    const person = await service.stage.people.arrive('person')
    for (const [key, value] of [
      ['username', text],
      ['email', `${text}@example.org`],
    ] as const) {
      const answer = await service.door.call('updateMe', person.token, { body: { [key]: value } })
      if (answer.status === 200) expectSame(JSON.parse(answer.text).user[key], value)
      else expect(['invalid_request', 'already_exists']).toContain(refusalOf(answer))
    }
    const login = await service.door.call('login', null, { body: { login: `${text}?`, password: text } })
    expect(refusalOf(login)).toBe('wrong_credentials')
  })
})

test('M1: a text has its full length and no more, counted in UTF-16', async () => {
  const send = (text: string) =>
    service.door.call('sendMessage', self.token, {
      params: { chat_id: service.scene.chatId },
      body: { text },
    })
  for (const unit of ['x', 'я', '語', '😀', 'e\u0301', '\r\n', '\u0001', '"']) {
    const text = unit.repeat(limits.messageTextMax / unit.length).padEnd(limits.messageTextMax, '.')
    const full = text.trim() === '' ? `${text.slice(0, -1)}.` : text
    const answer = await send(full)
    expect([unit, answer.status]).toEqual([unit, 201])
    expectSame(JSON.parse(answer.text).message.text, full)
    expect(refusalOf(await send(`${full}.`))).toBe('invalid_request')
  }
})

test.each([[''], [' '], ['\n\t\r'], ['\u00a0'], ['\u3000\u2003\u1680'], ['\ufeff'], ['\u2028\u2029']])(
  'M1: %j is blank, and refused wherever something must stand',
  async (text) => {
    const params = { chat_id: service.scene.chatId }
    const answers = [
      await service.door.call('sendMessage', self.token, { params, body: { text } }),
      await service.door.call('updateChat', self.token, { params, body: { title: text } }),
      await service.door.call('updateMe', self.token, { body: { name: text } }),
      await service.door.call('updateMe', self.token, { body: { username: text } }),
    ]
    expect(answers.map(refusalOf)).toEqual(answers.map(() => 'invalid_request'))
  },
)
