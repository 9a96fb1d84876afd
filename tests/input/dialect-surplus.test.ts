// D8: what a contract does not name, in bodies of every call of every dialect: under every name that the core or another contract has a use for,
// and of every type and size. It is answered as if it were not there, and nothing of it is handed on or stored.
import { randomUUID } from 'node:crypto'
import { routes } from '@parley/protocol'
import pg from 'pg'
import type { TSchema } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { compileRequest } from '../../packages/server/src/dialects/kit/requests.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import { formOf } from '../access/dialects/dialect-door.ts'
import { type CallExample, examplesOf, Trial } from './dialect-examples.ts'
import { statusOf } from './dialect-refusal.ts'
import { complaints, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service?.stop())

/** In every text that must not be stored. */
const canary = 'a-surplus-canary'
const foreignId = randomUUID()

/** Every name of a field in the schema. */
function namesIn(schema: TSchema | undefined): string[] {
  if (schema === undefined) return []
  const { properties = {}, anyOf = [] } = schema as {
    properties?: Record<string, TSchema>
    anyOf?: TSchema[]
  }
  return [...Object.keys(properties), ...anyOf.flatMap(namesIn)]
}

const names = [
  ...new Set([
    ...Object.values(routes).flatMap((route) => ('body' in route ? namesIn(route.body) : [])),
    ...dialects.flatMap((dialect) =>
      dialect.routes.flatMap(({ body, query }) => [body, query].flatMap(namesIn)),
    ),
    ...['id', 'role', 'is_admin', 'created_at', 'password_hash', 'sender_id', 'seq', 'version', 'toString'],
  ]),
]

const longName = canary.padEnd(7_800, 'n')
const longEmail = `${canary.padEnd(394, 'e')}@example.com`

/** What stands under each name. Some are so long that not every name can have one. */
const surplus: Readonly<Record<string, (name: string) => unknown>> = {
  'a number': () => 7,
  null: () => null,
  true: () => true,
  'a list': () => [canary, 7, null],
  'an object': () => ({ [canary]: canary }),
  'no number': () => 'NaN',
  'the largest number': () => 1e300,
  'a short text': () => canary,
  'an id': () => foreignId,
  'a text of 7,800 letters and addresses of 406': (name) =>
    name === 'name' ? longName : ['email', 'username', 'title', 'text', 'bio'].includes(name) ? longEmail : 7,
}

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

interface Body {
  readonly type: string
  readonly text: string
}

/** In the ways in which the route takes it. */
const bodiesOf = (
  { route: { accepts = 'json' } }: CallExample,
  fields: Readonly<Record<string, unknown>>,
): Body[] => [
  ...(accepts === 'form' ? [] : [{ type: json, text: JSON.stringify(fields) }]),
  ...(accepts === 'json' ? [] : [{ type: form, text: formOf(fields) }]),
]

describe.each(allCases)('D8: $name', (cases) => {
  const dialect = dialectOf(cases)
  const examples = examplesOf(dialect, cases).filter(({ route }) => route.body !== undefined)
  const trial = (example: CallExample) => Trial.of(service, dialect, example)

  test.each(examples)('$key overlooks it', async (example) => {
    const known = namesIn(example.route.body)
    const status = statusOf(await (await trial(example)).send())
    const wrong = await complaints(Object.entries(surplus), async ([what, valueFor]) => {
      const call = await trial(example)
      const unknown = names.filter((name) => !known.includes(name)).map((name) => [name, valueFor(name)])
      const fields = { ...Object.fromEntries(unknown), ...call.parts.body }
      const [{ type, text } = expect.unreachable()] = bodiesOf(example, fields)
      const answer = await call.sendBody(text, type)
      return answer.status === status ? null : `${what}: ${answer.status} ${answer.text}`
    })
    expect(wrong).toEqual([])
  })

  test.each(examples)('$key hands on what its schema names', async (example) => {
    const { body: given = {}, params } = (await trial(example)).parts
    const known = namesIn(example.route.body)
    const unknown = names.filter((name) => !known.includes(name)).map((name) => [name, canary])
    const read = compileRequest(example.route)
    for (const { type, text } of bodiesOf(example, { ...Object.fromEntries(unknown), ...given })) {
      const sent =
        type === json ? text.replace('{', '{"__proto__":{"is_admin":true},') : `__proto__=x&${text}`
      const { body } = read({ params, search: '', contentType: type, body: Buffer.from(sent) })
      expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
      const names = Object.keys(body as object)
      expect(names).toEqual(expect.arrayContaining(Object.keys(given)))
      expect(names.filter((name) => !known.includes(name))).toEqual([])
    }
  })

  test.each(examples)('$key bears texts that are too long, or no text, under each name', async (example) => {
    const texts = ['n'.repeat(7_800), `${'e'.repeat(394)}@example.com`, 'NaN', ' ', '\u202e']
    const { body: given = {} } = (await trial(example)).parts
    const trials = Object.keys(given).flatMap((name) => texts.map((text) => ({ name, text })))
    const wrong = await complaints(trials, async ({ name, text }) => {
      const call = await trial(example)
      const [body = expect.unreachable()] = bodiesOf(example, { ...call.parts.body, [name]: text })
      const status = statusOf(await call.sendBody(body.text, body.type))
      return status < 500 ? null : `${name}: ${status}`
    })
    expect(wrong).toEqual([])
  })
})

test('D8: nothing of it is stored', async () => {
  const { database } = service.server.settings
  const client = new pg.Client(database)
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  )
  const tablesWith = async (text: string): Promise<string[]> => {
    const found: string[] = []
    for (const { name } of tables) {
      const { rowCount } = await client.query(
        `SELECT FROM ${name} row WHERE strpos(row::text, $1) > 0 LIMIT 1`,
        [text],
      )
      if (rowCount) found.push(name)
    }
    return found
  }
  expect(await tablesWith(service.self.username)).toContain('users')
  expect(await tablesWith(canary)).toEqual([])
  expect(await tablesWith(foreignId)).toEqual([])
  await client.end()
})
