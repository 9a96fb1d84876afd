// M7: names, titles and usernames that are given through a dialect are kept as those that are given to the canonical API.
import type { Me } from '@parley/protocol'
import { isVisible } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fileNameOf } from '../../packages/server/src/core/files/file-name.ts'
import { cleanLine } from '../../packages/server/src/core/text/clean-text.ts'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import type { DialectRoute } from '../../packages/server/src/dialects/kit/route.ts'
import { DialectDoor, type DialectParts, keyOf, type RouteKey } from '../access/dialects/dialect-door.ts'
import { numbersOf } from '../access/dialects/place.ts'
import type { Answer } from '../access/http-door.ts'
import { type Person, password } from '../access/people.ts'
import { blankTexts, naughtyTexts } from './naughty.ts'
import { Service } from './service.ts'

let service: Service
let number = 0

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

interface Given {
  readonly dialect: string
  readonly key: RouteKey
  readonly field: string
  /** What else a call has to say. */
  readonly more: (self: Person) => DialectParts | Promise<DialectParts>
  /** What is kept of the field once the call has succeeded; `parts` are what was sent. */
  readonly kept: (self: Person, parts: DialectParts) => Promise<string>
  /** Names and titles are cleaned; a username is what it says or refused. */
  readonly kind: 'line' | 'username'
  /** What is blank counts as no name where the contract does without. */
  readonly blank?: 'none'
}

/** Of whoever would log in with what was sent. */
async function accountOf({ body = {} }: DialectParts): Promise<Me | undefined> {
  const { accounts } = service.server.app.ports.storage.stores
  return (await accounts.findByLogin(String(body.email ?? body.username)))?.me
}

const accountName: Given['kept'] = async (_, parts) => (await accountOf(parts))?.name ?? ''
const accountUsername: Given['kept'] = async (_, parts) => (await accountOf(parts))?.username ?? ''
const ownUsername: Given['kept'] = async ({ token }) =>
  (await service.door.ask('getMe', token, {})).user.username ?? ''
/** Of the group that was just made. */
const newestTitle: Given['kept'] = async ({ token }) =>
  (await service.door.ask('listChats', token, { query: { limit: 1 } })).items[0]?.title ?? ''

const withEmail = () => ({ body: { email: `given${++number}@example.org`, password } })
const withPassword = () => ({ body: { password } })

const table: readonly Given[] = [
  {
    dialect: 'chat-application',
    key: 'POST /api/v1/users/',
    field: 'username',
    more: withPassword,
    kept: accountUsername,
    kind: 'username',
  },
  {
    dialect: 'chat-application',
    key: 'POST /api/v1/chats/',
    field: 'name',
    more: () => ({ body: { type: 'private' } }),
    kept: newestTitle,
    kind: 'line',
    blank: 'none',
  },
  {
    dialect: 'chat-application',
    key: 'POST /api/v1/chats/groups/',
    field: 'name',
    more: () => ({ body: { user_ids: [] } }),
    kept: newestTitle,
    kind: 'line',
  },
  {
    dialect: 'chat-backend',
    key: 'POST /api/auth/register',
    field: 'username',
    more: withEmail,
    kept: accountUsername,
    kind: 'username',
  },
  {
    dialect: 'chat-backend',
    key: 'POST /api/chats',
    field: 'name',
    more: () => ({ body: { is_group: true, participant_ids: [] } }),
    kept: newestTitle,
    kind: 'line',
  },
  {
    dialect: 'messenger',
    key: 'POST /api/v1/users/register',
    field: 'name',
    more: withEmail,
    kept: accountName,
    kind: 'line',
  },
  {
    dialect: 'messenger',
    key: 'POST /api/v1/groups/create',
    field: 'name',
    more: () => ({ body: { group_type: 'private' } }),
    kept: newestTitle,
    kind: 'line',
  },
  {
    dialect: 'messenger-api',
    key: 'POST /api/v1/users',
    field: 'username',
    more: withEmail,
    kept: accountUsername,
    kind: 'username',
  },
  {
    dialect: 'messenger-api',
    key: 'PUT /api/v1/users/{user_id}',
    field: 'username',
    more: async (self) => ({ params: { user_id: (await numbersOf(service.server, { self })).self } }),
    kept: ownUsername,
    kind: 'username',
  },
  {
    dialect: 'messenger-api',
    key: 'POST /api/v1/chats',
    field: 'name',
    more: () => ({ body: { is_group: true, participant_ids: [] } }),
    kept: newestTitle,
    kind: 'line',
    blank: 'none',
  },
  {
    dialect: 'windi-messenger',
    key: 'POST /auth/register',
    field: 'name',
    more: withEmail,
    kept: accountName,
    kind: 'line',
  },
  {
    dialect: 'windi-messenger',
    key: 'POST /groups',
    field: 'title',
    more: () => ({ body: { member_ids: [] } }),
    kept: newestTitle,
    kind: 'line',
  },
]

