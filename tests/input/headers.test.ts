// W2: requests whose head is hostile, over raw connections where a client library would not send them.
import { connect } from 'node:net'
import { type Route, routes } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, callOf, type Parts } from '../access/http-door.ts'
import { examplesOf } from './examples.ts'
import { complaints, refusalOf, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

/** What the server says to these bytes until it closes the connection. */
function raw(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname, () => socket.end(bytes))
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no end of: ${text}`)))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)))
    socket.on('close', () => resolve(text))
  })
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]))

const me = '/api/v1/users/me'
const bearer = () => `Authorization: Bearer ${service.self.token}`

/** A request line and headers, each with its line end, then an empty line. */
const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

describe('W2: what is not one plain request', () => {
  const requests: Readonly<Record<string, () => string | Uint8Array>> = {
    'two lengths': () =>
      `${head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: 2', 'Content-Length: 3')}{}`,
    'a length and chunks': () =>
      `${head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\nGET ${me} HTTP/1.1\r\nHost: x\r\n${bearer()}\r\n\r\n`,
    'an unknown coding': () =>
      `${head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Transfer-Encoding: xchunked')}0\r\n\r\n`,
    'a negative length': () =>
      `${head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: -1')}{}`,
    'a length beyond numbers': () =>
      head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', `Content-Length: ${'9'.repeat(30)}`),
    'a bad chunk size': () =>
      `${head('POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}zz\r\n`,
    'a space before the colon': () => head(`GET ${me} HTTP/1.1`, 'Host : x', bearer()),
    'a folded header': () =>
      head(`GET ${me} HTTP/1.1`, 'Host: x', 'Authorization: Bearer', ` ${service.self.token}`),
    'U+0000 in a header': () => head(`GET ${me} HTTP/1.1`, 'Host: x', 'X-Test: a\0b'),
    'a bare carriage return': () => head(`GET ${me} HTTP/1.1`, 'Host: x', 'X-Test: a\rb'),
    'no version': () => `GET ${me}\r\n\r\n`,
    'another protocol': () => head('PRI * HTTP/2.0', '', 'SM'),
    TLS: () => Uint8Array.of(0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03),
    'an unknown method': () => head(`HACK ${me} HTTP/1.1`, 'Host: x'),
    'a path with a space': () => head('GET /a b HTTP/1.1', 'Host: x'),
    'headers of 20 KB': () => head(`GET ${me} HTTP/1.1`, 'Host: x', `X-Test: ${'x'.repeat(20_000)}`),
    'a path of 20 KB': () => head(`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'Host: x'),
    'no host': () => head(`GET ${me} HTTP/1.1`, bearer()),
  }

  test.each(Object.entries(requests))('%s is refused, and what follows is not looked at', async (_, make) => {
    const [status = 0, ...more] = statusesIn(await raw(make()))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(more).toEqual([])
  })

  test.each(Object.entries(requests))('%s: the refusal is a problem', async (_, make) => {
    const text = await raw(make())
    expect(text.toLowerCase()).toContain('content-type: application/problem+json')
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({ code: expect.any(String) })
  })
})

describe('headers that mean nothing here', () => {
  const get = (headers: Record<string, string>): Promise<Answer> =>
    service.door.send({
      method: 'GET',
      path: me,
      headers: { authorization: `Bearer ${service.self.token}`, ...headers },
    })

  test.each<Readonly<Record<string, string>>>([
    { 'x-http-method-override': 'DELETE' },
    { 'x-original-url': '/api/v1/auth/sessions' },
    { 'x-forwarded-for': "127.0.0.1' OR 1=1 --" },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript' },
    { forwarded: 'for="_hidden"' },
    { range: 'bytes=0-18446744073709551615' },
    { 'if-none-match': '*' },
    { accept: 'text/plain' },
    { accept: '*/*;q=x,,,;' },
    { 'accept-encoding': 'identity;q=0' },
    { 'accept-language': 'x'.repeat(5_000) },
    { 'user-agent': `${'a'.repeat(9_000)}` },
    { cookie: 'parley_access=x' },
    { cookie: `${'a=b;'.repeat(1_000)}parley_access` },
    { connection: 'close, x-request-id' },
    { te: 'trailers' },
    { traceparent: '00-x' },
    { 'content-type': 'nonsense/' },
    { __proto__x: '1', constructor: '1' },
  ])('%o changes nothing', async (headers) => {
    const answer = await get(headers)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text).user.id).toBe(service.self.id)
  })

  test.each(['a\tb', 'x'.repeat(129), '<script>', '"', "a'b", 'ünï', '{jndi:x}', ''])(
    'a request id of %j is not given back',
    async (id) => {
      const answer = await get({ 'x-request-id': Buffer.from(id).toString('latin1') })
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  test('a program with a name beyond all bounds logs in, and is listed', async () => {
    const self = await service.stage.people.arrive('person')
    const login = await service.door.send({
      ...callOf('login', null, { body: { login: self.username, password: 'correct horse battery staple' } }),
      headers: { 'content-type': 'application/json', 'user-agent': `${'ÿ\u0080x'.repeat(1_000)}` },
    })
    expect(login.status).toBe(200)
    expect((await service.door.call('listSessions', self.token)).status).toBe(200)
  })
})

describe('Idempotency-Key', () => {
  const send = (key: string) => {
    const parts: Parts = { params: { chat_id: service.scene.chatId }, body: { text: 'once' } }
    const call = callOf('sendMessage', service.self.token, parts)
    return service.door.send({ ...call, headers: { ...call.headers, 'idempotency-key': key } })
  }

  test.each(['', ' ', 'a b', 'x'.repeat(256), 'ключ', 'a\u0080b'])('refuses %j', async (key) => {
    expect(refusalOf(await send(Buffer.from(key).toString('latin1')))).toBe('invalid_request')
  })

  test.each(['x', "'OR'1'='1", 'x'.repeat(255), '{x}', '../..', '%00'])(
    'takes %j for one message',
    async (key) => {
      const [first, second] = [await send(key), await send(key)]
      expect([first.status, second.status]).toEqual([201, 200])
      expect(second.text).toBe(first.text)
    },
  )
})

test('every path refuses the methods that it does not have', async () => {
  const paths = new Map<string, Set<string>>()
  const examples = examplesOf(service.scene)
  for (const [name, { method, path }] of Object.entries<Route>(routes)) {
    const parts: Parts = examples[name as keyof typeof routes][0] ?? {}
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => parts.params?.[key] ?? '')
    paths.set(filled, (paths.get(filled) ?? new Set()).add(method))
  }
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'QUERY']
  const calls = [...paths].flatMap(([path, known]) =>
    methods
      .filter((method) => !known.has(method))
      // One path with an id in its place is also the other's: /chats/public and /chats/{chat_id}.
      .filter((method) => !(path === '/api/v1/chats/public' || path === me) || method === 'OPTIONS')
      .map((method) => ({ method, path })),
  )
  expect(calls.length).toBeGreaterThan(100)
  const wrong = await complaints(calls, async ({ method, path }) => {
    const answer = await service.door.send({
      method,
      path,
      headers: { authorization: `Bearer ${service.self.token}` },
    })
    const code = refusalOf(answer)
    if (code === 'method_not_allowed' && answer.headers.allow === undefined)
      return `${method} ${path}: no Allow`
    return code === 'method_not_allowed' || code === 'not_found' ? null : `${method} ${path}: ${code}`
  })
  expect(wrong).toEqual([])
})
