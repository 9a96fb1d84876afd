// I7 A5 A6 A8 A11: however a session ends, its sockets close with 4409 within a second, its token is refused at once, and nobody else's is.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deactivateAccount } from '../../packages/server/src/core/accounts/deactivate-account.ts'
import { setPassword } from '../../packages/server/src/core/accounts/set-password.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { problemIn } from './http-door.ts'
import { type Ending, Listener } from './listener.ts'
import { type Person, password } from './people.ts'
import { Stage } from './stage.ts'

let server: TestServer
let stage: Stage

beforeAll(async () => {
  server = await startTestServer()
  stage = new Stage(server)
})
afterAll(async () => {
  stage.door.close()
  await server.stop()
})

interface Devices {
  /** The session that acts. */
  readonly phone: Person
  readonly tablet: Person
  readonly laptop: Person
}
type Device = keyof Devices

/** Ends sessions, and says whose. */
interface Way {
  readonly way: string
  readonly end: (devices: Devices) => Promise<unknown>
  readonly ended: readonly Device[]
}

const actorOf = ({ id, sessionId }: Person) => ({ userId: id, sessionId })

const devices: readonly Device[] = ['phone', 'tablet', 'laptop']

const ways: readonly Way[] = [
  {
    way: 'logout',
    end: ({ phone }) => stage.door.ask('logout', phone.token, { body: {} }),
    ended: ['phone'],
  },
  {
    way: 'another session is ended',
    end: ({ phone, tablet }) =>
      stage.door.ask('revokeSession', phone.token, { params: { session_id: tablet.sessionId } }),
    ended: ['tablet'],
  },
  {
    way: 'the own session is ended by its id',
    end: ({ phone }) =>
      stage.door.ask('revokeSession', phone.token, { params: { session_id: phone.sessionId } }),
    ended: ['phone'],
  },
  {
    way: 'the password is changed',
    end: ({ phone }) =>
      stage.door.ask('changePassword', phone.token, {
        body: { current_password: password, new_password: `${password}!` },
      }),
    ended: ['tablet', 'laptop'],
  },
  {
    way: 'the password is set without the former one',
    end: ({ phone }) =>
      setPassword(server.app.ports, actorOf(phone), `${password}!`, { kind: 'password', password }),
    ended: ['tablet', 'laptop'],
  },
  {
    way: 'the account is deleted',
    end: ({ phone }) => stage.door.ask('deleteMe', phone.token, { body: { password } }),
    ended: ['phone', 'tablet', 'laptop'],
  },
  {
    way: 'the account is deactivated',
    end: ({ phone }) => deactivateAccount(server.app.ports, actorOf(phone), { kind: 'password', password }),
    ended: ['phone', 'tablet', 'laptop'],
  },
  {
    way: 'a refresh token that was used twice over is shown again',
    async end({ laptop }) {
      const refresh = (token: string) => stage.door.call('refresh', null, { body: { refresh_token: token } })
      const second: string = JSON.parse((await refresh(laptop.refreshToken)).text).refresh_token
      await refresh(second)
      expect(problemIn(await refresh(laptop.refreshToken)).code).toBe('invalid_refresh_token')
    },
    ended: ['laptop'],
  },
]

/** What closed the socket, or `open` when a second has passed. */
async function endingWithin(listener: Listener, ms: number): Promise<Ending | 'open'> {
  const late = Promise.withResolvers<'open'>()
  const timer = setTimeout(() => late.resolve('open'), ms)
  try {
    return await Promise.race([listener.closed, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const getMe = (person: Person) => stage.door.call('getMe', person.token)

describe.each(ways)('I7 A4 A6: when $way', ({ end, ended }) => {
  test('its sockets close and its token is refused', async () => {
    const [phone, friend] = [await stage.people.arrive('person'), await stage.people.arrive('friend')]
    const sessions = {
      phone,
      tablet: await stage.people.again(phone),
      laptop: await stage.people.again(phone),
    }
    const { chat } = await stage.door.ask('createChat', friend.token, {
      body: { kind: 'direct', user_id: phone.id },
    })
    const listeners: Record<Device, Listener> = {
      phone: await Listener.enter(server.url, sessions.phone.token),
      tablet: await Listener.enter(server.url, sessions.tablet.token),
      laptop: await Listener.enter(server.url, sessions.laptop.token),
    }
    // Asked before, so that the server may believe it still knows the answer.
    for (const device of devices) expect((await getMe(sessions[device])).status).toBe(200)

    await end(sessions)

    for (const device of ended) {
      expect(problemIn(await getMe(sessions[device]))).toMatchObject({ status: 401, code: 'session_revoked' })
      expect(await endingWithin(listeners[device], 1_000)).toMatchObject({ code: 4409 })
      expect(listeners[device].heard.at(-1)).toEqual({
        type: 'session_revoked',
        session_id: sessions[device].sessionId,
      })
    }
    const messageId = await stage.say(friend, chat.id, 'are you there')
    for (const device of devices.filter((candidate) => !ended.includes(candidate))) {
      expect((await getMe(sessions[device])).status).toBe(200)
      await listeners[device].until(
        'the message',
        (frame) => frame.type === 'message_created' && frame.message.id === messageId,
      )
      listeners[device].leave()
    }
    for (const device of ended) expect(listeners[device].texts.join()).not.toContain(messageId)
  })
})

test('frames that were under way when the session ended are not carried out after its end', async () => {
  const phone = await stage.people.arrive('person')
  const { chat } = await stage.door.ask('createChat', phone.token, {
    body: { kind: 'direct', user_id: phone.id },
  })
  const tablet = await stage.people.again(phone)
  const listener = await Listener.enter(server.url, tablet.token)
  await stage.door.ask('revokeSession', phone.token, { params: { session_id: tablet.sessionId } })
  // Whether the peer knows of the end yet or not.
  for (let count = 0; count < 20; count += 1) {
    listener.send({ type: 'send_message', chat_id: chat.id, id: crypto.randomUUID(), text: 'too late' })
  }
  expect((await listener.closed).code).toBe(4409)
  const { items } = await stage.door.ask('listMessages', phone.token, { params: { chat_id: chat.id } })
  expect(items).toEqual([])
})

test('a session that ends while its sockets are let in closes them, whichever comes first', async () => {
  const phone = await stage.people.arrive('person')
  for (let round = 0; round < 15; round += 1) {
    const tablet = await stage.people.again(phone)
    const listeners = Array.from({ length: 4 }, () => new Listener(server.url))
    await Promise.all(listeners.map((listener) => listener.opened))
    // So that the server believes it knows the session.
    expect((await getMe(tablet)).status).toBe(200)
    for (const listener of listeners) listener.send({ type: 'hello', token: tablet.token })
    await stage.door.ask('revokeSession', phone.token, { params: { session_id: tablet.sessionId } })
    for (const listener of listeners)
      expect(await endingWithin(listener, 1_000)).toMatchObject({ code: 4409 })
  }
})
