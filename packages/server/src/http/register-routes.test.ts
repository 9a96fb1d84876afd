// What the route table refuses before any command runs, and how answers leave.
import { type RouteName, routes } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { bodyBytesOf } from './body-bytes.ts'
import type { Call, Handlers } from './call.ts'
import { anonymousBodyBytes } from './settings.ts'
import { actor, bearer, onlyPorts, problemIn, startRoutes, startServer } from './test/start.ts'

const id = '0190a6f0-0000-7000-8000-00000000000a'
const json = { ...bearer, 'content-type': 'application/json' }

/** Handlers that remember their calls. */
function recorded() {
  const calls: { name: string; call: Call<RouteName> }[] = []
  const note = (name: string, call: object): void => void calls.push({ name, call: call as Call<RouteName> })
  const handlers = {
    async login(_, call) {
      note('login', call)
      throw new Error('not reached')
    },
    async logout(_, call) {
      note('logout', call)
      return { status: 204, body: null }
    },
    async updateChat(_, call) {
      note('updateChat', call)
      throw new Error('reached')
    },
    async updatePreferences(_, call) {
      note('updatePreferences', call)
      return { status: 200, body: { muted_until: null, pinned: true, archived: false } }
    },
    async listMessages(_, call) {
      note('listMessages', call)
      return { status: 200, body: { items: [], has_before: false, has_after: false, users: [] } }
    },
    async seedDemo(_, call) {
      note('seedDemo', call)
      return { status: 200, body: { logins: [], users: 0, chats: 0, messages: 0 } }
    },
  } satisfies Partial<Handlers>
  return { calls, handlers }
}

async function start() {
  const { calls, handlers } = recorded()
  const started = await startRoutes(handlers)
  const preferences = (payload: string | object | Buffer, headers: object = json) =>
    started.server.inject({
      method: 'PATCH',
      url: `/api/v1/chats/${id}/preferences`,
      headers: { ...headers },
      payload,
    })
  const history = (query: string) =>
    started.server.inject({ url: `/api/v1/chats/${id}/messages${query}`, headers: bearer })
  return { ...started, calls, preferences, history }
}

describe('every route of the table', () => {
  const names = Object.keys(routes) as RouteName[]

  test.each(names)('%s is there, and asks for a token where the table says so', async (name) => {
    const { server } = await startServer()
    const { method, path, auth } = routes[name]
    const url = path.replaceAll(/\{\w+\}/g, id)
    const answer = await server.inject({ method, url })
    if (auth === 'user') {
      expect([answer.statusCode, problemIn(answer).code]).toEqual([401, 'unauthenticated'])
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="parley"')
    } else {
      expect([400, 401, 404]).toContain(answer.statusCode)
      expect(problemIn(answer).detail).not.toBe('')
    }
  })
})

describe('who asks', () => {
  test.each(['Basic Z29vZA==', 'Bearer', 'Bearer ', 'good', 'Bearer good bad', 'Bearer gööd'])(
    'the header %j is refused even beside a good cookie',
    async (authorization) => {
      const { server } = await start()
      const headers = { authorization, cookie: 'parley_access=good' }
      const answer = await server.inject({ url: `/api/v1/chats/${id}/messages`, headers })
      expect(problemIn(answer).code).toBe('unauthenticated')
    },
  )

  test('header or cookie names the actor, the header wins, the scheme is read without regard to case', async () => {
    const { server, calls } = await start()
    const url = `/api/v1/chats/${id}/messages`
    for (const headers of [
      bearer,
      { authorization: 'bearer good' },
      { cookie: 'a=b; parley_access=good' },
      { authorization: 'Bearer good', cookie: 'parley_access=bad' },
    ]) {
      expect((await server.inject({ url, headers })).statusCode).toBe(200)
    }
    expect(calls.map(({ call }) => call.actor)).toEqual([actor, actor, actor, actor])
    const bad = await server.inject({
      url,
      headers: { authorization: 'Bearer bad', cookie: 'parley_access=good' },
    })
    expect(bad.statusCode).toBe(401)
  })

  test('an ended session is told so', async () => {
    const { server } = await start()
    const headers = { authorization: 'Bearer revoked' }
    const answer = await server.inject({ url: `/api/v1/chats/${id}/messages`, headers })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([401, 'session_revoked'])
  })

  test('strangers are refused before their body is read or their ids are looked at', async () => {
    const { preferences, server } = await start()
    const answer = await preferences('{"broken', { 'content-type': 'text/plain' })
    expect(problemIn(answer).code).toBe('unauthenticated')
    expect(problemIn(await server.inject({ url: '/api/v1/chats/x/messages' })).code).toBe('unauthenticated')
  })

  test('the client is known by address and program, as far as proxies are trusted', async () => {
    const headers = { 'user-agent': 'test/1', 'x-forwarded-for': '203.0.113.9' }
    const request = {
      method: 'POST',
      url: '/api/v1/auth/logout',
      headers: { ...bearer, ...headers },
    } as const
    const clientOf = async (trustProxy: boolean, remoteAddress: string) => {
      const { calls, handlers } = recorded()
      const { server } = await startRoutes(handlers, { settings: { trustProxy } })
      await server.inject({ ...request, remoteAddress })
      return calls[0]?.call.client
    }
    expect(await clientOf(false, '::ffff:192.0.2.1')).toEqual({
      ip: '192.0.2.1',
      userAgent: 'test/1',
      door: 'parley',
    })
    expect(await clientOf(false, '2001:db8::1')).toEqual({
      ip: '2001:db8::1',
      userAgent: 'test/1',
      door: 'parley',
    })
    expect(await clientOf(true, '192.0.2.1')).toEqual({
      ip: '203.0.113.9',
      userAgent: 'test/1',
      door: 'parley',
    })
  })

  test('the access log names the person', async () => {
    const { history, lines } = await start()
    await history('')
    expect(lines).toContainEqual(
      expect.objectContaining({ route: '/api/v1/chats/:chat_id/messages', user_id: actor.userId }),
    )
  })
})

