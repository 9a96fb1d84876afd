// W1 W3: frames that do not fit, for every frame of every socket of every dialect: the contract's own fault, and the socket lives on;
// what is no frame at all ends it; nothing is stored. Addresses and tokens that are none let nobody in.
import { limits } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../packages/server/src/core/errors.ts'
import type { DialectSocket } from '../../packages/server/src/dialects/kit/socket.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import type { Parameters, SocketCase } from '../access/dialects/dialect-case.ts'
import { type Address, DialectListener } from '../access/dialects/dialect-listener.ts'
import { type Place, placeOf } from '../access/dialects/place.ts'
import { badIds, unnamed } from './dialect-junk.ts'
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

/** So many frames a socket may send at once. */
const batch = 80
const internal = new AppError('internal').message

const sockets = allCases.flatMap((cases) => {
  const dialect = dialectOf(cases)
  return dialect.sockets.map((socket) => ({
    name: `${cases.name} ${socket.path}`,
    dialect,
    socket,
    own: cases.sockets[socket.path] as SocketCase,
  }))
})

describe.each(sockets)('D3: $name', ({ dialect, socket, own }) => {
  let place: Place
  beforeAll(async () => {
    const { stage, scene } = service
    place = await placeOf(service.server, await stage.scene(own.home ?? 'private', scene.cast), 'owner')
  })
  const at = (params: Parameters): Address => ({ url: service.url, dialect, socket, params })
  const enter = () => DialectListener.enter(at(own.doors[0].params(place)), place.self.token)
  const closing = (code: number): number => ([4401, 4409].includes(code) ? socket.refusalCode : code)

  /** Every text gets a fault that is the client's, over as many sockets as it takes, and each of them lives on. */
  async function allAreRefused(texts: readonly string[]): Promise<void> {
    const before = await stored.marks()
    for (let from = 0; from < texts.length; from += batch) {
      const listener = await enter()
      const faults = await listener.faultsOf(texts.slice(from, from + batch))
      expect(faults.filter((fault) => fault.includes(internal))).toEqual([])
      expect((await listener.heard()).filter((text) => !listener.isFault(text))).toEqual([])
      listener.leave()
    }
    expect(await stored.changedSince(before)).toEqual([])
  }

  describe.each(Object.keys(socket.command.schemas))('%s', (name) => {
    const example = () => own.frames[name]?.[0].frame(place, place) ?? {}
    const named = (value: unknown): string =>
      JSON.stringify(isRecord(value) ? { ...value, [socket.command.field]: name } : value)

    test('is refused when a field does not fit', async () => {
      const schema = socket.command.schemas[name]
      if (schema === undefined) throw new Error(`${name} has no schema`)
      const misfits = misfitsOf(schema, example())
      expect(misfits.length).toBeGreaterThan(10)
      await allAreRefused(misfits.map(({ value }) => named(value)))
    })

    test('is refused when a text is too long for any contract', async () => {
      const { properties = {} } = socket.command.schemas[name] as { readonly properties?: object }
      const texts = textsIn(example()).filter(({ at: path }) => path.slice(1) in properties)
      await allAreRefused(
        texts.flatMap(({ put }) =>
          [limits.messageTextMax + 1, 100_000].map((length) => named(put('x'.repeat(length)))),
        ),
      )
    })

    test('is refused when a text is no Unicode', async () => {
      const frame = JSON.parse(named({ ...example(), surplus: 'a text' }))
      const places = textsIn(frame).filter(({ at: path }) => !path.endsWith(`/${socket.command.field}`))
      const texts = places.flatMap(({ put }) =>
        ['\\u0000', '\\ud83d', '\\ude00\\ud83d'].map((escaped) =>
          JSON.stringify(put('x⁂y')).replaceAll('⁂', escaped),
        ),
      )
      await allAreRefused(texts)
    })
  })

  test('what is no frame is refused, and the socket lives on', () => allAreRefused(noFrames(socket)))

  test('a binary frame is refused, and the socket lives on', async () => {
    const listener = await enter()
    listener.socket.send(Buffer.from('{}'))
    listener.socket.send(Buffer.alloc(0))
    const faults = (await listener.heard()).filter((text) => listener.isFault(text))
    expect(faults.length).toBe(2)
    listener.leave()
  })

  test.each<[string, (listener: DialectListener) => void, number]>([
    [
      'bytes that are no UTF-8',
      (listener) => listener.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }),
      4400,
    ],
    [
      'a surrogate in UTF-8',
      (listener) => listener.socket.send(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), { binary: false }),
      4400,
    ],
    [
      'a frame of 128 KiB and a byte',
      (listener) => listener.socket.send('x'.repeat(limits.frameBytes + 1)),
      4413,
    ],
    ['a frame of 10 MB', (listener) => listener.socket.send('x'.repeat(10_000_000)), 4413],
    [
      'fragments of 128 KiB and a byte',
      (listener) => {
        listener.socket.send('x'.repeat(limits.frameBytes), { fin: false })
        listener.socket.send('x', { fin: true })
      },
      4413,
    ],
  ])('%s ends the socket', async (_, send, code) => {
    const listener = await enter()
    send(listener)
    expect(await listener.closed).toBe(closing(code))
  })

  test('frames that come before anybody is let in are not carried out for those who are not', async () => {
    const [name = ''] = Object.keys(socket.command.schemas)
    const before = await service.stage.versionOf(place.chatId)
    const listener = new DialectListener(at(own.doors[0].params(place)), 'nonsense')
    const frame = { ...own.frames[name]?.[0].frame(place, place), [socket.command.field]: name }
    listener.socket.once('open', () => {
      for (let count = 0; count < 50; count += 1) listener.send(frame)
    })
    expect(await listener.closed).toBe(own.closed)
    expect(listener.texts).toEqual([])
    expect(await service.stage.versionOf(place.chatId)).toBe(before)
  })

  test('addresses and tokens that are none let nobody in', async () => {
    const params = own.doors[0].params(place)
    const addresses = Object.keys(params).flatMap((key) =>
      [...badIds, ...unnamed, '%', '%ff', 'a'.repeat(5_000)].map((bad) => ({ ...params, [key]: bad })),
    )
    const attempts = [
      ...addresses.map((bad) => ({ params: bad, token: place.self.token })),
      ...badTokens.map((token) => ({ params, token })),
    ]
    const wrong = await complaints(attempts, async ({ params: bad, token }) => {
      const listener = new DialectListener(at(bad), token)
      const code = await listener.closed
      const isRefused = code === own.closed || (code >= 400 && code < 500)
      return isRefused && listener.texts.length === 0
        ? null
        : `${JSON.stringify(bad)} ${token.slice(0, 20)}: ${code}`
    })
    expect(wrong).toEqual([])
  })
})

