// W1 W2: requests that do not fit, for every call of every dialect and each of their fields: 4xx in FastAPI's shape, never the server's
// fault, nothing is stored, and the others are served.
import { limits } from '@parley/protocol'
import Type, { type TObject, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anonymousBodyBytes } from '../../packages/server/src/http/settings.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import { formOf } from '../access/dialects/dialect-door.ts'
import type { Answer } from '../access/http-door.ts'
import { type CallExample, examplesOf, Trial } from './dialect-examples.ts'
import { badIds, badIntegers, foreignTypes, noJson, oddTexts, unnamed } from './dialect-junk.ts'
import { refusalOf, statusOf } from './dialect-refusal.ts'
import { misfitsOf, textsIn } from './misfits.ts'
import { complaints, Service } from './service.ts'
import { Stored } from './stored.ts'

let service: Service
let stored: Stored

beforeAll(async () => {
  service = await Service.start()
  stored = await Stored.open(service.server)
})
afterEach(() => service.mustStillServe())
afterAll(async () => {
  await stored?.close()
  await service?.stop()
})

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

const takesJson = ({ route }: CallExample) => route.body !== undefined && route.accepts !== 'form'
const takesForm = ({ route }: CallExample) =>
  route.body !== undefined && (route.accepts === 'form' || route.accepts === 'json or form')
const propertiesOf = (schema: TSchema | undefined): Readonly<Record<string, TSchema>> =>
  (schema as TObject | undefined)?.properties ?? {}
const requiredOf = (schema: TSchema | undefined): readonly string[] =>
  ((schema as { required?: readonly string[] } | undefined)?.required ?? []).filter(Boolean)

/** A text may be anything. Some bounds of integers are open, and then what is beyond them in other contracts is an integer too. */
const fits = ({ route }: CallExample, key: string, value: string): boolean => {
  const schema = propertiesOf(route.query)[key] ?? Type.Never()
  if ('type' in schema && schema.type === 'string') return Compile(schema).Check(value)
  return /^[1-9]\d*$/.test(value) && value.length <= 16 && Compile(schema).Check(Number(value))
}

/** Those whose answer is not one of the expected, and the tables in which something was stored all the same. */
async function wrongAnswers<T>(
  items: readonly T[],
  expected: readonly number[],
  send: (item: T) => Promise<Answer>,
): Promise<string[]> {
  const before = await stored.marks()
  const wrong = await complaints(items, async (item) => {
    const status = refusalOf(await send(item))
    return expected.includes(status) ? null : `${JSON.stringify(item).slice(0, 80)}: ${status}`
  })
  return [...wrong, ...(await stored.changedSince(before)).map((table) => `something is in ${table}`)]
}

