// M7: what cannot be seen is no message, by whatever door it comes.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Listener } from '../access/listener.ts'
import type { Person } from '../access/people.ts'
import * as makers from '../dialects/speakers.ts'
import { blankTexts } from './naughty.ts'
import { frameRefusalOf, Service } from './service.ts'

let service: Service
let self: Person

beforeAll(async () => {
  service = await Service.start()
  self = service.self
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

describe('M7: a blank message is refused', () => {
  const blanks = ['', ...Object.values(blankTexts)]

  test('as a frame', async () => {
    for (const text of blanks) {
      // Of many bad frames a connection ends.
      const sender = await Listener.enter(service.url, self.token)
      const frame = { type: 'send_message', chat_id: service.scene.chatId, id: randomUUID(), text } as const
      expect([text, frameRefusalOf(await sender.ask(frame))]).toEqual([text, 'invalid_request'])
      sender.leave()
    }
  })

  test.each(Object.values(makers).map((make) => [make.name, make] as const))('by %s', async (_, make) => {
    const speaker = await make(service.server)
    const { chat } = await service.door.ask('createChat', self.token, {
      body: { kind: 'group', title: 'Nothing to be seen', member_ids: [speaker.userId] },
    })
    await speaker.join(chat.id)
    for (const text of blanks) await Promise.resolve(speaker.say(text)).catch(() => undefined)
    await speaker.say('something')
    await speaker.hears('something')
    expect(await speaker.history()).toEqual(['something'])
    await speaker.close()
  })
})
