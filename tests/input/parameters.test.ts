// W1 W2: what stands in paths and query strings: ids that are none, numbers that nearly are, times that never were, cursors that no
// list has given.
import { type Route, type RouteName, routes } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callOf, type Parts, pathOf } from '../access/http-door.ts'
import { examplesOf } from './examples.ts'
import { complaints, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const names = Object.keys(routes) as RouteName[]
const withParams = names.filter((name) => 'params' in routes[name])
const withQuery = names.filter((name) => 'query' in routes[name])

const partsOf = (name: RouteName): Parts => examplesOf(service.scene)[name][0] ?? {}

/** The call's first example with another path. */
const sendTo = (name: RouteName, path: string) =>
  service.door.send({ ...callOf(name, service.self.token, partsOf(name)), path })

const propertiesOf = (name: RouteName): Readonly<Record<string, unknown>> => {
  const { query }: Route = routes[name]
  return query?.properties ?? {}
}

const id = '0190a000-0000-7000-8000-000000000000'
/** As they stand in the path. */
const badIds = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '[object%20Object]',
  id.toUpperCase(),
  id.slice(1),
  `${id}0`,
  `%7B${id}%7D`,
  `%20${id}`,
  `${id}%20`,
  `${id}%0A`,
  `${id}%00`,
  id.replaceAll('-', ''),
  id.replace('0190', '%EF%BC%90190'),
  '%00',
  '%F0%9F%98%80',
  '%2e%2e',
  '..%2F..%2Fetc%2Fpasswd',
  "1'%20OR%20'1'='1",
  '*',
  '%25s%25n',
  '$%7Bjndi:x%7D',
  'a'.repeat(90),
]