/** Calls that name an account which is there. */
const logins: ReadonlySet<string> = new Set([
  'chat-application POST /api/v1/users/token',
  'chat-application POST /api/v1/token',
  'chat-backend POST /api/auth/login',
])

const fieldsOf = (route: DialectRoute): string[] =>
  Object.keys((route.body as { properties?: object } | undefined)?.properties ?? {})

test('M7: every field of a dialect that gives a name has its place in the table', () => {
  const fields = dialects.flatMap(({ name, routes }) =>
    routes.flatMap((route) =>
      fieldsOf(route)
        .filter((field) => /name|title/.test(field))
        .map((field) => `${name} ${keyOf(route)} ${field}`)
        .filter((what) => ![...logins].some((login) => what.startsWith(login))),
    ),
  )
  expect(fields.sort()).toEqual(table.map(({ dialect, key, field }) => `${dialect} ${key} ${field}`).sort())
})

const lines = {
  ...naughtyTexts,
  'what is around and within': ' \u202e\u0007Ada\u200b \n\u2028Love\u00adlace\ufeff\t',
}

describe.each(table)(
  'M7: $dialect $key, $field',
  ({ dialect: name, key, field, more, kept, kind, blank }) => {
    let self: Person
    beforeAll(async () => {
      self = await service.stage.people.arrive('given', name)
    })

    async function give(text: string): Promise<{ readonly answer: Answer; readonly parts: DialectParts }> {
      const dialect = dialects.find((candidate) => candidate.name === name)
      if (dialect === undefined) throw new Error(`there is no dialect ${name}`)
      const { body, ...rest } = await more(self)
      const parts = { ...rest, body: { ...body, [field]: text } }
      return { answer: await new DialectDoor(service.door, dialect).call(key, self.token, parts), parts }
    }

    const isRefused = ({ status, text }: Answer): boolean => {
      if (status < 400) return false
      expect(JSON.parse(text)).toHaveProperty('detail')
      // One that was given through another dialect is taken: 400.
      expect([400, 422]).toContain(status)
      return true
    }

    test.each([['nothing', ''], ...Object.entries(blankTexts)])('%s is none', async (_, text) => {
      for (const given of kind === 'username' ? [text, text.repeat(3)] : [text]) {
        const { answer, parts } = await give(given)
        if (blank === undefined) expect([given, isRefused(answer)]).toEqual([given, true])
        else expect([given, isVisible(await kept(self, parts))]).toEqual([given, true])
      }
    })

    test.runIf(kind === 'line')('a text is kept as one line, without what cannot be seen', async () => {
      for (const [what, text] of Object.entries(lines)) {
        const { answer, parts } = await give(text)
        expect([what, answer.status < 400]).toEqual([what, true])
        expect([what, await kept(self, parts)]).toEqual([what, cleanLine(text)])
      }
    })

    test.runIf(kind === 'username')('a text is kept with its letters composed, or refused', async () => {
      const taken: string[] = []
      const composable = `Zoe\u0301_${++number}`
      for (const [what, text] of Object.entries({ ...lines, 'letters and marks': composable })) {
        const { answer, parts } = await give(text)
        if (isRefused(answer)) continue
        taken.push(what)
        expect([what, await kept(self, parts)]).toEqual([what, text.normalize('NFC')])
      }
      expect(taken).toContain('letters and marks')
    })
  },
)

describe('M7: the name of a file', () => {
  const routes = dialects.flatMap((dialect) =>
    dialect.routes
      .filter(({ upload, path }) => upload !== undefined && !path.includes('avatar'))
      .map((route) => ({ dialect, key: keyOf(route), what: `${dialect.name} ${keyOf(route)}` })),
  )

  test('is given in the calls that the contracts have for it', () => {
    expect(routes.map(({ what }) => what)).toEqual(['chat-backend POST /api/messages/{message_id}/files'])
  })

  test.each(routes)('is kept as one line, without what cannot be seen: $what', async ({ dialect, key }) => {
    const { self, scene, stage } = service
    // In forms a backslash may stand for what comes after it (RFC 7578 §4.2 leaves it open).
    const names = Object.entries({ ...lines, ...blankTexts }).filter(([, name]) => !name.includes('\\'))
    for (const [what, name] of names) {
      const params = { message_id: await stage.say(self, scene.chatId, 'with a file') }
      const file = { name, type: 'text/plain', content: new TextEncoder().encode('x') }
      const answer = await new DialectDoor(service.door, dialect).call(key, self.token, { params, file })
      expect([what, answer.status]).toEqual([what, 201])
      const { message } = await service.door.ask('getMessage', self.token, { params })
      expect([what, message.files.map((kept) => kept.name)]).toEqual([what, [fileNameOf(name)]])
    }
  })
})
