// D8: what a contract does not name, in bodies, forms and queries of every call and in every frame of every dialect: under every name that the core or
// another contract has a use for, and of every type and size. It is answered as if it were not there, and nothing of it is handed on or stored.
import { randomUUID } from 'node:crypto'
import { limits, routes } from '@parley/protocol'
import type { TSchema } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { compileRequest } from '../../packages/server/src/dialects/kit/requests.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import { encodedForm, formOf } from '../access/dialects/dialect-door.ts'
import { DialectListener } from '../access/dialects/dialect-listener.ts'
import { placeOf } from '../access/dialects/place.ts'
import { type CallExample, examplesOf, Trial } from './dialect-examples.ts'
import { statusOf } from './dialect-refusal.ts'
import { complaints, Service } from './service.ts'
import { Stored } from './stored.ts'

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

type Fields = Readonly<Record<string, unknown>>

interface Body {
  readonly type: string
  readonly text: string | Uint8Array
}

/** In the ways in which the route takes it, but for the one of which a form has few fields. */
const bodiesOf = ({ route: { accepts = 'json' } }: CallExample, fields: Fields): Body[] => [
  ...(accepts === 'form' ? [] : [{ type: json, text: JSON.stringify(fields) }]),
  ...(accepts === 'json' ? [] : [{ type: form, text: formOf(fields) }]),
]

async function multipartBody(fields: Fields): Promise<Body> {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, String(value))
  const { headers, bytes } = await encodedForm(data)
  return { type: headers['content-type'] ?? '', text: bytes }
}

/** What is not among the names, with a value for each. */
const unknownTo = (known: readonly string[], valueFor: (name: string) => unknown): [string, unknown][] =>
  names.filter((name) => !known.includes(name)).map((name) => [name, valueFor(name)])

describe.each(allCases)('D8: $name', (cases) => {
  const dialect = dialectOf(cases)
  const examples = examplesOf(dialect, cases).filter(({ route }) => route.body !== undefined)
  const trial = (example: CallExample) => Trial.of(service, dialect, example)

  test.each(examples)('$key overlooks it', async (example) => {
    const known = namesIn(example.route.body)
    const status = statusOf(await (await trial(example)).send())
    const wrong = await complaints(Object.entries(surplus), async ([what, valueFor]) => {
      const unknown = unknownTo(known, valueFor)
      for (const way of bodiesOf(example, {}).keys()) {
        const call = await trial(example)
        const fields = { ...Object.fromEntries(unknown), ...call.parts.body }
        const { type, text } = bodiesOf(example, fields)[way] ?? expect.unreachable()
        const answer = await call.sendBody(text, type)
        if (answer.status !== status) return `${what} as ${type}: ${answer.status} ${answer.text}`
      }
      return null
    })
    expect(wrong).toEqual([])
  })

  test.each(examples.filter(({ route: { accepts = 'json' } }) => accepts !== 'json'))(
    '$key overlooks it in multipart forms, as many fields as those may have',
    async (example) => {
      const known = namesIn(example.route.body)
      const status = statusOf(await (await trial(example)).send())
      const unknown = unknownTo(known, () => canary)
      for (let from = 0; from < unknown.length; from += 40) {
        const call = await trial(example)
        const some = Object.fromEntries(unknown.slice(from, from + 40))
        const { type, text } = await multipartBody({ ...some, ...call.parts.body })
        expect(statusOf(await call.sendBody(text, type))).toBe(status)
      }
    },
  )

  test.each(examplesOf(dialect, cases))('$key overlooks it in the query', async (example) => {
    const known = namesIn(example.route.query)
    const status = statusOf(await (await trial(example)).send())
    const wrong = await complaints(['7', canary, foreignId, ''], async (value) => {
      const call = await trial(example)
      // Where a token may be in the query it is one.
      const unknown = unknownTo([...known, 'token'], () => value) as [string, string][]
      const search = new URLSearchParams(unknown)
      const path = `${call.path}${call.path.includes('?') ? '&' : '?'}${search}`
      const answer = await call.send({}, { path })
      return answer.status === status ? null : `${value}: ${answer.status} ${answer.text}`
    })
    expect(wrong).toEqual([])
  })

  test.each(examples)('$key hands on what its schema names', async (example) => {
    const { body: given = {}, params } = (await trial(example)).parts
    const known = namesIn(example.route.body)
    const unknown = unknownTo(known, () => canary)
    const read = compileRequest(example.route)
    for (const { type, text } of bodiesOf(example, { ...Object.fromEntries(unknown), ...given })) {
      const sent =
        type === json ? String(text).replace('{', '{"__proto__":{"is_admin":true},') : `__proto__=x&${text}`
      const search = formOf({ ...Object.fromEntries(unknownTo(namesIn(example.route.query), () => '7')) })
      const { body, query } = read({ params, search, contentType: type, body: Buffer.from(sent) })
      const queryNames = Object.keys(query)
      expect(queryNames.filter((name) => !namesIn(example.route.query).includes(name))).toEqual([])
      expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
      const names = Object.keys(body as object)
      expect(names).toEqual(expect.arrayContaining(Object.keys(given)))
      expect(names.filter((name) => !known.includes(name))).toEqual([])
    }
  })

  test.each(examples)('$key bears texts that are too long, or no text, under each name', async (example) => {
    const endless = `${canary}${'n'.repeat(limits.messageTextMax)}`
    const texts = [endless, 'n'.repeat(7_800), `${'e'.repeat(394)}@example.com`, 'NaN', ' ', '\u202e']
    const { body: given = {} } = (await trial(example)).parts
    const trials = Object.keys(given).flatMap((name) => texts.map((text) => ({ name, text })))
    const wrong = await complaints(trials, async ({ name, text }) => {
      const call = await trial(example)
      for (const body of bodiesOf(example, { ...call.parts.body, [name]: text })) {
        const status = statusOf(await call.sendBody(body.text, body.type))
        // Nothing that is kept is so long, and nothing has such a name.
        if (status >= 500 || (text === endless && status < 400)) return `${name}: ${status}`
      }
      return null
    })
    expect(wrong).toEqual([])
  })

  describe.each(dialect.sockets)('frames of $path', ({ path, command }) => {
    const socket = dialect.sockets.find((one) => one.path === path) ?? expect.unreachable()
    const own = cases.sockets[path] ?? expect.unreachable()

    test.each(Object.keys(command.schemas))('%s overlooks it', async (name) => {
      const { stage, scene } = service
      const place = await placeOf(
        service.server,
        await stage.scene(own.home ?? 'private', scene.cast),
        'owner',
      )
      const address = { url: service.url, dialect, socket, params: own.doors[0].params(place) }
      const listener = await DialectListener.enter(address, place.self.token)
      for (const frame of own.enter?.(place) ?? []) listener.send(frame)
      await listener.heard()
      const known = [...namesIn(command.schemas[name]), command.field]
      for (const valueFor of Object.values(surplus)) {
        const example = own.frames[name]?.[0].frame(place, place)
        const unknown = Object.fromEntries(unknownTo(known, valueFor))
        listener.send({ ...unknown, ...example, [command.field]: name })
      }
      const told = await listener.heard()
      expect(told.filter((text) => listener.isFault(text) || text.includes(canary))).toEqual([])
      listener.leave()
    })
  })
})

test('D8: nothing of it is stored', async () => {
  const stored = await Stored.open(service.server)
  expect(await stored.tablesWith(service.self.username)).toContain('users')
  expect(await stored.tablesWith(canary)).toEqual([])
  expect(await stored.tablesWith(foreignId)).toEqual([])
  await stored.close()
})
