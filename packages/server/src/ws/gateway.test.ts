// The door for sockets: handshakes, hello, faults of peers, and the end, over real sockets.
import { connect } from 'node:net'
import { limits } from '@parley/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { actorOf, deferred, idOf, sent, sessionRevoked } from '../realtime/test/fakes.ts'
import { problemOf } from '../wire/problem.ts'
import { chat, type Options, startGateway, stateFor } from './test/harness.ts'

const running: { stop(): Promise<void> }[] = []
const start = async (options: Options = {}) => {
  const gateway = await startGateway(options)
  running.push(gateway)
  return gateway
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
})

const ping = (ref: number) => ({ type: 'ping', ref })

describe('the handshake', () => {
  test.each(['/api/v1/ws', '/api/v1/ws/', '/api/v1/ws?x=1'])('%s is the door', async (path) => {
    const { connect } = await start()
    await expect(connect(path).opened).resolves.toBeUndefined()
  })

  test.each(['/', '/api/v1/ws2', '/api/v1', '/api/v1/ws/more'])('%s is answered with 404', async (path) => {
    const { connect } = await start()
    const { status, type, body } = await connect(path).refused
    expect([status, type]).toEqual([404, 'application/problem+json; charset=utf-8'])
    const id = expect.stringMatching(/./)
    expect(body).toEqual(problemOf(new AppError('not_found'), id).body)
  })

  test('another protocol takes its own paths', async () => {
    const taken: string[] = []
    const { connect } = await start({
      otherProtocols: [
        {
          accepts: (path) => path === '/compat/ws',
          prepare: (request) => {
            taken.push(request.url ?? '')
            throw new AppError('forbidden')
          },
        },
      ],
    })
    const { status } = await connect('/compat/ws?token=1').refused
    expect(status).toBe(403)
    expect(taken).toEqual(['/compat/ws?token=1'])
  })

  test('a foreign origin is answered with 403', async () => {
    const { connect, gateway } = await start()
    const { status, body } = await connect('/api/v1/ws', { origin: 'https://foreign.example' }).refused
    expect([status, body.code]).toEqual([403, 'origin_refused'])
    expect(gateway.size).toBe(0)
  })

  test('a fault of ours is answered with 500 and logged', async () => {
    const { connect, lines } = await start({
      gateway: {
        authenticateUpgrade: () => {
          throw new Error('a fault')
        },
      },
    })
    const { status, body } = await connect().refused
    expect([status, body.code, lines.length]).toEqual([500, 'internal', 1])
  })

  test('compression is not agreed to', async () => {
    const { connect } = await start()
    const client = connect()
    await client.opened
    expect(client.socket.extensions).toBe('')
  })
})

describe('hello', () => {
  test('brings ready, with the number and the state, then events', async () => {
    const versions: unknown[] = []
    const { connect, publish } = await start({
      handlers: {
        hello: async (actor, { chats }) => {
          versions.push(chats)
          return stateFor(actor)
        },
      },
    })
    const client = connect()
    await client.opened
    client.send({ type: 'hello', ref: 7, token: '1', chats: { [idOf(chat)]: 3 } })
    expect(await client.next('ready')).toMatchObject({ ref: 7, session_id: actorOf(1).sessionId, gaps: [] })
    expect(versions).toEqual([{ [idOf(chat)]: 3 }])
    publish(sent(chat, 1))
    expect(await client.next('message_created')).toMatchObject({ chat_id: idOf(chat), version: 2 })
  })

  test('takes the token of the handshake, or one of its own instead', async () => {
    const { connect } = await start()
    const headers = { authorization: 'Bearer 1' }
    const [one, two] = [connect(undefined, { headers }), connect(undefined, { headers })]
    await Promise.all([one.opened, two.opened])
    one.send({ type: 'hello' })
    two.send({ type: 'hello', token: '2' })
    expect(await one.next('ready')).toMatchObject({ session_id: actorOf(1).sessionId })
    expect(await two.next('ready')).toMatchObject({ session_id: actorOf(2).sessionId })
  })

  test.each([
    ['without a token', {}, 'unauthenticated', 4401],
    ['with a bad token', { token: 'bad' }, 'unauthenticated', 4401],
    ['of a revoked session', { token: 'revoked' }, 'session_revoked', 4409],
  ])('%s is answered with an error and closed', async (_name, more, code, closeCode) => {
    const { connect } = await start()
    const client = connect()
    await client.opened
    client.send({ type: 'hello', ref: 1, ...more })
    expect(await client.closed).toEqual({ code: closeCode, reason: code })
    expect(client.frames).toMatchObject([{ type: 'error', ref: 1, code }])
  })

  test('that does not come in time ends the socket', async () => {
    const { connect } = await start({ gateway: { helloMs: 30 } })
    const client = connect()
    expect(await client.closed).toEqual({ code: 4401, reason: 'unauthenticated' })
  })

  test('comes first: anything else is refused, and the socket lives on', async () => {
    const { connect } = await start()
    const client = connect()
    await client.opened
    expect(await client.ask(ping(1))).toMatchObject({ type: 'error', code: 'unauthenticated' })
    client.send({ type: 'hello', token: '1' })
    await client.next('ready')
    expect(await client.ask(ping(2))).toEqual({ type: 'pong', ref: 2 })
  })

  test('comes once', async () => {
    const { enter } = await start()
    const client = await enter(1)
    expect(await client.ask({ type: 'hello', ref: 1, token: '2' })).toMatchObject({
      type: 'error',
      code: 'invalid_request',
    })
    expect(await client.ask(ping(2))).toMatchObject({ type: 'pong' })
  })

  test('lets the frames behind it wait for ready', async () => {
    const { connect } = await start()
    const client = connect()
    await client.opened
    client.send({ type: 'hello', token: '1' })
    for (const ref of [1, 2, 3]) client.send(ping(ref))
    await expect.poll(() => client.frames).toHaveLength(4)
    expect(client.frames.map((frame) => [frame.type, frame.ref])).toEqual([
      ['ready', undefined],
      ['pong', 1],
      ['pong', 2],
      ['pong', 3],
    ])
  })

  test('that the server cannot answer now tells the client to come back', async () => {
    const { connect, lines } = await start({
      handlers: {
        hello: async () => {
          throw new Error('the database is away')
        },
      },
    })
    const client = connect()
    await client.opened
    client.send({ type: 'hello', ref: 1, token: '1' })
    expect(await client.closed).toEqual({ code: 4503, reason: 'internal' })
    expect(client.frames).toMatchObject([{ type: 'error', ref: 1, code: 'internal', retryable: true }])
    expect(lines).toHaveLength(1)
  })

  test('of more sockets than an account may have is refused', async () => {
    const { enter, connect } = await start()
    await Promise.all(Array.from({ length: limits.socketsPerUser }, () => enter(1)))
    const client = connect()
    await client.opened
    client.send({ type: 'hello', token: '1' })
    expect(await client.closed).toEqual({ code: 4429, reason: 'rate_limited' })
  })
})

