// A16: what would give an account away, through every door: by whose sessions, and with which proof. A door or a deed that is in no table
// fails here, and so does a dialect that promises what is not in its row.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Deed, deeds } from '../../packages/server/src/core/accounts/require-proof.ts'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { dialectOf } from './dialects/all-cases.ts'
import { DialectDoor, type DialectParts, type RouteKey } from './dialects/dialect-door.ts'
import { numbersOf } from './dialects/place.ts'
import type { Answer } from './http-door.ts'
import { type Person, password } from './people.ts'
import { Stage } from './stage.ts'

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

const canonical = 'parley'
const doors = [canonical, ...dialects.map(({ name }) => name)]

/** `proof` is the password that is shown, where the contract has a field for one. */
type Attempt = (self: Person, proof: string | undefined) => Promise<Answer>

/** Null where the contract has no way to do it. */
type Row = Readonly<Record<Deed, Attempt | null>>

const nothing: Row = {
  change_password: null,
  change_username: null,
  change_email: null,
  deactivate: null,
  delete: null,
}

const ask = (...call: Parameters<Stage['door']['call']>): Promise<Answer> => stage.door.call(...call)
const given = (current_password: string | undefined) =>
  current_password === undefined ? {} : { current_password }

const canonicalRow: Row = {
  change_password: ({ token }, proof = '') =>
    ask('changePassword', token, { body: { current_password: proof, new_password: 'of a thief' } }),
  change_username: ({ token, username }, proof) =>
    ask('updateMe', token, { body: { username: `${username}.thief`, ...given(proof) } }),
  change_email: ({ token, email }, proof) =>
    ask('updateMe', token, { body: { email: `thief.${email}`, ...given(proof) } }),
  deactivate: null,
  delete: ({ token }, proof = '') => ask('deleteMe', token, { body: { password: proof } }),
}

const ownUser = (key: RouteKey, body?: (self: Person) => DialectParts['body']): Attempt => {
  return async (self) => {
    const numbers = await numbersOf(server, { self, other: self })
    const door = new DialectDoor(stage.door, dialectOf({ name: 'messenger-api', routes: {}, sockets: {} }))
    const fields = body?.(self)
    const parts = { params: { user_id: numbers.self }, ...(fields === undefined ? {} : { body: fields }) }
    return door.call(key, self.token, parts)
  }
}

const rows: Readonly<Record<string, Row>> = {
  [canonical]: canonicalRow,
  'chat-application': nothing,
  'chat-backend': nothing,
  messenger: nothing,
  'messenger-api': {
    change_password: ownUser('PUT /api/v1/users/{user_id}', () => ({ password: 'of a thief' })),
    change_username: ownUser('PUT /api/v1/users/{user_id}', ({ username }) => ({
      username: `${username}_thief`.replaceAll('.', '_'),
    })),
    change_email: ownUser('PUT /api/v1/users/{user_id}', ({ email }) => ({ email: `thief.${email}` })),
    deactivate: ownUser('PUT /api/v1/users/{user_id}', () => ({ is_active: false })),
    delete: ownUser('DELETE /api/v1/users/{user_id}'),
  },
  'windi-messenger': nothing,
}

const accountOf = async ({ id }: Person) => server.app.ports.storage.stores.accounts.find(id)

/** Whether it was done, and whether the account is as it was. */
async function outcome(attempt: Attempt, self: Person, proof?: string): Promise<'done' | 'refused'> {
  const before = await accountOf(self)
  const { status } = await attempt(self, proof)
  const after = await accountOf(self)
  const isSame = JSON.stringify(before) === JSON.stringify(after)
  expect([status < 300, isSame]).toEqual(status < 300 ? [true, false] : [false, true])
  return status < 300 ? 'done' : 'refused'
}

test('A16: every door has its row', () => {
  expect(Object.keys(rows).sort()).toEqual([...doors].sort())
})

test.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
  'A16: %s promises without a proof what its row says, and nothing else',
  (name, { deeds: promised = [] }) => {
    expect(deeds.filter((deed) => rows[name]?.[deed] !== null)).toEqual(
      deeds.filter((deed) => promised.includes(deed)),
    )
  },
)

const attempts = Object.entries(rows).flatMap(([door, row]) =>
  deeds.flatMap((deed) => {
    const attempt = row[deed]
    return attempt === null ? [] : [{ door, deed, attempt }]
  }),
)

describe.each(attempts)('A16: $deed through $door', ({ door, attempt }) => {
  test.each(doors)('with a session of %s and no password', async (login) => {
    const self = await stage.people.arrive('owner', login)
    const isOwn = door !== canonical && login === door
    expect(await outcome(attempt, self)).toBe(isOwn ? 'done' : 'refused')
  })
})

const asking = attempts.filter(({ door }) => door === canonical)

describe.each(asking)('A16: $deed through $door, which asks for the password', ({ attempt }) => {
  test.each(doors)('with a session of %s', async (login) => {
    const self = await stage.people.arrive('owner', login)
    expect(await outcome(attempt, self, `${password}?`)).toBe('refused')
    expect(await outcome(attempt, self, password)).toBe('done')
  })
})

test('A16: what a session may do it may do after a refresh at another door too, and no more', async () => {
  const attempt = rows['messenger-api']?.change_email
  if (!attempt) throw new Error('It is in the table')
  const refreshed = async (login: string): Promise<Person> => {
    const self = await stage.people.arrive('owner', login)
    const { access_token = '' } = await stage.door.ask('refresh', null, {
      body: { refresh_token: self.refreshToken },
    })
    return { ...self, token: access_token }
  }
  expect(await outcome(attempt, await refreshed('messenger-api'))).toBe('done')
  expect(await outcome(attempt, await refreshed(canonical))).toBe('refused')
})

test('A16: a login through a dialect is of that dialect', async () => {
  const self = await stage.people.arrive('owner')
  const door = new DialectDoor(stage.door, dialectOf({ name: 'messenger-api', routes: {}, sockets: {} }))
  const answer = await door.call('POST /api/v1/users/login', null, { body: { email: self.email, password } })
  const { access_token } = JSON.parse(answer.text)
  const claims = await server.app.ports.accessTokens.verify(access_token)
  const session = await server.app.ports.storage.stores.sessions.find(claims?.sessionId ?? '')
  expect(session?.door).toBe('messenger-api')
})

test('A6 A16: a session that a change of the password ended proves nothing, even to a command that is under way', async () => {
  const self = await stage.people.arrive('owner', 'messenger-api')
  const attempt = rows['messenger-api']?.change_email
  const { ports } = server.app
  await ports.storage.stores.sessions.revoke(self.id, 'all', ports.clock.now())
  if (!attempt) throw new Error('It is in the table')
  expect(await outcome(attempt, self)).toBe('refused')
})
