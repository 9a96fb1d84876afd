// Demo data on the real server: written once, whoever asks for it again.
import { Parley } from '@parley/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { listSessions } from '../../core/accounts/list-sessions.ts'
import type { Actor } from '../../core/actor.ts'
import { deleteChat } from '../../core/chats/delete-chat.ts'
import { type FullChat, listFullChats } from '../../core/chats/list-full-chats.ts'
import { removeMember } from '../../core/members/remove-member.ts'
import { listVisible } from '../../core/messages/list-visible.ts'
import type { Ports } from '../../core/ports.ts'
import { applyDemo, type DemoData } from './demo.ts'

let server: TestServer
let ports: Ports
beforeAll(async () => {
  server = await startTestServer({ policy: { registration: 'closed' } })
  ports = server.app.ports
})
afterAll(() => server.stop())

/** People of their own for each test. */
const dataOf = (place: string) => {
  const ann = `ann@${place}.example`
  const ben = `ben@${place}.example`
  const data: DemoData = {
    people: [
      { email: ann, name: 'Ann', password: 'short' },
      { email: ben, name: 'Ben', password: 'another password' },
    ],
    chats: [
      {
        people: [ann, ben],
        messages: [
          [ann, 'Hello'],
          [ben, 'Hello yourself'],
        ],
      },
      {
        title: 'All of us',
        people: [ben, ann],
        messages: [
          [ben, 'Welcome'],
          [ann, 'Thank you'],
        ],
      },
    ],
  }
  return { ann, ben, data }
}

async function actorOf(email: string): Promise<Actor> {
  const account = await ports.storage.stores.accounts.findByLogin(email)
  return { userId: account?.me.id ?? '', sessionId: ports.ids.next() }
}

async function chatsOf(actor: Actor): Promise<FullChat[]> {
  const found: FullChat[] = []
  for await (const chats of listFullChats(ports, actor)) found.push(...chats)
  return found
}

const textsOf = async (actor: Actor) => {
  const chats = await chatsOf(actor)
  const texts = chats.map(async ({ chat }) => {
    const found = await listVisible(ports, actor, chat.id, { order: 'oldest', offset: 0, limit: 50 })
    return [chat.title, ...found.map(({ message }) => message.text)]
  })
  return Promise.all(texts)
}

test('writes people, chats and messages, though registration is closed, and again it writes nothing', async () => {
  const { ann, data } = dataOf('once')
  const first = await applyDemo(ports, data)
  expect(first).toEqual({
    logins: [
      { username: ann, name: 'Ann', password: 'short' },
      { username: 'ben@once.example', name: 'Ben', password: 'another password' },
    ],
    users: 2,
    chats: 2,
    messages: 4,
  })
  const again = await applyDemo(ports, data)
  expect(again).toEqual({ ...first, users: 0, chats: 0, messages: 0 })
  expect(await textsOf(await actorOf(ann))).toEqual([
    ['All of us', 'Welcome', 'Thank you'],
    [null, 'Hello', 'Hello yourself'],
  ])
})

test('its people log in with the passwords it names, and are in no other session', async () => {
  const { ann, data } = dataOf('sessions')
  const { logins } = await applyDemo(ports, data)
  const actor = await actorOf(ann)
  expect(await listSessions(ports, actor)).toEqual([])
  const client = await Parley.login({ url: server.url }, { login: ann, password: logins[0]?.password ?? '' })
  expect(client.me?.name).toBe('Ann')
  await client.close()
})

test('a group that was deleted comes back, and whoever left one is left alone', async () => {
  const { ann, ben, data } = dataOf('again')
  await applyDemo(ports, data)
  const annActor = await actorOf(ann)
  const benActor = await actorOf(ben)
  const group = async () =>
    (await chatsOf(benActor)).find(({ chat }) => chat.title === 'All of us')?.chat.id ?? ''
  const former = await group()
  await deleteChat(ports, benActor, former)
  expect(await applyDemo(ports, data)).toMatchObject({ users: 0, chats: 1, messages: 2 })
  expect(await group()).not.toBe(former)
  await removeMember(ports, annActor, await group(), annActor.userId)
  expect(await applyDemo(ports, data)).toMatchObject({ users: 0, chats: 0, messages: 0 })
  expect(await textsOf(annActor)).toHaveLength(1)
})

test('says nothing in the name of somebody who has one of the addresses but not the password', async () => {
  const { ann, data } = dataOf('taken')
  const stranger = { email: ann, name: 'A real Ann', password: 'her own password' }
  await applyDemo(ports, { people: [stranger], chats: [] })
  await expect(applyDemo(ports, data)).rejects.toMatchObject({ code: 'already_exists' })
  expect(await textsOf(await actorOf(ann))).toEqual([])
  expect((await actorOf('ben@taken.example')).userId).toBe('')
})
