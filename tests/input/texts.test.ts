// M1 M7 W2: whatever people write comes back as they wrote it, names without what cannot be seen, and can be searched for.
import { randomUUID } from 'node:crypto'
import { codePointLength, isVisible, limits, type Message } from '@parley/protocol'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cleanLine, cleanLines } from '../../packages/server/src/core/text/clean-text.ts'
import { formOf } from '../../packages/server/test/file-people.ts'
import { Listener } from '../access/listener.ts'
import { type Person, password } from '../access/people.ts'
import * as makers from '../dialects/speakers.ts'
import { blankTexts, naughtyTexts } from './naughty.ts'
import { frameRefusalOf, refusalOf, Service } from './service.ts'

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
    expect([text.isWellFormed(), isVisible(text), text.includes('\0')]).toEqual([true, true, false])
})

describe.each(texts)('M1 M7 W2: %s', (_, text) => {
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
    expectSame(chat.title, cleanLine(text))
    expectSame(chat.description, cleanLines(text))
    const { chat: changed } = await service.door.ask('updateChat', self.token, {
      params: { chat_id: chat.id },
      body: { title: `.${text}`, description: `.${text}` },
    })
    expectSame(changed.title, cleanLine(`.${text}`))
    expectSame(changed.description, cleanLines(`.${text}`))
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
    expectSame(user.name, cleanLine(text))
    expectSame(user.bio, cleanLines(text))
    const found = await service.door.ask('listUsers', self.token, { query: { query: text, limit: 100 } })
    expect(found.items.map((item) => item.id)).toContain(person.id)
  })

  test('as a username, an email or a login is what it says or refused', async () => {
    const person = await service.stage.people.arrive('person')
    for (const [key, value] of [
      ['username', text],
      ['email', `${text}@example.org`],
    ] as const) {
      const answer = await changeNames(person, { [key]: value })
      if (answer.status === 200)
        expectSame(JSON.parse(answer.text).user[key], key === 'username' ? value.normalize('NFC') : value)
      else expect(['invalid_request', 'already_exists']).toContain(refusalOf(answer))
    }
    const login = await service.door.call('login', null, { body: { login: `${text}?`, password: text } })
    expect(refusalOf(login)).toBe('wrong_credentials')
  })
})

const changeNames = (who: Person, names: object) =>
  service.door.call('updateMe', who.token, { body: { ...names, current_password: password } })
const send = (text: string) =>
  service.door.call('sendMessage', self.token, {
    params: { chat_id: service.scene.chatId },
    body: { text },
  })

test('M1 M8: a text has its full length and no more, counted in code points', async () => {
  for (const unit of ['x', 'я', '語', '😀', 'e\u0301', '\r\n', '\u0001', '"', '👩‍🚀']) {
    const times = Math.floor((limits.messageTextMax - 1) / codePointLength(unit))
    const text = unit.repeat(times)
    const full = text + '.'.repeat(limits.messageTextMax - codePointLength(text))
    const answer = await send(full)
    expect([unit, answer.status]).toEqual([unit, 201])
    expectSame(JSON.parse(answer.text).message.text, full)
    expect(refusalOf(await send(`${full}.`))).toBe('invalid_request')
  }
})

