// W1 W3: frames that do not fit, for every frame and every field: an error with the client's number, and the socket lives on; what is
// no frame at all ends it.
import { type ClientFrameType, clientFrames, limits } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Heard, Listener } from '../access/listener.ts'
import { frameExamplesOf } from './examples.ts'
import { misfitsOf, textsIn } from './misfits.ts'
import { frameRefusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

const types = Object.keys(clientFrames) as ClientFrameType[]
/** After more than twenty bad frames a socket is ended. */
const patience = 20

const exampleOf = (type: ClientFrameType) => frameExamplesOf(service.scene, service.self)[type]

/** A socket that may send frames of that type: one that has said hello, unless it is to say it now. */
async function socketFor(type: ClientFrameType): Promise<Listener> {
  if (type !== 'hello') return Listener.enter(service.url, service.self.token)
  const listener = new Listener(service.url)
  await listener.opened
  return listener
}

/** Sends the texts, as many over one socket as it bears, and gives what each was answered with. */
async function answersTo(type: ClientFrameType, texts: readonly string[]): Promise<Heard[]> {
  const answers: Heard[] = []
  for (let from = 0; from < texts.length; from += patience) {
    const listener = await socketFor(type)
    const before = listener.heard.length
    const batch = texts.slice(from, from + patience)
    for (const text of batch) listener.socket.send(text)
    await listener.until('all answers', () => listener.heard.length >= before + batch.length)
    answers.push(...listener.heard.slice(before))
    // It lives, and can still be used.
    if (type === 'hello') expect(await listener.ask(exampleOf('hello'))).toMatchObject({ type: 'ready' })
    else expect(await listener.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    listener.leave()
  }
  return answers
}

test('there is an example of every frame', () => {
  expect(Object.keys(frameExamplesOf(service.scene, service.self)).sort()).toEqual([...types].sort())
})

describe.each(types)('W1 W3: %s', (type) => {
  test('is refused when a field does not fit, with the number that it came with', async () => {
    // What has no type that is known is no frame; it has its own test.
    const misfits = misfitsOf(clientFrames[type].schema, exampleOf(type)).filter(
      ({ value }) => typeof value === 'object' && value !== null && 'type' in value && value.type === type,
    )
    expect(misfits.length).toBeGreaterThan(10)
    const answers = await answersTo(
      type,
      misfits.map(({ value }) => JSON.stringify(value)),
    )
    const wrong = misfits.flatMap(({ what, value }, index) => {
      const answer = answers[index]
      if (answer === undefined) return [`${what}: no answer`]
      const given = (value as { ref?: unknown }).ref
      const code = frameRefusalOf(answer)
      return code === 'invalid_request' &&
        answer.ref === (given === 1 ? 1 : answer.ref) &&
        isRefOf(given, answer)
        ? []
        : [`${what}: ${code} ${answer.ref}`]
    })
    expect(wrong).toEqual([])
  })

  /** A number that could be read comes back; anything else does not. */
  function isRefOf(given: unknown, answer: Heard): boolean {
    const readable = typeof given === 'number' && Number.isSafeInteger(given) && given >= 0
    return answer.ref === (readable ? given : undefined)
  }

  test('is refused when a text is no Unicode', async () => {
    const places = textsIn(exampleOf(type)).filter(({ at }) => at !== '/type' && at !== 'the name of /type')
    const texts = places.flatMap(({ put }) =>
      ['\\u0000', '\\ud83d', '\\ude00\\ud83d'].map((escaped) =>
        JSON.stringify(put('x⁂y')).replaceAll('⁂', escaped),
      ),
    )
    const answers = await answersTo(type, texts)
    expect(answers.map(frameRefusalOf)).toEqual(texts.map(() => 'invalid_encoding'))
  })
})

describe('W3: what is no frame', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const texts: readonly (readonly [string, string])[] = [
    ['', 'invalid_json'],
    [' ', 'invalid_json'],
    ['ping', 'invalid_json'],
    ['{"type":"ping"', 'invalid_json'],
    ['{"type":"ping"}}', 'invalid_json'],
    ["{'type':'ping'}", 'invalid_json'],
    ['{"type":"ping","ref":01}', 'invalid_json'],
    ['\ufeff{"type":"ping"}', 'invalid_json'],
    ['['.repeat(60_000), 'invalid_request'],
    [nested(30_000), 'invalid_request'],
    [`{"type":"ping","ref":${nested(64)}}`, 'invalid_request'],
    ['null', 'bad_frame'],
    ['true', 'bad_frame'],
    ['42', 'bad_frame'],
    ['"ping"', 'bad_frame'],
    ['[]', 'bad_frame'],
    ['[{"type":"ping"}]', 'bad_frame'],
    ['{}', 'bad_frame'],
    ['{"ref":1}', 'bad_frame'],
    ['{"type":null}', 'bad_frame'],
    ['{"type":["ping"]}', 'bad_frame'],
    ['{"type":{"ping":1}}', 'bad_frame'],
    ['{"type":""}', 'bad_frame'],
    ['{"type":"PING"}', 'bad_frame'],
    ['{"type":"ping "}', 'bad_frame'],
    ['{"type":"pong"}', 'bad_frame'],
    ['{"type":"ready"}', 'bad_frame'],
    ['{"type":"message_created"}', 'bad_frame'],
    ['{"type":"__proto__"}', 'bad_frame'],
    ['{"type":"constructor"}', 'bad_frame'],
    ['{"type":"toString"}', 'bad_frame'],
    ['{"type":"hasOwnProperty"}', 'bad_frame'],
    ['{"__proto__":{"type":"ping"}}', 'bad_frame'],
    ['{"Type":"ping"}', 'bad_frame'],
    ['{"type":"ping","__proto__":{"x":1}}', 'invalid_request'],
    ['{"type":"ping","type":"nonsense"}', 'bad_frame'],
  ]

  test.each(['ping', 'hello'] as const)('is refused by name, also where %s is expected', async (type) => {
    const answers = await answersTo(
      type,
      texts.map(([text]) => text),
    )
    expect(answers.map((answer, index) => [texts[index]?.[0].slice(0, 40), frameRefusalOf(answer)])).toEqual(
      texts.map(([text, code]) => [text.slice(0, 40), code]),
    )
  })

  test.each<[string, (listener: Listener) => void, number]>([
    ['a binary frame', ({ socket }) => socket.send(Buffer.from('{"type":"ping"}')), 4400],
    ['an empty binary frame', ({ socket }) => socket.send(Buffer.alloc(0)), 4400],
    [
      'bytes that are no UTF-8',
      ({ socket }) => socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }),
      4400,
    ],
    [
      'a surrogate in UTF-8',
      ({ socket }) => socket.send(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), { binary: false }),
      4400,
    ],
    [
      'a character that is cut at the end',
      ({ socket }) => socket.send(Buffer.from([0x22, 0xe2, 0x82]), { binary: false }),
      4400,
    ],
    ['a frame of 128 KiB and a byte', ({ socket }) => socket.send('x'.repeat(limits.frameBytes + 1)), 4413],
    ['a frame of 10 MB', ({ socket }) => socket.send('x'.repeat(10_000_000)), 4413],
    [
      'fragments of 128 KiB and a byte',
      ({ socket }) => {
        socket.send('x'.repeat(limits.frameBytes), { fin: false })
        socket.send('x', { fin: true })
      },
      4413,
    ],
    [
      'fragments without end',
      ({ socket }) => {
        for (let count = 0; count < 30_000; count += 1) socket.send('', { fin: false })
        socket.send('x'.repeat(limits.frameBytes + 1))
      },
      4413,
    ],
    [
      'a fragment that continues nothing',
      ({ socket }) => writeRaw(socket, Buffer.from([0x80, 0x80, 0, 0, 0, 0])),
      4400,
    ],
    ['a reserved opcode', ({ socket }) => writeRaw(socket, Buffer.from([0x83, 0x80, 0, 0, 0, 0])), 4400],
    ['a reserved bit', ({ socket }) => writeRaw(socket, Buffer.from([0xc1, 0x80, 0, 0, 0, 0])), 4400],
    ['a frame without a mask', ({ socket }) => writeRaw(socket, Buffer.from([0x81, 0x00])), 4400],
    ['a ping in fragments', ({ socket }) => writeRaw(socket, Buffer.from([0x09, 0x80, 0, 0, 0, 0])), 4400],
    [
      'a ping of 126 bytes',
      ({ socket }) => writeRaw(socket, Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0])),
      4400,
    ],
    [
      'a frame that claims 2^63 bytes',
      ({ socket }) =>
        writeRaw(socket, Buffer.from([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0])),
      4413,
    ],
    [
      'a close frame of one byte',
      ({ socket }) => writeRaw(socket, Buffer.from([0x88, 0x81, 0, 0, 0, 0, 1])),
      4400,
    ],
    [
      'a close frame with a forbidden code',
      ({ socket }) => writeRaw(socket, Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed])),
      4400,
    ],
  ])('%s ends the socket', async (_, send, code) => {
    for (const listener of [
      await Listener.enter(service.url, service.self.token),
      await socketFor('hello'),
    ]) {
      send(listener)
      expect((await listener.closed).code).toBe(code)
    }
  })

  /** Past the library, which makes no such frames. */
  function writeRaw(socket: Listener['socket'], bytes: Uint8Array): void {
    const { _socket: stream } = socket as unknown as { _socket: NodeJS.WritableStream }
    stream.write(bytes)
  }
})

