// What is not HTTP, or not in time, over real connections: a problem where one can still be sent, and always a closed connection.
import { limits, Problem } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { compileCheck } from '../wire/validate.ts'
import { maxHeaderBytes } from './settings.ts'
import { bearer, connect, exchange, listen, parseAnswer, problemIn, startRoutes } from './test/start.ts'
import { discardedBytes } from './unread-bodies.ts'

const checkProblem = compileCheck(Problem)
const chat = '0190a6f0-0000-7000-8000-00000000000a'

const start = async (timeouts = {}) => {
  const { server, lines } = await startRoutes(
    {
      async sync() {
        const nothing = {
          chats: [],
          next_cursor: null,
          messages: [],
          members: [],
          gaps: [],
          removed: [],
          users: [],
        }
        return { status: 200, body: nothing }
      },
      async getMe() {
        throw new Error('not reached')
      },
    },
    { settings: { timeouts: { check: 50, ...timeouts } } },
  )
  return { server, lines, port: await listen(server) }
}

const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

/** A request to sync that is complete but for what is under test. */
const post = (headers: readonly string[], body: string): string =>
  head(
    'POST /api/v1/sync HTTP/1.1',
    'Host: x',
    `Authorization: ${bearer.authorization}`,
    'Content-Type: application/json',
    ...headers,
  ) + body

describe('a request that is not HTTP', () => {
  test.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello'],
    ['a line that is no request', 'hello\r\n\r\n'],
    ['an unknown method', head('BREW / HTTP/1.1', 'Host: x')],
    ['an unknown version', head('GET / HTTP/9.9', 'Host: x')],
    ['a header without a colon', head('GET / HTTP/1.1', 'Host: x', 'nonsense')],
    ['a header with a space in its name', head('GET / HTTP/1.1', 'Host: x', 'X Y: z')],
    ['a header with U+0000', head('GET / HTTP/1.1', 'Host: x', 'X: \x00')],
    ['a bare line feed within headers', 'GET / HTTP/1.1\nHost: x\nX: y\r\n\r\n'],
    ['a length that is no number', post(['Content-Length: ten'], '{"chats":{}}')],
    ['a negative length', post(['Content-Length: -1'], '{}')],
    ['two lengths', post(['Content-Length: 2', 'Content-Length: 3'], '{}')],
    ['a length and chunks at once', post(['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n')],
    ['chunks that are not the last encoding', post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n')],
    ['a chunk size that is no number', post(['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n')],
    ['a space in the path', head('GET /a b HTTP/1.1', 'Host: x')],
    ['no Host', head('GET /healthz HTTP/1.1', 'Connection: close')],
  ])('%s is a bad request, and the connection ends', async (_, text) => {
    const { port } = await start()
    const answer = await exchange(port, Buffer.from(text, 'latin1'))
    expect(answer.statusLine).toBe('HTTP/1.1 400 Bad Request')
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(checkProblem(problemIn(answer))).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(answer.headers['x-request-id']).toBe(problemIn(answer).request_id)
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)))
    expect(answer.text).not.toContain('Fastify')
  })

  test('what follows a refused request on the same connection is not looked at', async () => {
    const { port } = await start()
    const second = head('GET /healthz HTTP/1.1', 'Host: x')
    const answer = await exchange(port, head('GET / HTTP/1.1', 'Host: x', 'non sense: 1') + second)
    expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  test('headers may have so many bytes and no more', async () => {
    const { port } = await start()
    const request = (bytes: number) =>
      head('GET /nothing HTTP/1.1', 'Host: x', 'Connection: close', `X-Long: ${'x'.repeat(bytes)}`)
    expect((await exchange(port, request(maxHeaderBytes - 200))).status).toBe(404)
    const answer = await exchange(port, request(maxHeaderBytes))
    expect(answer.statusLine).toBe('HTTP/1.1 431 Request Header Fields Too Large')
    expect(checkProblem(problemIn(answer))).toMatchObject({ status: 431, code: 'payload_too_large' })
  })
})

