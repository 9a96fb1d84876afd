// D4: people of all dialects, the SDK and the web app in one chat.
import type { ParleyClient } from '@parley/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Account, Stage } from '../e2e/stage.ts'
import { patient, type Visitor } from '../e2e/visitor.ts'
import type { Speaker } from './speaker.ts'
import * as makers from './speakers.ts'

let stage: Stage
let clara: Account
let web: Visitor
let speakers: Speaker[]
let chatId: string

beforeAll(async () => {
  stage = await Stage.open()
  const [owner, viewer] = await Promise.all([stage.account('Clara'), stage.account('Viktor')])
  clara = owner
  speakers = await Promise.all(Object.values(makers).map((make) => make(stage.server)))
  const people = [viewer.client.me?.id ?? '', ...speakers.map((speaker) => speaker.userId)]
  const group = await clara.client.chats.createGroup({ title: 'All together', memberIds: people })
  chatId = group.id
  web = await stage.inMessenger(viewer)
  await web.openChat('All together')
  await Promise.all(speakers.map((speaker) => speaker.join(chatId)))
})
afterAll(async () => {
  await Promise.all((speakers ?? []).map((speaker) => speaker.close()))
  await stage?.close()
})

const said: string[] = []

/** Waits until the SDK, the web app and every dialect have heard it. */
async function everyoneHears(text: string): Promise<void> {
  said.push(text)
  await Promise.all(speakers.map((speaker) => speaker.hears(text)))
  await web.message(text).waitFor()
  await expect.poll(() => texts(clara.client), patient).toContain(text)
}

const texts = (client: ParleyClient) =>
  client.replica.timeline(chatId).items.map((item) => (item.state === 'sent' ? item.message.text : null))

test('there is a speaker for every dialect', () => {
  const dialects = stage.server.settings.dialects.enabled
  expect(speakers.map(({ dialect }) => dialect).sort()).toEqual([...dialects].sort())
})

describe('D4: messages', () => {
  test('of the SDK and of the web app are heard by all', async () => {
    await clara.client.chats.handle(chatId).loadLatest()
    await clara.client.chats.handle(chatId).send('Hello from Clara')
    await everyoneHears('Hello from Clara')
    await web.say('Привет из браузера')
    await everyoneHears('Привет из браузера')
  })

  test('of every dialect are heard by all', async () => {
    for (const speaker of speakers) {
      const text = `Привет от ${speaker.dialect}`
      await speaker.say(text)
      await everyoneHears(text)
    }
  })

  test('stand in the same order in every history', async () => {
    for (const speaker of speakers)
      expect([speaker.dialect, await speaker.history()]).toEqual([speaker.dialect, said])
    await web.reads(said)
  })
})

describe('D4: reads', () => {
  test('of every dialect are told to the sender in every other', async () => {
    const readers = speakers.filter(({ hearsThatRead }) => hearsThatRead !== undefined)
    for (const sender of readers) {
      const text = `${sender.dialect} asks`
      await sender.say(text)
      await everyoneHears(text)
      for (const reader of readers.filter((other) => other !== sender)) {
        await reader.reads(text)
        await sender.hearsThatRead?.(text, reader)
      }
    }
  })

  test('move the one cursor that all share', async () => {
    const { reads } = stage.server.app.ports.storage.stores
    const last = await clara.client.chats.handle(chatId).send('Read this')
    await everyoneHears('Read this')
    const readers = speakers.filter(({ hearsThatRead }) => hearsThatRead !== undefined)
    await Promise.all(readers.map((reader) => reader.reads('Read this')))
    const wanted = [web, ...readers].length
    await expect
      .poll(async () => (await reads.readersOf(chatId, last.seq, last.sender_id)).length, patient)
      .toBe(wanted)
  })
})

test('D4: typing is seen in every dialect that shows it, and in the web app', async () => {
  const typists = speakers.filter(({ types }) => types !== undefined)
  for (const typist of typists) {
    await typist.types?.()
    for (const other of typists.filter((one) => one !== typist)) await other.hearsTyping?.(typist)
    await expect.poll(() => web.subtitle.textContent(), patient).toContain('typing')
  }
})

test('D5: who is taken out hears no more, in any dialect', async () => {
  for (const speaker of speakers) {
    await clara.client.call('removeMember', { params: { chat_id: chatId, user_id: speaker.userId } })
    await clara.client.chats.handle(chatId).send(`Without ${speaker.dialect}`)
    const others = speakers.slice(speakers.indexOf(speaker) + 1)
    await Promise.all(others.map((other) => other.hears(`Without ${speaker.dialect}`)))
    await expect(speaker.history()).rejects.toThrow(/40[34]/)
  }
})