describe('M8: a text of astral characters has the full length at every door, and no more', () => {
  /** Letters too, so that they may be in a username. */
  const astral = (length: number) => '𐐨'.repeat(length)

  test.each([
    ['a message', limits.messageTextMax, (text: string) => send(text)],
    [
      'an edited message',
      limits.messageTextMax,
      async (text: string) => {
        const { message } = JSON.parse((await send('x')).text)
        const params = { message_id: message.id }
        return service.door.call('editMessage', self.token, { params, body: { text } })
      },
    ],
    ...(['title', 'description'] as const).map(
      (field) =>
        [
          `a ${field}`,
          limits[`${field}Max`],
          (text: string) => {
            const params = { chat_id: service.scene.chatId }
            return service.door.call('updateChat', self.token, { params, body: { [field]: text } })
          },
        ] as const,
    ),
    ...(['name', 'bio', 'username'] as const).map(
      (field) =>
        [
          `a ${field}`,
          limits[`${field}Max`],
          (text: string) => changeNames(self, { [field]: text }),
        ] as const,
    ),
    [
      'an email',
      limits.emailMax,
      (text: string) => changeNames(self, { email: `${text.slice(2 * '@a.b'.length)}@a.b` }),
    ],
    [
      'a password',
      limits.passwordMax,
      async (text: string) => {
        const body = { username: `p${Date.now()}`, password: `𐐀𐐁🍋🪐🚲🎻${text.slice(2 * 6)}` }
        return service.door.call('register', null, { body })
      },
    ],
    [
      'the name of a file',
      limits.fileNameMax,
      async (text: string) => {
        const response = new Response(formOf({ file: { name: text, content: 'x' } }))
        const headers = {
          authorization: `Bearer ${self.token}`,
          'content-type': response.headers.get('content-type') ?? '',
        }
        const body = new Uint8Array(await response.arrayBuffer())
        return service.door.send({ method: 'POST', path: '/api/v1/files', headers, body })
      },
    ],
  ] as const)('%s', async (_, max, give) => {
    const full = await give(astral(max))
    expect([full.status, full.status < 300 ? '' : full.text]).toEqual([full.status, ''])
    expect(refusalOf(await give(astral(max + 1)))).toBe('invalid_request')
  })

  test('a frame', async () => {
    const sender = await Listener.enter(service.url, self.token)
    const frame = { type: 'send_message', chat_id: service.scene.chatId } as const
    const text = astral(limits.messageTextMax)
    expect(await sender.ask({ ...frame, id: randomUUID(), text })).toMatchObject({
      type: 'ack',
      message: { text },
    })
    expect(frameRefusalOf(await sender.ask({ ...frame, id: randomUUID(), text: `${text}.` }))).toBe(
      'invalid_request',
    )
    sender.leave()
  })

  test.each(Object.values(makers).map((make) => [make.name, make] as const))('%s', async (_, make) => {
    const speaker = await make(service.server)
    const { chat } = await service.door.ask('createChat', self.token, {
      body: { kind: 'group', title: 'At full length', member_ids: [speaker.userId] },
    })
    await speaker.join(chat.id)
    // A contract's own bound is counted in the same way.
    const text = astral(speaker.dialect === 'windi-messenger' ? 4096 : limits.messageTextMax)
    await speaker.say(text)
    await speaker.hears(text)
    await Promise.resolve(speaker.say(`${text}.`)).catch(() => undefined)
    await speaker.say('afterwards')
    await speaker.hears('afterwards')
    expect(await speaker.history()).toEqual([text, 'afterwards'])
    await speaker.close()
  })
})

test.each([['nothing', ''], ...Object.entries(blankTexts)])(
  'M7: %s is blank, and refused wherever something must stand',
  async (_, text) => {
    const params = { chat_id: service.scene.chatId }
    const { message } = JSON.parse((await send('x')).text)
    const answers = [
      await send(text),
      await service.door.call('editMessage', self.token, {
        params: { message_id: message.id },
        body: { text },
      }),
      await service.door.call('updateChat', self.token, { params, body: { title: text } }),
      await service.door.call('createChat', self.token, {
        body: { kind: 'group', title: text, member_ids: [] },
      }),
      await service.door.call('updateMe', self.token, { body: { name: text } }),
      await changeNames(self, { username: text }),
      await changeNames(self, { username: text.repeat(3) }),
    ]
    expect(answers.map(refusalOf)).toEqual(answers.map(() => 'invalid_request'))
  },
)