describe('frames that are none', () => {
  test.each([
    ['no JSON', '{', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['an array', '[{"type":"ping"}]', 'bad_frame'],
    ['no type', '{"ref":1}', 'bad_frame'],
    ['an unknown type', '{"type":"fly","ref":1}', 'bad_frame'],
    ['a type of all objects', '{"type":"toString"}', 'bad_frame'],
    ['a missing field', '{"type":"typing","ref":1}', 'invalid_request'],
    ['an unknown field', '{"type":"ping","more":1}', 'invalid_request'],
    ['a polluting field', '{"type":"ping","__proto__":{"ref":1}}', 'invalid_request'],
    ['U+0000', '{"type":"hello","token":"\\u0000"}', 'invalid_encoding'],
  ])('%s is refused, and the socket lives on', async (_name, text, code) => {
    const { enter } = await start()
    const client = await enter(1)
    client.socket.send(text)
    expect(await client.next('error')).toMatchObject({ code })
    expect(await client.ask(ping(9))).toMatchObject({ type: 'pong' })
  })

  test('the refusal carries the number and says what is wrong', async () => {
    const { enter } = await start()
    const client = await enter(1)
    const answer = await client.ask({ type: 'typing', ref: 5, chat_id: 'none' })
    expect(answer).toMatchObject({ type: 'error', code: 'invalid_request', retryable: false })
    expect(answer.detail).toContain('/chat_id')
  })

  test('W3: more than twenty of them end the socket', async () => {
    const { enter } = await start()
    const client = await enter(1)
    for (let count = 0; count < 21; count += 1) client.socket.send('{')
    expect(await client.closed).toEqual({ code: 4400, reason: 'bad_frame' })
    expect(client.frames.filter((frame) => frame.code === 'invalid_json')).toHaveLength(21)
  })

  test('a binary frame ends the socket with 4400', async () => {
    const { enter } = await start()
    const client = await enter(1)
    client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true })
    expect(await client.closed).toEqual({ code: 4400, reason: 'bad_frame' })
  })

  test('bytes that are not UTF-8 end the socket with 4400', async () => {
    const { enter } = await start()
    const client = await enter(1)
    client.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false })
    expect(await client.closed).toEqual({ code: 4400, reason: 'bad_frame' })
  })

  test('a frame above 128 KiB ends the socket with 4413, whole or in fragments', async () => {
    const { enter } = await start()
    const [whole, parts] = await Promise.all([enter(1), enter(2)])
    whole.socket.send('x'.repeat(limits.frameBytes + 1))
    for (let part = 0; part < 5; part += 1)
      parts.socket.send('x'.repeat(limits.frameBytes / 4), { fin: false })
    const end = { code: 4413, reason: 'frame_too_large' }
    expect(await Promise.all([whole.closed, parts.closed])).toEqual([end, end])
  })

  test('fragments are put together', async () => {
    const { enter } = await start()
    const client = await enter(1)
    client.socket.send('{"type":"pi', { fin: false })
    client.socket.send('ng","ref":3}', { fin: true })
    expect(await client.next('pong')).toEqual({ type: 'pong', ref: 3 })
  })

  test('what a peer closes with is echoed, not taken for a fault', async () => {
    const { enter, closeCodes } = await start()
    const client = await enter(1)
    client.socket.close(1000, 'bye')
    expect(await client.closed).toEqual({ code: 1000, reason: 'bye' })
    await expect.poll(() => closeCodes).toEqual([1000])
  })
})