describe('W8: a body that is too long', () => {
  const tooLong = limits.httpBodyBytes + 1

  test('is refused by its announced length, before it is sent, and nothing more is said when it never comes', async () => {
    const { port } = await start({ headers: 150, request: 200 })
    const answer = await exchange(port, post([`Content-Length: ${tooLong}`], '{'))
    expect([answer.status, problemIn(answer).code]).toEqual([413, 'payload_too_large'])
    expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  test('is refused when its chunks exceed the bound, without keeping them', async () => {
    const { port } = await start()
    const connection = connect(port)
    connection.send(post(['Transfer-Encoding: chunked'], ''))
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
    for (let sent = 0; sent <= limits.httpBodyBytes; sent += 0x10000) connection.send(chunk)
    connection.send('0\r\n\r\n')
    await expect.poll(() => connection.received()).toContain('payload_too_large')
    expect(parseAnswer(connection.received()).status).toBe(413)
  })

  test.each([
    ['without a token', {}, 401],
    ['with one', bearer, 413],
    ['of no known type', { ...bearer, 'content-type': 'text/plain' }, 415],
    ['for a path that is not there', { path: '/nothing' }, 404],
    ['as the last thing', { ...bearer, connection: 'close' }, 413],
  ])(
    '%s, sent whole before anybody listens, gets its answer and not a broken connection',
    async (_, headers, status) => {
      const { port } = await start()
      const { path = '/api/v1/sync', ...more } = headers as Record<string, string>
      const lines = Object.entries({ 'content-type': 'application/json', ...more })
      const connection = connect(port)
      const body = ' '.repeat(5_000_000)
      connection.socket.pause()
      connection.send(
        head(
          `POST ${path} HTTP/1.1`,
          'Host: x',
          ...lines.map(([name, value]) => `${name}: ${value}`),
          `Content-Length: ${body.length}`,
        ),
      )
      await new Promise<void>((resolve, reject) => {
        connection.socket.once('error', reject)
        connection.socket.write(body, () => resolve())
      })
      connection.socket.resume()
      await expect.poll(() => connection.received()).toContain('"request_id"')
      const answer = parseAnswer(connection.received())
      expect(answer.status).toBe(status)
      const isLast = answer.headers.connection === 'close'
      if (!isLast) connection.send(head('GET /nothing HTTP/1.1', 'Host: x', 'Connection: close'))
      expect((await connection.closed).match(/HTTP\/1\.1 /g)).toHaveLength(isLast ? 1 : 2)
    },
  )

  test('is cut off when it never ends', async () => {
    const { port } = await start()
    const connection = connect(port)
    connection.send(head('POST /nothing HTTP/1.1', 'Host: x', `Content-Length: ${4 * discardedBytes}`))
    const chunk = Buffer.alloc(1024 * 1024)
    let sent = 0
    const more = () => {
      while (!connection.socket.destroyed && sent < 2 * discardedBytes) {
        sent += chunk.length
        if (!connection.socket.write(chunk)) {
          connection.socket.once('drain', more)
          return
        }
      }
    }
    more()
    const answer = parseAnswer(await connection.closed)
    expect(answer.status).toBe(404)
    expect(sent).toBeLessThan(2 * discardedBytes)
  })
})

describe('W7: what a request offers or sends besides', () => {
  test.each(['h2c', 'TLS/1.0', 'foo, websocket'])('an upgrade to %s is overlooked', async (upgrade) => {
    const { server } = await startRoutes(
      {},
      { more: (server) => void server.get('/things', async () => ({ ok: true })) },
    )
    server.server.on('upgrade', (_, socket) => socket.destroy())
    const port = await listen(server)
    const answer = await exchange(
      port,
      head(
        'GET /things HTTP/1.1',
        'Host: x',
        'Connection: Upgrade, HTTP2-Settings, close',
        `Upgrade: ${upgrade}`,
        'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      ),
    )
    expect([answer.status, answer.body]).toEqual([200, '{"ok":true}'])
  })

  test('two hosts are a bad request', async () => {
    const { port } = await start()
    for (const line of ['Host: x', 'host: y']) {
      const answer = await exchange(port, head('GET /nothing HTTP/1.1', 'Host: x', line, 'Connection: close'))
      expect([answer.status, problemIn(answer).code]).toEqual([400, 'invalid_request'])
    }
  })

  test.each(['gzip', 'br', 'identity, gzip', 'GZIP'])(
    'a body in %s is of no supported type',
    async (coding) => {
      const { port } = await start()
      const answer = await exchange(
        port,
        post(['Connection: close', `Content-Encoding: ${coding}`, 'Content-Length: 2'], '{}'),
      )
      expect([answer.status, problemIn(answer).code]).toEqual([415, 'unsupported_media_type'])
      expect(answer.headers['accept-encoding']).toBe('identity')
    },
  )

  test('a body that says that it is plain is taken', async () => {
    const { port } = await start()
    const body = '{"chats":{}}'
    const lines = ['Connection: close', 'Content-Encoding: Identity', `Content-Length: ${body.length}`]
    expect((await exchange(port, post(lines, body))).status).toBe(200)
  })
})

describe('a client that takes its time', () => {
  test.each([
    ['a request line', 'GET /api'],
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow:'],
    ['a body', post(['Content-Length: 100'], '{"chats"')],
  ])('with %s is told so and cut off', async (_, text) => {
    const { port } = await start({ headers: 150, request: 200 })
    const answer = await exchange(port, text)
    expect(answer.statusLine).toBe('HTTP/1.1 408 Request Timeout')
    expect(checkProblem(problemIn(answer))).toMatchObject({ status: 408, code: 'invalid_request' })
  })

  test('and says nothing at all is cut off', async () => {
    const { port } = await start({ idleConnection: 150 })
    expect(await connect(port).closed).toBe('')
  })

  test('between requests may take longer', async () => {
    const { port } = await start({ headers: 100, request: 100, keepAlive: 1_000 })
    const connection = connect(port)
    const request = head('GET /nothing HTTP/1.1', 'Host: x')
    connection.send(request)
    await expect.poll(() => connection.received().match(/HTTP\/1\.1 404/g)?.length).toBe(1)
    const quietSince = performance.now()
    await expect.poll(() => performance.now() - quietSince).toBeGreaterThan(300)
    connection.send(request)
    await expect.poll(() => connection.received().match(/HTTP\/1\.1 404/g)?.length).toBe(2)
  })
})

describe('a connection', () => {
  test('survives refusals that concern one request only', async () => {
    const { port } = await start()
    const connection = connect(port)
    const bad = '{"chats":'
    const good = '{"chats":{}}'
    connection.send(
      post([`Content-Length: ${bad.length}`], bad) + post([`Content-Length: ${good.length}`], good),
    )
    await expect.poll(() => connection.received()).toContain('HTTP/1.1 200 OK')
    expect(parseAnswer(connection.received()).status).toBe(400)
  })

  test('that breaks in the middle of a body harms nobody', async () => {
    const { port, lines } = await start()
    const connection = connect(port)
    connection.send(post(['Content-Length: 100'], '{"chats"'))
    connection.socket.on('connect', () => connection.socket.end())
    await connection.closed
    const answer = await exchange(
      port,
      head(`GET /api/v1/chats/${chat} HTTP/1.1`, 'Host: x', 'Connection: close'),
    )
    expect(answer.status).toBe(404)
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