/** Whatever people may type, and what they may not. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc
    .array(fc.constantFrom(...Object.values(blankTexts), 'a', 'я', 'क', '\u094d', '👩', '🚀', '.'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
)

test('M1 M7: of whatever was accepted something can be seen, and a message is byte for byte what was sent', async () => {
  const person = await service.stage.people.arrive('person')
  const params = { chat_id: service.scene.chatId }
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const sent = await send(text)
      if (sent.status === 201) {
        accepted += 1
        expectSame(JSON.parse(sent.text).message.text, text)
      } else refusalOf(sent)
      expect(sent.status === 201).toBe(isVisible(text) && !text.includes('\0'))
      const titled = await service.door.call('updateChat', self.token, { params, body: { title: text } })
      if (titled.status === 200) expect(isVisible(JSON.parse(titled.text).chat.title)).toBe(true)
      else refusalOf(titled)
      for (const field of ['name', 'username'] as const) {
        const answer = await changeNames(person, { [field]: text })
        if (answer.status === 200) expect(isVisible(JSON.parse(answer.text).user[field])).toBe(true)
        else refusalOf(answer)
      }
    }),
    { numRuns: 150 },
  )
  expect(accepted).toBeGreaterThan(50)
})

describe('A12 A13: usernames', () => {
  const register = (username: string, more: object = {}) =>
    service.door.call('register', null, {
      body: { username, password: 'correct horse battery staple', ...more },
    })
  const login = (name: string) =>
    service.door.call('login', null, { body: { login: name, password: 'correct horse battery staple' } })

  test.each([
    ['İbrahim', ['ibrahim', 'IBRAHIM', 'İBRAHİM', 'ıbrahım']],
    ['Straße', ['STRASSE', 'straße', 'strasse']],
    ['ΝΙΚΟΣ', ['νικος', 'νικοσ', 'Νίκος'.normalize('NFD').replaceAll('\u0301', '')]],
    ['विकास', ['विकास']],
    ['ทดสอบ', ['ทดสอบ']],
  ])('%s is one account, however it is written', async (username, spellings) => {
    const made = await register(username)
    expect([made.status, made.text.slice(0, 0)]).toEqual([201, ''])
    const { user } = JSON.parse(made.text)
    for (const spelling of spellings) {
      expect(JSON.parse((await login(spelling)).text).user.id).toBe(user.id)
      expect(refusalOf(await register(spelling))).toBe('already_exists')
      const found = await service.door.ask('listUsers', self.token, { query: { query: spelling } })
      expect(found.items.map(({ id }) => id)).toContain(user.id)
    }
  })

  test('an email is one, however its domain is written', async () => {
    const { user } = JSON.parse((await register('muenchner', { email: 'Straße@MÜNCHEN.example' })).text)
    for (const email of ['strasse@xn--mnchen-3ya.example', 'STRASSE@münchen.example']) {
      expect(JSON.parse((await login(email)).text).user.id).toBe(user.id)
      expect(refusalOf(await register('another', { email }))).toBe('already_exists')
    }
  })

  test('one that imitates another is refused', async () => {
    expect((await register('scope')).status).toBe(201)
    expect(refusalOf(await register('ѕсоре'))).toBe('already_exists')
    expect(refusalOf(await register('sсope'))).toBe('invalid_request')
    expect((await register('РАУ')).status).toBe(201)
    expect(refusalOf(await register('pay'))).toBe('already_exists')
  })
})

describe('A3: a password', () => {
  const change = (token: string, current_password: string, new_password: string) =>
    service.door.call('changePassword', token, { body: { current_password, new_password } })

  test('that is easily guessed is refused by the own API, and taken through a contract whose documents have such ones', async () => {
    const body = { username: 'guessable', password: 'password123' }
    expect(refusalOf(await service.door.call('register', null, { body }))).toBe('weak_password')
    expect(
      refusalOf(await service.door.call('register', null, { body: { ...body, password: 'guessable1' } })),
    ).toBe('weak_password')
    const contract = await fetch(`${service.url}/compat/chat-application/api/v1/users/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(contract.status).toBe(200)
    const { access_token: token } = JSON.parse(
      (await service.door.call('login', null, { body: { login: 'guessable', password: 'password123' } }))
        .text,
    )
    expect(refusalOf(await change(token, 'password123', 'password1234'))).toBe('weak_password')
    expect(refusalOf(await change(token, 'password123', 'lemon\u0007bicycle rain'))).toBe('invalid_request')
    expect((await change(token, 'password123', 'lemon bicycle rain')).status).toBe(204)
  })

  test('is one, however its characters are composed', async () => {
    const made = await service.door.call('register', null, {
      body: { username: 'composer', password: 'cafe\u0301\u00a0au lait chaud' },
    })
    expect(made.status).toBe(201)
    const again = await service.door.call('login', null, {
      body: { login: 'composer', password: 'café au lait chaud' },
    })
    expect(again.status).toBe(200)
  })
})
