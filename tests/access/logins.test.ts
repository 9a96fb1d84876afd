// A14 A15: a login at every door: the guesses at all of them are counted together, and where it comes from is one address however it is written.
import type { Session } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import type { Answer } from './http-door.ts'
import { type Person, password } from './people.ts'
import { Stage } from './stage.ts'

type Named = Pick<Person, 'username' | 'email'>

interface LoginCall {
  readonly path: string
  readonly isForm?: true
  readonly names: (person: Named) => Readonly<Record<string, string>>
}

const byUsername = ({ username }: Named) => ({ username })
const byEmail = ({ email }: Named) => ({ email })
const calls: Readonly<Record<string, LoginCall>> = {
  parley: { path: '/api/v1/auth/login', names: ({ email }) => ({ login: email }) },
  'chat-application': {
    path: '/compat/chat-application/api/v1/users/token',
    isForm: true,
    names: byUsername,
  },
  'chat-backend': { path: '/compat/chat-backend/api/auth/login', names: byUsername },
  messenger: { path: '/compat/messenger/api/v1/auth/login', isForm: true, names: byEmail },
  'messenger-api': { path: '/compat/messenger-api/api/v1/users/login', names: byEmail },
  'windi-messenger': { path: '/compat/windi-messenger/auth/login', names: byEmail },
}
const doors = Object.keys(calls)

let server: TestServer
let stage: Stage
beforeAll(async () => {
  server = await startTestServer({ rateLimits: 'on', http: { trustProxy: true } })
  stage = new Stage(server)
})
afterAll(async () => {
  stage?.door.close()
  await server?.stop()
})

/** `from` is what a proxy says of where it comes from. */
function logIn(door: string | undefined, person: Named, secret: string, from: string): Promise<Answer> {
  const { path, isForm, names } = calls[door ?? ''] as LoginCall
  const fields = { ...names(person), password: secret }
  const body = isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields)
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = { 'content-type': type, 'x-forwarded-for': from }
  return stage.door.send({ method: 'POST', path, headers, body })
}

const doorOf = (count: number) => doors[count % doors.length]

test('every door is here', () => {
  expect(doors.toSorted()).toEqual(['parley', ...dialects.map(({ name }) => name)].toSorted())
})

test('A15: guesses at the password of an account are counted together, through whichever doors they come', async () => {
  const victim = await stage.people.arrive('victim')
  const statuses: number[] = []
  for (let count = 0; count < 10; count += 1)
    statuses.push((await logIn(doorOf(count), victim, 'a wrong one', `198.51.100.${count}`)).status)
  expect(statuses).toEqual(Array(10).fill(401))
  for (const door of doors) {
    const { status } = await logIn(door, victim, password, '198.51.100.99')
    expect([door, status]).toEqual([door, 429])
  }
})

describe('A14: logins come', () => {
  test('from one IPv6 /64 as from one address, however it is written and through whichever doors', async () => {
    const spellings = [
      (host: number) => `2001:db8:1:2::${host}`,
      (host: number) => `2001:0DB8:0001:0002:${host}::`,
      (host: number) => `[2001:db8:1:2::${host}]`,
      (host: number) => `[2001:DB8:1:2:${host}::1]:4711`,
    ]
    const nobody = (count: number) => ({ username: `nobody.${count}`, email: `nobody.${count}@example.org` })
    const statuses: number[] = []
    for (let count = 1; count <= 34; count += 1) {
      const from = spellings[count % spellings.length]?.(count) ?? ''
      statuses.push((await logIn(doorOf(count), nobody(count), 'a guess', from)).status)
    }
    expect(statuses[0]).toBe(401)
    expect(statuses.slice(-2)).toEqual([429, 429])
    expect((await logIn('parley', nobody(99), 'a guess', '2001:db8:1:3::1')).status).toBe(401)
  })

  test.each(doors)(
    'through %s from an address in its one form, and from none as from the peer',
    async (door) => {
      const person = await stage.people.arrive('traveller')
      const told = [
        '203.0.113.51:4711',
        '[2001:DB8::1]:443',
        '::FFFF:192.0.2.1',
        'unknown',
        '<script>',
        '203.0.113.51.evil.example',
      ]
      for (const from of told) expect((await logIn(door, person, password, from)).status).toBeLessThan(400)
      const { items } = await stage.door.ask('listSessions', person.token, {})
      const ips = items.filter(({ id }: Session) => id !== person.sessionId).map(({ ip }) => ip)
      expect(ips.toSorted()).toEqual(
        ['127.0.0.1', '127.0.0.1', '127.0.0.1', '192.0.2.1', '2001:db8::1', '203.0.113.51'].toSorted(),
      )
    },
  )
})