describe('bodies', () => {
  test('a body that fits reaches the handler with its params', async () => {
    const { preferences, calls } = await start()
    const answer = await preferences({ pinned: true })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      200,
      'application/json; charset=utf-8',
    ])
    expect(answer.json()).toEqual({ muted_until: null, pinned: true, archived: false })
    expect(calls[0]?.call).toMatchObject({ params: { chat_id: id }, body: { pinned: true } })
  })

  test('parameters of the media type do not matter', async () => {
    const { preferences } = await start()
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset="UTF-8"',
    ]) {
      expect((await preferences('{}', { ...bearer, 'content-type': type })).statusCode).toBe(200)
    }
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-patch+json',
    'text/json',
    'nonsense',
    '',
  ])('the media type %j is refused', async (type) => {
    const { preferences, calls } = await start()
    const answer = await preferences('{"pinned":true}', { ...bearer, 'content-type': type })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([415, 'unsupported_media_type'])
    expect(calls).toEqual([])
  })

  test('a body without any media type is refused', async () => {
    const { preferences } = await start()
    const answer = await preferences(Buffer.from('{"pinned":true}'), bearer)
    expect(answer.statusCode).toBe(415)
  })

  test.each([
    ['{"pinned":', 'invalid_json'],
    ['{"pinned":true}}', 'invalid_json'],
    ['{"pinned":"\\u0000"}', 'invalid_encoding'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_encoding'],
    ['[]', 'invalid_request'],
    ['null', 'invalid_request'],
    ['"x"', 'invalid_request'],
    ['{"pinned":1}', 'invalid_request'],
    ['{"pinned":"true"}', 'invalid_request'],
    ['{"pinned":true,"admin":true}', 'invalid_request'],
    ['{"__proto__":{"pinned":true}}', 'invalid_request'],
    ['{"constructor":{}}', 'invalid_request'],
    [`{"pinned":${'['.repeat(70)}${']'.repeat(70)}}`, 'invalid_request'],
  ])('%s is refused as %s', async (payload, code) => {
    const { preferences, calls } = await start()
    const answer = await preferences(payload)
    expect([answer.statusCode, problemIn(answer).code]).toEqual([400, code])
    expect(calls).toEqual([])
  })

  test('says what is wrong where', async () => {
    const { preferences } = await start()
    expect(problemIn(await preferences({ pinned: 1, extra: 1 })).errors).toEqual([
      { path: '/extra', message: 'is not a known field' },
      { path: '/pinned', message: 'must be true or false' },
    ])
  })

  test('the bound on size is exact', async () => {
    const { preferences } = await start()
    const bound = bodyBytesOf(routes.updatePreferences.body)
    const padded = (bytes: number) => `{"pinned":true}${' '.repeat(bytes - 15)}`
    expect((await preferences(padded(bound))).statusCode).toBe(200)
    const answer = await preferences(padded(bound + 1))
    expect([answer.statusCode, problemIn(answer).code]).toEqual([413, 'payload_too_large'])
  })

  test('strangers have a narrower bound', async () => {
    const { server } = await start()
    const login = (bytes: number) =>
      server.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        headers: { 'content-type': 'application/json' },
        payload: `{}${' '.repeat(bytes - 2)}`,
      })
    expect((await login(anonymousBodyBytes)).statusCode).toBe(400)
    expect((await login(anonymousBodyBytes + 1)).statusCode).toBe(413)
  })

  test('no body counts as an empty object, for the schema to judge', async () => {
    const { server } = await start()
    const demo = await server.inject({ method: 'POST', url: '/api/v1/demo' })
    expect(demo.statusCode).toBe(200)
    const empty = await server.inject({
      method: 'POST',
      url: '/api/v1/demo',
      headers: { 'content-type': 'application/json' },
    })
    expect(empty.statusCode).toBe(200)
    const login = await server.inject({ method: 'POST', url: '/api/v1/auth/login' })
    expect(problemIn(login).errors).toEqual([
      { path: '/login', message: 'is required' },
      { path: '/password', message: 'is required' },
    ])
  })

  test('a call without a body takes none, or an empty object', async () => {
    const { server } = await start()
    const logout = (payload?: string) =>
      server.inject({
        method: 'POST',
        url: '/api/v1/auth/logout',
        headers: json,
        ...(payload ? { payload } : {}),
      })
    expect((await logout()).statusCode).toBe(204)
    expect((await logout('{}')).statusCode).toBe(204)
    for (const payload of ['{"all":true}', '[]', 'null', '1']) {
      expect(problemIn(await logout(payload)).code).toBe('invalid_request')
    }
  })
})