describe.each(allCases)('D3 W2: $name', (cases) => {
  const dialect = dialectOf(cases)
  const examples = examplesOf(dialect, cases)
  const trial = (example: CallExample) => Trial.of(service, dialect, example)

  test('there is an example of every call, and it is answered', async () => {
    expect(examples.length).toBe(dialect.routes.length)
    for (const example of examples) expect(statusOf(await (await trial(example)).send())).toBeLessThan(500)
  })

  describe.each(examples.filter(takesJson))('$key', (example) => {
    const schema = example.route.body as TSchema

    test('refuses every field that does not fit', async () => {
      const call = await trial(example)
      const misfits = misfitsOf(schema, call.parts.body)
      expect(misfits.length).toBeGreaterThan(10)
      const wrong = await wrongAnswers(misfits, [422], ({ value }) =>
        call.sendBody(JSON.stringify(value), json),
      )
      expect(wrong).toEqual([])
    })

    test('refuses texts that are no Unicode', async () => {
      const call = await trial(example)
      const bodies = textsIn(call.parts.body).flatMap(({ put }) =>
        ['\\u0000', '\\ud83d', '\\ude00\\ud83d'].map((escaped) =>
          JSON.stringify(put('x⁂y')).replaceAll('⁂', escaped),
        ),
      )
      expect(await wrongAnswers(bodies, [422], (body) => call.sendBody(body, json))).toEqual([])
    })

    test('refuses what is not JSON, not UTF-8, nested without end, or too large', async () => {
      const call = await trial(example)
      const tooLarge = example.route.auth === 'user' ? limits.httpBodyBytes : anonymousBodyBytes
      expect(await wrongAnswers(noJson, [422], (body) => call.sendBody(body, json))).toEqual([])
      expect(refusalOf(await call.sendBody(`{"a":"${'x'.repeat(tooLarge)}"}`, json))).toBe(413)
      const proto = '{"__proto__":{"is_admin":true},"constructor":{"prototype":{"is_admin":true}}}'
      const status = statusOf(await call.sendBody(proto, json))
      if (requiredOf(schema).length > 0) expect(status).toBe(422)
    })

    test('refuses other types of content', async () => {
      const call = await trial(example)
      const types = foreignTypes.filter((type) => type !== form || !takesForm(example))
      expect(await wrongAnswers(types, [415, 422], (type) => call.sendBody('{}', type))).toEqual([])
    })

    test('of a field that is given twice the last counts', async () => {
      const call = await trial(example)
      const text = JSON.stringify(call.parts.body)
      const [key = ''] = requiredOf(schema)
      if (key === '') return
      const body = `${text.slice(0, -1)},${JSON.stringify(key)}:{"wrong":1}}`
      expect(refusalOf(await call.sendBody(body, json))).toBe(422)
    })
  })

  describe.each(examples.filter(takesForm))('$key, as a form', (example) => {
    const required = requiredOf(example.route.body)

    test('refuses a form that lacks a field, or has it otherwise', async () => {
      const call = await trial(example)
      const body = call.parts.body ?? {}
      const incomplete = required.flatMap((key) => {
        const { [key]: value, ...rest } = body
        return [
          rest,
          { ...rest, [`${key} `]: value },
          { ...rest, [`${key}[]`]: value },
          { ...rest, [key.toUpperCase()]: value },
        ]
      })
      expect(await wrongAnswers(incomplete, [422], (fields) => call.sendBody(formOf(fields), form))).toEqual(
        [],
      )
      const odd = Object.keys(body).flatMap((key) => oddTexts.map((value) => ({ key, value })))
      const sendWith = ({ key, value }: (typeof odd)[number]) =>
        call.sendBody(formOf({ ...body, [key]: value }), form)
      const properties = propertiesOf(example.route.body)
      const fits = ({ key, value }: (typeof odd)[number]) =>
        Compile(properties[key] ?? Type.Never()).Check(value)
      expect(
        await wrongAnswers(
          odd.filter((one) => !fits(one)),
          [422],
          sendWith,
        ),
      ).toEqual([])
      for (const one of odd.filter(fits)) expect(statusOf(await sendWith(one))).toBeLessThan(500)
    })

    test('refuses what encodes no text', async () => {
      const call = await trial(example)
      const [key = ''] = Object.keys(call.parts.body ?? {})
      const bodies = ['%', '%f', '%ff', '%c0%af', '%ed%a0%80', '%zz', '%00', 'a%00b', '%u0041'].map(
        (value) => `${formOf(call.parts.body ?? {})}&${key}=${value}`,
      )
      expect(await wrongAnswers(bodies, [422], (body) => call.sendBody(body, form))).toEqual([])
      const bytes = [Buffer.from([0x61, 0x3d, 0xff]), Buffer.from([0x61, 0x3d, 0xed, 0xa0, 0x80])]
      expect(await wrongAnswers(bytes, [422], (body) => call.sendBody(body, form))).toEqual([])
    })

    test('bears a hundred thousand fields', async () => {
      const call = await trial(example)
      const bombs = ['a=1&', 'a&', '&&', '=&', '__proto__=1&', 'a[b]=1&', 'a%5B%5D=1&'].map((part) =>
        part.repeat(100_000),
      )
      expect(await wrongAnswers(bombs, [413, 422], (body) => call.sendBody(body, form))).toEqual([])
      const [key = ''] = required
      const repeated = `${formOf(call.parts.body ?? {})}&${`${key}=&`.repeat(1_000)}`
      expect(statusOf(await call.sendBody(repeated, form))).toBeLessThan(500)
    })

    test('refuses other types of content', async () => {
      const call = await trial(example)
      const types = foreignTypes.filter((type) => type !== form)
      const others = example.route.accepts === 'form' ? [...types, json] : types
      expect(await wrongAnswers(others, [415, 422], (type) => call.sendBody('{}', type))).toEqual([])
    })
  })

  describe.each(examples.filter(({ route }) => route.body === undefined && route.method !== 'GET'))(
    '$key, without fields',
    (example) => {
      test('lives through any body', async () => {
        const bodies = [...noJson, '[]', 'null', '{"a":1}', 'x'.repeat(2 * limits.httpBodyBytes)]
        const sent = bodies.flatMap((body) => [json, form, ...foreignTypes].map((type) => ({ body, type })))
        const wrong = await complaints(sent, async ({ body, type }) => {
          // Such a call may do its work, and end the account that made it.
          const call = await trial(example)
          const status = statusOf(await call.sendBody(body, type))
          return status < 500 ? null : `${body.slice(0, 80)} as ${type}: ${status}`
        })
        expect(wrong).toEqual([])
      })
    },
  )

  describe.each(examples.filter(({ route }) => route.params !== undefined))('$key', (example) => {
    test('refuses ids that are none', async () => {
      const call = await trial(example)
      const paths = Object.keys(call.parts.params ?? {}).flatMap((key) =>
        [...badIds, ...unnamed].map((bad) => call.pathWith({ params: { ...call.parts.params, [key]: bad } })),
      )
      expect(await wrongAnswers(paths, [403, 404, 422], (path) => call.send({}, { path }))).toEqual([])
    })

    test('a path that cannot be decoded, or is too long, leads nowhere', async () => {
      const call = await trial(example)
      const paths = Object.keys(call.parts.params ?? {}).flatMap((key) =>
        ['%', '%ff', '%zz', '%ed%a0%80', 'a'.repeat(5_000), '/', '%2F', ';x', '..', '1'.repeat(5_000)].map(
          (bad) => call.pathWith({ params: { ...call.parts.params, [key]: bad } }),
        ),
      )
      expect(await wrongAnswers(paths, [400, 403, 404, 405, 422], (path) => call.send({}, { path }))).toEqual(
        [],
      )
    })
  })

  describe.each(examples.filter(({ route }) => route.query !== undefined))('$key', (example) => {
    const keys = Object.keys(propertiesOf(example.route.query))

    test('refuses values that are none, and overlooks parameters that it does not know', async () => {
      const call = await trial(example)
      const searchOf = (key: string, value: string) => `${call.pathWith({ query: {} })}?${key}=${value}`
      const paths = keys.flatMap((key) =>
        badIntegers.filter((value) => !fits(example, key, value)).map((value) => searchOf(key, value)),
      )
      expect(await wrongAnswers(paths, [403, 422], (path) => call.send({}, { path }))).toEqual([])
      for (const search of [
        'x=1',
        'x',
        '=1',
        '__proto__=1',
        'constructor[prototype]=1',
        '&&&',
        `${keys[0]}[]=x`,
      ]) {
        const path = `${call.pathWith({ query: {} })}?${search}`
        expect((await call.send({}, { path })).status).toBe(200)
      }
    })

    test('refuses values that are huge, and bears names that are', async () => {
      const call = await trial(example)
      const searchOf = (search: string) => `${call.pathWith({ query: {} })}?${search}`
      const paths = keys.map((key) => searchOf(`${key}=${'9'.repeat(5_000)}`))
      expect(await wrongAnswers(paths, [403, 422], (path) => call.send({}, { path }))).toEqual([])
      for (const search of ['x'.repeat(5_000), 'x=1&'.repeat(1_000), `x=${'%20'.repeat(1_500)}`]) {
        expect((await call.send({}, { path: searchOf(search) })).status).toBe(200)
      }
    })

    test('refuses percent signs that encode no text', async () => {
      const call = await trial(example)
      const searches = ['%', '%f', '%ff', '%c0%af', '%ed%a0%80', '%zz'].flatMap((value) =>
        [...keys, 'x'].map((key) => `${key}=${value}`),
      )
      const send = (search: string) => call.send({}, { path: `${call.pathWith({ query: {} })}?${search}` })
      expect(await wrongAnswers([...searches, '%ff=1'], [422], send)).toEqual([])
    })
  })

  test('every path refuses the methods that it does not have', async () => {
    const trials = await Promise.all(examples.map(trial))
    const known = new Set(dialect.routes.map(({ method, path }) => `${method} ${path}`))
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'QUERY']
    const calls = trials.flatMap((call) =>
      methods
        .filter((method) => !known.has(`${method} ${call.example.route.path}`))
        .map((method) => ({ call, method, path: call.path })),
    )
    // Another route may be at the path, for which the trial's token is no good.
    const refusals = [400, 401, 404, 405, 422, dialect.errors.unauthenticated?.[0] ?? 401]
    const wrong = await complaints(calls, async ({ call, method, path }) => {
      const status = refusalOf(await call.sendPlain(method, path))
      return refusals.includes(status) ? null : `${method} ${path}: ${status}`
    })
    expect(wrong).toEqual([])
  })

  test('D1: every path is the same with a slash at its end and without', async () => {
    for (const example of examples) {
      const call = await trial(example)
      const [path = '', search = ''] = call.path.split('?')
      const paths = [path.replace(/\/$/, ''), `${path.replace(/\/$/, '')}/`]
      const answers = await Promise.all(
        paths.map((at) =>
          call.sendPlain(call.example.route.method, search === '' ? at : `${at}?${search}`, null),
        ),
      )
      expect([example.key, answers[1]?.bytes]).toEqual([example.key, answers[0]?.bytes])
      const isOff = example.call.about === 'person' && example.call.verdicts.anonymous === 404
      if (!isOff) expect(answers[0]?.status).not.toBe(404)
    }
  })
})