describe.each(withParams)('W1 W2: %s', (name) => {
  test('refuses ids that are none', async () => {
    const { params } = partsOf(name)
    const paths = Object.keys(params ?? {}).flatMap((key) =>
      badIds.map((bad) => pathOf(name, { params: { ...params, [key]: bad } })),
    )
    const wrong = await complaints(paths, async (path) => {
      const code = refusalOf(await sendTo(name, path))
      return code === 'invalid_request' || code === 'not_found' ? null : `${path}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('a path that cannot be decoded, or is too long, leads nowhere', async () => {
    const { params } = partsOf(name)
    const [key = ''] = Object.keys(params ?? {})
    for (const bad of ['%', '%ff', '%zz', '%ed%a0%80', 'a'.repeat(5_000), '/', '%2F', ';x']) {
      const answer = await sendTo(name, pathOf(name, { params: { ...params, [key]: bad } }))
      expect(['invalid_request', 'not_found', 'method_not_allowed']).toContain(refusalOf(answer))
    }
  })
})

const badIntegers = [
  '',
  'abc',
  '1.5',
  '1.0',
  '01',
  '+1',
  '%2B1',
  '-1',
  '-0',
  '1e1',
  '0x10',
  '%201',
  '1%20',
  '1_000',
  '9007199254740992',
  '99999999999999999999',
  'NaN',
  'Infinity',
  'null',
  'true',
  '%EF%BC%91',
  '%D9%A1',
]
const badBooleans = ['', 'TRUE', '1', '0', 'yes', 'null', '%20true', 'true%00']
const badTimes = [
  '',
  'yesterday',
  '2026-01-31',
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.000+00:00',
  '2026-13-01T00:00:00.000Z',
  '2026-01-31T25:00:00.000Z',
  '2026-01-31T12:61:00.000Z',
  '12026-01-31T12:00:00.000Z',
  '-026-01-31T12:00:00.000Z',
]

const listed: Readonly<Record<string, readonly string[]>> = {
  limit: [...badIntegers, '0', '101'],
  before: badIntegers,
  after: badIntegers,
  around: badIntegers,
  archived: badBooleans,
  at: badTimes,
  query: ['a'.repeat(255)],
  ids: [
    '',
    ',',
    'x',
    `${id},`,
    `,${id}`,
    `${id},x`,
    id.toUpperCase(),
    `${id};${id}`,
    Array(101).fill(id).join(),
  ],
  cursor: ['', 'x'.repeat(501)],
}

describe.each(withQuery)('W1 W2: %s', (name) => {
  const pathWith = (search: string): string => `${pathOf(name, { params: partsOf(name).params })}?${search}`

  test('refuses values that are not exactly what they should be', async () => {
    const searches = Object.keys(propertiesOf(name)).flatMap((key) => {
      const bad = listed[key]
      if (bad === undefined) throw new Error(`no bad values of ${key} are listed`)
      return bad.map((value) => `${key}=${value}`)
    })
    const wrong = await complaints(searches, async (search) => {
      const code = refusalOf(await sendTo(name, pathWith(search)))
      const expected = search.includes('%00') ? 'invalid_encoding' : 'invalid_request'
      return code === expected ? null : `${search}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('refuses parameters that it does not know, that come twice, or in brackets', async () => {
    const keys = Object.keys(propertiesOf(name))
    const [key = ''] = keys
    const searches = [
      'x=1',
      'x',
      '=1',
      '__proto__=1',
      'constructor=1',
      '__proto__[limit]=1',
      'access_token=1',
      'limit=1&limit=1',
      'limit=1&limit=2',
      `${key}[]=1`,
      `${key}[$gt]=1`,
      `${key}.x=1`,
      `${key.toUpperCase()}=1`,
      `%20${key}=1`,
    ]
    const wrong = await complaints(searches, async (search) => {
      const code = refusalOf(await sendTo(name, pathWith(search)))
      return code === 'invalid_request' ? null : `${search}: ${code}`
    })
    expect(wrong).toEqual([])
  })

  test('refuses percent signs that encode no text', async () => {
    const encodings = ['%', '%f', '%ff', '%c0%af', '%ed%a0%80', '%zz', '%00', 'a%00b', '%u0041']
    const searches = Object.keys(propertiesOf(name)).flatMap((key) =>
      encodings.map((value) => `${key}=${value}`),
    )
    const wrong = await complaints([...searches, '%ff=1', '%00=1'], async (search) => {
      const code = refusalOf(await sendTo(name, pathWith(search)))
      return code === 'invalid_encoding' ? null : `${search}: ${code}`
    })
    expect(wrong).toEqual([])
  })
})

describe('listMessages', () => {
  const search = (query: string) =>
    sendTo(
      'listMessages',
      `${pathOf('listMessages', { params: { chat_id: service.scene.chatId } })}?${query}`,
    )

  test('takes one position and no two', async () => {
    const time = '2026-01-31T12:00:00.000Z'
    for (const both of ['before=1&after=1', 'after=1&around=1', 'around=1&before=1', `at=${time}&after=0`]) {
      expect(refusalOf(await search(both))).toBe('invalid_request')
    }
  })

  test.each(['before', 'after', 'around'])('%s takes any seq that there could be', async (key) => {
    for (const seq of [0, 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      expect((await search(`${key}=${seq}&limit=100`)).status).toBe(200)
    }
  })

  test('at takes any time that fits, or refuses it', async () => {
    for (const time of oddTimes) {
      const answer = await search(`at=${time}`)
      if (answer.status !== 200) expect(refusalOf(answer)).toBe('invalid_request')
    }
  })
})

/** They look like times, and some even are. */
const oddTimes = [
  '0000-01-01T00:00:00.000Z',
  '0000-00-00T00:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '1582-10-10T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2026-02-29T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-04-31T00:00:00.000Z',
  '2026-12-31T23:59:60.000Z',
  '2026-12-31T24:00:00.000Z',
  '2026-12-31T24:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T24:00:00.000Z',
  '9999-99-99T99:99:99.999Z',
]

test('a chat is muted until any time that fits, or not at all', async () => {
  for (const time of oddTimes) {
    const params = { chat_id: service.scene.chatId }
    const answer = await service.door.call('updatePreferences', service.self.token, {
      params,
      body: { muted_until: time },
    })
    if (answer.status !== 200) expect(refusalOf(answer)).toBe('invalid_request')
    expect((await service.door.call('getChat', service.self.token, { params })).status).toBe(200)
  }
})
