// W1 W2: bodies that do not fit, for every call of the route table and every field of theirs: a coded 4xx, and the server lives on.
import { limits, type Route, type RouteName, routes } from '@parley/protocol'
import type { TSchema } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callOf, formOf, type Parts } from '../access/http-door.ts'
import { examplesOf } from './examples.ts'
import { misfitsOf, textsIn } from './misfits.ts'
import { complaints, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const names = Object.keys(routes) as RouteName[]
const withBody = names.filter((name) => 'body' in routes[name])
const withUpload = names.filter((name) => 'upload' in routes[name])
const withoutBody = names.filter(
  (name) => !('body' in routes[name] || 'upload' in routes[name]) && routes[name].method !== 'GET',
)

const bodySchema = (name: RouteName): TSchema => {
  const { body }: Route = routes[name]
  if (body === undefined) throw new Error(`${name} takes no body`)
  return body
}

const examples = (name: RouteName): readonly Parts[] => examplesOf(service.scene)[name]

/** Sends the bytes as the body of the call's first example. */
async function send(
  name: RouteName,
  body: string | Uint8Array,
  contentType: string | null = 'application/json',
) {
  const [parts = {}] = examples(name)
  const call = callOf(name, service.self.token, { ...parts, body: {} })
  const { 'content-type': _, ...headers } = call.headers ?? {}
  return service.door.send({
    ...call,
    body,
    headers: { ...headers, ...(contentType === null ? {} : { 'content-type': contentType }) },
  })
}

test('there is an example of every call', () => {
  expect(Object.keys(examplesOf(service.scene)).sort()).toEqual(names.sort())
})

describe.each(withBody)('W1 W2: %s', (name) => {
  test('refuses every field that does not fit', async () => {
    const misfits = examples(name).flatMap(({ body }) => misfitsOf(bodySchema(name), body))
    expect(misfits.length).toBeGreaterThan(10)
    const wrong = await complaints(misfits, async ({ what, value }) => {
      const code = refusalOf(await send(name, JSON.stringify(value)))
      return code === 'invalid_request' ? null : `${what}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test.each([
    ['U+0000', '\\u0000'],
    ['half of a pair', '\\ud83d'],
    ['the other half', '\\ude00'],
    ['a pair the wrong way round', '\\ude00\\ud83d'],
  ])('refuses %s in every text', async (_, escaped) => {
    const places = examples(name).flatMap(({ body }) => textsIn(body))
    const wrong = await complaints(places, async ({ at, put }) => {
      const body = JSON.stringify(put('x⁂y')).replaceAll('⁂', escaped)
      const code = refusalOf(await send(name, body))
      return code === 'invalid_encoding' ? null : `${at}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('refuses what is not JSON, not UTF-8, not of this type, or too large', async () => {
    const tooLarge = `{"text":"${'x'.repeat(limits.httpBodyBytes)}"}`
    const cases = [
      ['{', 'application/json', 'invalid_json'],
      ["{'text':1}", 'application/json', 'invalid_json'],
      ['{"a":1,}', 'application/json', 'invalid_json'],
      ['{"a":01}', 'application/json', 'invalid_json'],
      ['{"a":NaN}', 'application/json', 'invalid_json'],
      ['{"a":"\n"}', 'application/json', 'invalid_json'],
      ['{}{}', 'application/json', 'invalid_json'],
      ['\ufeff{}', 'application/json', 'invalid_json'],
      ['/**/{}', 'application/json', 'invalid_json'],
      [Buffer.from('{}', 'utf16le'), 'application/json', 'invalid_json'],
      [Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'application/json', 'invalid_encoding'],
      [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'application/json', 'invalid_encoding'],
      [Buffer.from([0x7b, 0xff, 0x7d]), 'application/json', 'invalid_encoding'],
      ['['.repeat(65) + ']'.repeat(65), 'application/json', 'invalid_request'],
      ['['.repeat(8_000) + ']'.repeat(8_000), 'application/json', 'invalid_request'],
      [`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`, 'application/json', 'invalid_request'],
      ['['.repeat(16_000), 'application/json', 'invalid_request'],
      ['{"__proto__":{"is_admin":true}}', 'application/json', 'invalid_request'],
      ['{"constructor":{"prototype":{"is_admin":true}}}', 'application/json', 'invalid_request'],
      ['{}', null, 'unsupported_media_type'],
      ['{}', 'text/plain', 'unsupported_media_type'],
      ['a=1', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
      ['{}', 'multipart/form-data; boundary=x', 'unsupported_media_type'],
      ['{}', 'application/json-patch+json', 'unsupported_media_type'],
      ['{}', 'application/problem+json', 'unsupported_media_type'],
      ['{}', 'application/jsonp', 'unsupported_media_type'],
      ['{}', 'json', 'unsupported_media_type'],
      ['{}', '*/*', 'unsupported_media_type'],
      [tooLarge, 'application/json', 'payload_too_large'],
    ] as const
    const wrong = await complaints(cases, async ([body, type, expected]) => {
      const code = refusalOf(await send(name, body, type))
      return code === expected ? null : `${String(body).slice(0, 40)} as ${type}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('of a field that is given twice never accepts what does not fit', async () => {
    const bodies = examples(name).flatMap(({ body }) => {
      const text = JSON.stringify(body)
      const [key] = Object.keys(body as object)
      return key === undefined ? [] : [`${text.slice(0, -1)},${JSON.stringify(key)}:{"wrong":1}}`]
    })
    for (const body of bodies) expect(refusalOf(await send(name, body))).toBe('invalid_request')
  })
})

describe.each(withoutBody)('%s, which takes no body', (name) => {
  test('refuses one', async () => {
    const cases = [
      ['[]', 'application/json', 'invalid_request'],
      ['null', 'application/json', 'invalid_request'],
      ['"text"', 'application/json', 'invalid_request'],
      ['{"a":1}', 'application/json', 'invalid_request'],
      ['{"__proto__":1}', 'application/json', 'invalid_request'],
      ['{', 'application/json', 'invalid_json'],
      [Buffer.from([0xff]), 'application/json', 'invalid_encoding'],
      ['a=1', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
      ['x'.repeat(limits.httpBodyBytes + 1), 'application/json', 'payload_too_large'],
    ] as const
    const wrong = await complaints(cases, async ([body, type, expected]) => {
      const code = refusalOf(await send(name, body, type))
      return code === expected ? null : `${String(body).slice(0, 40)} as ${type}: ${code}`
    })
    expect(wrong).toEqual([])
  })
})

describe.each(withUpload)('%s, which takes a file', (name) => {
  const form = 'multipart/form-data; boundary=a-boundary'
  const twice = Buffer.concat([formOf('x').subarray(0, -4), formOf('x').subarray('--a-boundary'.length)])
  test('refuses everything else', async () => {
    const cases = [
      ['{}', 'application/json', 'unsupported_media_type'],
      ['{}', null, 'unsupported_media_type'],
      ['file=x', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
      ['x', 'application/octet-stream', 'unsupported_media_type'],
      ['x', 'multipart/mixed; boundary=a-boundary', 'unsupported_media_type'],
      ['', form, 'invalid_request'],
      ['x', form, 'invalid_request'],
      ['x', 'multipart/form-data', 'invalid_request'],
      ['x', `multipart/form-data; boundary=${'b'.repeat(2000)}`, 'invalid_request'],
      ['--a-boundary--\r\n', form, 'invalid_request'],
      [formOf(''), form, 'invalid_request'],
      [formOf('x', 'document'), form, 'invalid_request'],
      [formOf('x', '__proto__'), form, 'invalid_request'],
      [formOf('x').subarray(0, -8), form, 'invalid_request'],
      [twice, form, 'invalid_request'],
      [formOf('x').subarray(0, 30), form, 'invalid_request'],
    ] as const
    const wrong = await complaints(cases, async ([body, type, expected]) => {
      const code = refusalOf(await send(name, body, type))
      return code === expected ? null : `${String(body).slice(0, 80)} as ${type}: ${code}`
    })
    expect(wrong).toEqual([])
  })
})

test('nothing that was refused changed the group, and nobody became an admin', async () => {
  const { cast, chatId } = service.scene
  const { items } = await service.door.ask('listMembers', service.self.token, { params: { chat_id: chatId } })
  expect(items.map((member) => member.user_id).sort()).toEqual(
    [cast.owner, cast.admin, cast.member, cast.bystander].map((person) => person.id).sort(),
  )
  const { user } = await service.door.ask('getMe', service.self.token, {})
  expect(user).toMatchObject({ is_admin: false, name: 'owner', bio: '' })
  expect(({} as { is_admin?: boolean }).is_admin).toBeUndefined()
})