describe('the end', () => {
  test('I7: a revoked session is closed at once and nothing of it is carried out', async () => {
    const begun: string[] = []
    const gate = deferred<void>()
    const { enter, publish } = await start({
      handlers: {
        edit_message: async (_actor, frame) => {
          begun.push(frame.message_id)
          await gate.promise
          throw new AppError('not_found')
        },
      },
    })
    const client = await enter(1)
    for (const ref of [1, 2]) client.send({ type: 'edit_message', ref, message_id: idOf(1), text: 'text' })
    await expect.poll(() => begun).toHaveLength(1)
    publish(sessionRevoked(actorOf(1)), sent(chat, 1))
    client.send({ type: 'edit_message', ref: 3, message_id: idOf(2), text: 'text' })
    gate.resolve()
    expect(await client.closed).toEqual({ code: 4409, reason: 'session_revoked' })
    expect(begun).toEqual([idOf(1)])
    expect(client.frames.map((frame) => frame.type)).toEqual(['ready', 'session_revoked'])
  })

  test('I8: a peer that does not read is cut off, and others do not notice', async () => {
    const { enter, publish, gateway } = await start({
      realtime: { bounds: { socketBytes: 256 * 1024, totalBytes: 64 * 1024 * 1024, eagerBytes: 64 * 1024 } },
    })
    const [slow, sound] = await Promise.all([enter(1), enter(2)])
    slow.socket.pause()
    let seq = 0
    while (gateway.size === 2) {
      for (let count = 0; count < 200; count += 1) {
        seq += 1
        const envelope = sent(chat, seq)
        if (envelope.event.type === 'message_created') envelope.event.message.text = 'x'.repeat(5_000)
        publish(envelope)
      }
      await expect.poll(() => sound.frames, { interval: 5 }).toHaveLength(seq + 1)
    }
    expect(seq).toBeGreaterThan(100)
    expect(slow.socket.isPaused).toBe(true)
  })

  test('I6: a peer that vanished is dropped and shown offline', async () => {
    const { port, gateway, realtime } = await start({
      realtime: { heartbeatTimes: { ping: 50, silence: 100, tick: 10 } },
    })
    const dead = connect(port, '127.0.0.1')
    const hello = Buffer.from(JSON.stringify({ type: 'hello', token: '1' }))
    dead.write(
      'GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    // Masked with zeros, so that the payload stands as it is.
    dead.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length, 0, 0, 0, 0]), hello]))
    dead.on('error', () => {})
    dead.resume()
    await expect.poll(() => realtime.presence.isOnline(idOf(1))).toBe(true)
    await expect.poll(() => gateway.size).toBe(0)
    expect(realtime.presence.isOnline(idOf(1))).toBe(false)
    dead.destroy()
  })

  test('a peer that answers pings stays', async () => {
    const { enter, gateway } = await start({
      realtime: { heartbeatTimes: { ping: 100, silence: 1_000, tick: 20 } },
    })
    const client = await enter(1)
    let pings = 0
    client.socket.on('ping', () => {
      pings += 1
    })
    // Longer than the silence that ends a socket, which is long enough for a machine that stalls.
    await expect.poll(() => pings).toBeGreaterThan(15)
    expect(gateway.size).toBe(1)
  })

  test('stopping tells everyone to come back, refuses newcomers and resolves when all are gone', async () => {
    const { enter, gateway, connect, seen, realtime } = await start()
    const clients = await Promise.all([enter(1), enter(2)])
    const stopped = gateway.stop()
    const late = connect()
    const ends = await Promise.all(clients.map((client) => client.closed))
    expect(ends).toEqual([
      { code: 4503, reason: 'draining' },
      { code: 4503, reason: 'draining' },
    ])
    await stopped
    expect(gateway.size).toBe(0)
    expect(await late.refused).toMatchObject({ status: 503, body: { code: 'draining' } })
    await realtime.stop()
    expect([...seen.keys()]).toEqual([idOf(1), idOf(2)])
  })

  test('stopping does not wait for ever for a peer that does not answer', async () => {
    const { enter, gateway } = await start()
    const client = await enter(1)
    client.socket.pause()
    await gateway.stop()
    expect(gateway.size).toBe(0)
  })
})