test('M8: the whole frame may have 128 KiB, and a text its full length however it is written', async () => {
  const listener = await Listener.enter(service.url, service.self.token)
  const text = '😀'.repeat(limits.messageTextMax)
  const frame = { ...exampleOf('send_message'), ref: 7, reply_to_id: null, text }
  const escaped = JSON.stringify(frame).replaceAll('😀', '\\ud83d\\ude00')
  expect(escaped.length).toBeGreaterThan(120_000)
  listener.socket.send(escaped)
  const answer = await listener.until('the answer', (candidate) => candidate.ref === 7)
  expect(answer).toMatchObject({ type: 'ack', message: { text } })
  expect(frameRefusalOf(await listener.ask({ ...frame, text: `${text}.` }))).toBe('invalid_request')
  listener.leave()
})

test('a frame in many small fragments is one frame', async () => {
  const listener = await Listener.enter(service.url, service.self.token)
  const text = JSON.stringify({ type: 'ping', ref: 5 })
  for (const character of text) listener.socket.send(character, { fin: false })
  listener.socket.send('', { fin: true })
  expect(await listener.until('pong', (frame) => frame.ref === 5)).toMatchObject({ type: 'pong' })
  listener.leave()
})

test('hello comes once, and the second changes nobody', async () => {
  const listener = await Listener.enter(service.url, service.self.token)
  const other = await service.stage.people.arrive('other')
  expect(frameRefusalOf(await listener.ask({ type: 'hello', token: other.token }))).toBe('invalid_request')
  const { chatId } = service.scene
  expect(await listener.ask({ type: 'typing', chat_id: chatId })).toMatchObject({ type: 'ack' })
  listener.leave()
})

test.each(['before hello', 'after hello'])('W3: a thousand bad frames %s end the socket', async (when) => {
  const listener = await socketFor(when === 'before hello' ? 'hello' : 'ping')
  for (let count = 0; count < 1_000; count += 1) listener.socket.send(`{"type":"junk${count}"}`)
  expect((await listener.closed).code).toBe(4400)
  expect(listener.heard.filter((frame) => frame.type === 'error').length).toBeLessThanOrEqual(patience + 1)
})
