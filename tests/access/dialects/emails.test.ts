// A20 A21: whose email the dialects show to whom, in every list and event that has one.
import type { EmailVisibility, Id } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SocketClient } from '../../../packages/server/src/dialects/kit/test/socket-client.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { emailsOfOthers, type Person, password } from '../people.ts'
import { Stage } from '../stage.ts'

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

const hidden = /^\d+@users\.invalid$/

const choose = (person: Person, email_visibility: EmailVisibility) =>
  stage.door.ask('updateMe', person.token, { body: { email_visibility } })

async function groupOf(
  maker: Person,
  others: readonly Person[],
  visibility: 'private' | 'public' = 'private',
) {
  const { chat } = await stage.door.ask('createChat', maker.token, {
    body: { kind: 'group', title: 'Group', visibility, member_ids: others.map(({ id }) => id) },
  })
  return chat.id
}

async function directOf(maker: Person, other: Person): Promise<Id> {
  const body = { kind: 'direct', user_id: other.id } as const
  return (await stage.door.ask('createChat', maker.token, { body })).chat.id
}

async function get(dialect: string, path: string, { token }: Person): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${server.url}/compat/${dialect}${path}`, { headers })
  expect(response.status).toBe(200)
  return response.json()
}

/** How each contract tells of a message, live and in its history: the writer's email, and all that came. */
const contracts = {
  async 'windi-messenger'(chatId: Id, viewer: Person) {
    const socket = new SocketClient(`${server.url}/compat/windi-messenger/ws?token=${viewer.token}`)
    await socket.send({ action: 'join_chat', chat_id: chatId })
    await socket.next({ status: 'joined' })
    return {
      socket,
      async heard(text: string) {
        const { data } = (await socket.next({ event: 'new_message', data: { text } })) as {
          data: { sender: { email: string | null } }
        }
        return data.sender.email
      },
      async history() {
        const items = (await get('windi-messenger', `/messages/history/${chatId}`, viewer)) as {
          sender: { id: Id; email: string | null }
        }[]
        return new Map(items.map(({ sender }) => [sender.id, sender.email]))
      },
    }
  },
  async messenger(chatId: Id, viewer: Person) {
    const path = `${server.url}/compat/messenger/api/v1/chats/chat/${chatId}?token=${viewer.token}`
    const socket = new SocketClient(path)
    await socket.next({ event: 'history' })
    return {
      socket,
      async heard(text: string) {
        const frame = (await socket.next({ event: 'message', text })) as { sender_email: string | null }
        return frame.sender_email
      },
      async history() {
        const again = new SocketClient(path)
        const { messages } = (await again.next({ event: 'history' })) as {
          messages: { sender_id: Id; sender_email: string | null }[]
        }
        await again.close()
        return new Map(messages.map((message) => [message.sender_id, message.sender_email]))
      },
    }
  },
} as const

describe.each(Object.keys(contracts) as (keyof typeof contracts)[])(
  'A20: the events and histories of %s',
  (name) => {
    const enter = contracts[name]

    test('of a private group show who writes there, but those who show it to nobody, and always oneself', async () => {
      const [writer, reader] = [await stage.people.arrive('writer'), await stage.people.arrive('reader')]
      const chatId = await groupOf(reader, [writer])
      const [own, theirs] = [await enter(chatId, writer), await enter(chatId, reader)]
      for (const [visibility, seen] of [
        ['contacts', writer.email],
        ['everybody', writer.email],
        ['nobody', expect.stringMatching(hidden)],
      ] as const) {
        await choose(writer, visibility)
        await stage.say(writer, chatId, visibility)
        const text = `kanarienvogel: ${visibility}`
        expect([visibility, await own.heard(text), await theirs.heard(text)]).toEqual([
          visibility,
          writer.email,
          seen,
        ])
        expect((await theirs.history()).get(writer.id)).toEqual(seen)
        expect((await own.history()).get(writer.id)).toBe(writer.email)
      }
      await Promise.all([own.socket.close(), theirs.socket.close()])
    })

    test('of a public group show nobody’s, whoever joined', async () => {
      const [writer, reader] = [await stage.people.arrive('writer'), await stage.people.arrive('reader')]
      const chatId = await groupOf(writer, [], 'public')
      const params = { chat_id: chatId }
      await stage.door.ask('addMembers', reader.token, { params, body: { user_ids: [reader.id] } })
      const theirs = await enter(chatId, reader)
      await stage.say(writer, chatId, 'open')
      expect(await theirs.heard('kanarienvogel: open')).toMatch(hidden)
      expect((await theirs.history()).get(writer.id)).toMatch(hidden)
      expect(emailsOfOthers(JSON.stringify(theirs.socket.frames), reader)).toEqual([])
      await theirs.socket.close()
    })

    test('of a direct chat show nothing before both have written', async () => {
      const [writer, reader] = [await stage.people.arrive('writer'), await stage.people.arrive('reader')]
      const chatId = await directOf(writer, reader)
      const [own, theirs] = [await enter(chatId, writer), await enter(chatId, reader)]
      await stage.say(writer, chatId, 'hello')
      expect(await own.heard('kanarienvogel: hello')).toBe(writer.email)
      expect(await theirs.heard('kanarienvogel: hello')).toMatch(hidden)
      expect((await theirs.history()).get(writer.id)).toMatch(hidden)
      await stage.say(reader, chatId, 'hi')
      await own.heard('kanarienvogel: hi')
      expect((await theirs.history()).get(writer.id)).toBe(writer.email)
      expect((await own.history()).get(reader.id)).toBe(reader.email)
      await Promise.all([own.socket.close(), theirs.socket.close()])
    })
  },
)

test('A20: who puts everybody into a group, or writes to everybody, sees nobody’s email', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => stage.people.arrive('victim')))
  const mallory = await stage.people.arrive('mallory')
  const chatId = await groupOf(mallory, people)
  await stage.say(mallory, chatId, 'welcome')
  for (const person of people) await stage.say(mallory, await directOf(mallory, person), 'hello')
  const answers = [
    await get('messenger-api', '/api/v1/users?limit=100', mallory),
    await get('messenger-api', '/api/v1/chats', mallory),
    await get('chat-backend', '/api/users', mallory),
    await get('chat-backend', '/api/chats', mallory),
    await get('windi-messenger', `/groups/${chatId}`, mallory),
    await get('windi-messenger', '/chats', mallory),
  ]
  expect(emailsOfOthers(JSON.stringify(answers), mallory)).toEqual([])
  // Once somebody writes there, the others see who that is.
  const [first] = people
  if (first === undefined) throw new Error('There are five')
  await stage.say(first, chatId, 'thanks')
  for (const shown of [
    await get('windi-messenger', `/groups/${chatId}`, mallory),
    await get('chat-backend', '/api/users', mallory),
  ]) {
    expect(new Set(emailsOfOthers(JSON.stringify(shown), mallory))).toEqual(new Set([first.email]))
  }
})

test('A21: what stands in for an email is another for each person, the same each time, and nobody’s to log in with or to have', async () => {
  const [seen, other, viewer] = [
    await stage.people.arrive('seen'),
    await stage.people.arrive('other'),
    await stage.people.arrive('viewer'),
  ]
  const list = async () => {
    const users = (await get('messenger-api', '/api/v1/users?limit=100', viewer)) as {
      username: string
      email: string
    }[]
    return new Map(users.map(({ username, email }) => [username, email]))
  }
  const [once, again] = [await list(), await list()]
  expect(again).toEqual(once)
  const address = once.get(seen.username) ?? ''
  expect(address).toMatch(hidden)
  expect(once.get(other.username)).not.toBe(address)
  const credentials = { login: address, password: 'correct horse battery staple' }
  expect((await stage.door.call('login', null, { body: credentials })).status).toBe(401)
  for (const email of [address, address.toUpperCase(), '1@users.invalid']) {
    const change = await stage.door.call('updateMe', viewer.token, {
      body: { email, current_password: password },
    })
    expect([email, change.status]).toEqual([email, 400])
    const made = await stage.door.call('register', null, { body: { email, password: 'a long password' } })
    expect([email, made.status]).toEqual([email, 400])
  }
  const found = await stage.door.ask('listUsers', viewer.token, { query: { query: address } })
  expect(found.items).toEqual([])
})

test('A20: by an exact email one is found, unless it is for nobody', async () => {
  const [person, viewer] = [await stage.people.arrive('findable'), await stage.people.arrive('viewer')]
  const search = async () =>
    (await stage.door.ask('listUsers', viewer.token, { query: { query: person.email } })).items.length
  const form = async () => {
    const response = await fetch(`${server.url}/compat/messenger/api/v1/chats/create`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${viewer.token}` },
      body: new URLSearchParams({ chat_type: 'personal', participants: person.email }),
    })
    return response.status
  }
  await choose(person, 'nobody')
  expect([await search(), await form()]).toEqual([0, 404])
  await choose(person, 'contacts')
  expect([await search(), await form()]).toEqual([1, 303])
})