describe('paths and queries', () => {
  test.each(['x', id.toUpperCase(), `${id}0`, `%20${id}`, 'null', '..%2F..', '%00', "1'--"])(
    'the id %s is malformed, not missing',
    async (chat) => {
      const { server, calls } = await start()
      const answer = await server.inject({ url: `/api/v1/chats/${chat}/messages`, headers: bearer })
      expect([answer.statusCode, problemIn(answer).code]).toEqual([400, 'invalid_request'])
      expect(problemIn(answer).errors?.[0]?.path).toBe('/chat_id')
      expect(calls).toEqual([])
    },
  )

  test('numbers reach the handler as numbers', async () => {
    const { history, calls } = await start()
    expect((await history('?before=12&limit=3')).statusCode).toBe(200)
    expect(calls[0]?.call.query).toEqual({ before: 12, limit: 3 })
  })

  test.each(['?limit=1e1', '?limit=%201', '?limit=01', '?limit=0', '?limit=1&limit=2', '?x=1', '?limit[]=1'])(
    '%s is refused',
    async (query) => {
      const { history, calls } = await start()
      const answer = await history(query)
      expect([answer.statusCode, problemIn(answer).code]).toEqual([400, 'invalid_request'])
      expect(calls).toEqual([])
    },
  )

  test('a call without a query takes none', async () => {
    const { server } = await start()
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/auth/logout?all=true',
      headers: bearer,
    })
    expect(problemIn(answer).code).toBe('invalid_request')
  })
})

describe('answers', () => {
  test('HEAD has the headers of GET and no body', async () => {
    const { server } = await start()
    const url = `/api/v1/chats/${id}/messages`
    const answer = await server.inject({ method: 'HEAD', url, headers: bearer })
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
    expect((await server.inject({ method: 'HEAD', url })).statusCode).toBe(401)
  })

  test('in tests an answer that does not fit its schema is a fault of the server', async () => {
    const wrong = { muted_until: null, pinned: true, archived: false, secret: 'canary' }
    const handlers: Partial<Handlers> = {
      updatePreferences: async () => ({ status: 200, body: wrong }),
    }
    const request = {
      method: 'PATCH',
      url: `/api/v1/chats/${id}/preferences`,
      headers: json,
      payload: '{}',
    } as const
    const checked = await startRoutes(handlers)
    const refused = await checked.server.inject(request)
    expect(refused.statusCode).toBe(500)
    expect(refused.body).not.toContain('canary')
    expect(String(checked.lines.find(({ level }) => level === 'error')?.err)).toContain('/secret')
    const unchecked = await startRoutes(handlers, { settings: { checkAnswers: false } })
    expect((await unchecked.server.inject(request)).statusCode).toBe(200)
  })
})

describe('demo data', () => {
  const seed = (server: Awaited<ReturnType<typeof startServer>>['server'], payload: object) =>
    server.inject({ method: 'POST', url: '/api/v1/demo', payload })

  test('is made for those whom the server allows it, as they ask', async () => {
    const requests: unknown[] = []
    const { server } = await startServer({
      ports: onlyPorts({}),
      async seedDemo(request) {
        requests.push(request)
        return request.operator_key === 'key' ? { logins: [], users: 1, chats: 2, messages: 3 } : undefined
      },
    })
    const allowed = await seed(server, { seed: 7, operator_key: 'key' })
    expect(allowed.json()).toEqual({ logins: [], users: 1, chats: 2, messages: 3 })
    expect(problemIn(await seed(server, { operator_key: 'wrong' })).code).toBe('not_found')
    expect(requests).toEqual([{ seed: 7, operator_key: 'key' }, { operator_key: 'wrong' }])
  })

  test('does not exist where it is not', async () => {
    const { server } = await startServer()
    expect(problemIn(await seed(server, { seed: 7 })).code).toBe('not_found')
  })
})