describe('a server with its limits on', () => {
  /** Of each case: what a flood has spent is spent for all sockets of a person. */
  let limited: Service
  beforeEach(async () => {
    limited = await Service.start({ rateLimits: 'on' })
  })
  afterEach(() => limited?.stop())

  test.each(sockets)('$name: a thousand frames at once end the socket', async ({ dialect, socket, own }) => {
    const { stage, scene } = limited
    const home = own.home === 'channel' ? await stage.scene('channel', scene.cast) : scene
    const place = await placeOf(limited.server, home, 'owner')
    const address = { url: limited.url, dialect, socket, params: own.doors[0].params(place) }
    const listener = await DialectListener.enter(address, place.self.token)
    for (let count = 0; count < 1_000; count += 1) listener.socket.send(`{"junk":${count}}`)
    await limited.mustStillServe()
    expect(await listener.closed).toBe(4429)
  })
})

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const badTokens = [
  'x',
  '\u0000',
  '\ud83d',
  '..',
  'a.b.c',
  `${'a'.repeat(3_000)}`,
  'Bearer x',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
  '__proto__',
  "' OR 1=1 --",
]

function noFrames({ command }: DialectSocket): string[] {
  const { field } = command
  const [name = ''] = Object.keys(command.schemas)
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const called = [
    '',
    `${name} `,
    name.toUpperCase(),
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'error',
  ]
  return [
    '',
    ' ',
    name,
    `{"${field}":"${name}"`,
    `{"${field}":"${name}"}}`,
    `{'${field}':'${name}'}`,
    `\ufeff{"${field}":"${name}"}`,
    '['.repeat(60_000),
    nested(30_000),
    `{"${field}":"${name}","x":${nested(64)}}`,
    'null',
    'true',
    '42',
    '-1e400',
    `"${name}"`,
    '[]',
    `[{"${field}":"${name}"}]`,
    '{}',
    `{"${field}":null}`,
    `{"${field}":0}`,
    `{"${field}":["${name}"]}`,
    `{"${field}":{"${name}":1}}`,
    `{"${field.toUpperCase()}":"${name}"}`,
    `{"__proto__":{"${field}":"${name}"}}`,
    `{"${field}":"${name}","${field}":"nonsense"}`,
    ...called.map((text) => JSON.stringify({ [field]: text })),
  ]
}
