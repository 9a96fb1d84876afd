// Ids, errors, headers, logs and CORS of the server before it has any routes of the API.
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { problemIn, type Started, startRoutes } from './test/start.ts'

const start = (settings = {}): Promise<Started> =>
  startRoutes(
    {},
    {
      settings,
      more(server) {
        server.get('/things/:id', async () => ({ ok: true }))
        server.put('/things/:id', async () => ({ ok: true }))
        server.get('/throws', async () => {
          throw Object.assign(new Error('canary in the message'), { detail: 'canary in a row' })
        })
        server.get('/limited', async () => {
          throw new AppError('rate_limited', { retryAfter: 7, limit: 20 })
        })
        server.get('/down', async () => {
          throw new AppError('unavailable')
        })
      },
    },
  )

describe('unknown routes', () => {
  test('an unknown path is not found, whatever the method and the body', async () => {
    const { server } = await start()
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH'] as const) {
      const payload =
        method === 'GET' ? {} : { payload: '{"broken', headers: { 'content-type': 'text/plain' } }
      const answer = await server.inject({ method, url: '/nothing', ...payload })
      expect([answer.statusCode, problemIn(answer).code]).toEqual([404, 'not_found'])
    }
  })

  test('a known path with another method says which are allowed', async () => {
    const { server } = await start()
    for (const url of ['/things/1', '/things/1/', '/things/1?x=1']) {
      const answer = await server.inject({ method: 'DELETE', url })
      expect([answer.statusCode, problemIn(answer).code]).toEqual([405, 'method_not_allowed'])
      expect(answer.headers.allow).toBe('GET, HEAD, PUT')
    }
    expect((await server.inject({ method: 'DELETE', url: '/things' })).statusCode).toBe(404)
    expect((await server.inject({ method: 'DELETE', url: '/things/1/2' })).statusCode).toBe(404)
  })

  test('paths are case-sensitive and take a slash at the end', async () => {
    const { server } = await start()
    expect((await server.inject({ url: '/things/1/' })).statusCode).toBe(200)
    expect((await server.inject({ url: '/Things/1' })).statusCode).toBe(404)
  })

  test.each(['/things/%', '/things/%zz', '/things/%ff', '/things/%c0%af'])('%s is malformed', async (url) => {
    const { server } = await start()
    const answer = await server.inject({ url })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([400, 'invalid_request'])
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['x-request-id']).toBe(problemIn(answer).request_id)
  })
})

describe('errors', () => {
  test('a fault of the server is logged with its stack and says nothing to the client', async () => {
    const { server, lines } = await start()
    const answer = await server.inject({ url: '/throws' })
    expect(answer.statusCode).toBe(500)
    expect(problemIn(answer)).toMatchObject({ code: 'internal', retryable: true })
    expect(answer.body).not.toContain('canary')
    const line = lines.find(({ level }) => level === 'error')
    expect(line).toMatchObject({ route: '/throws', request_id: problemIn(answer).request_id })
    expect(line?.err).toBeInstanceOf(Error)
  })

  test('limits and outages say when to come back', async () => {
    const { server, lines } = await start()
    const limited = await server.inject({ url: '/limited' })
    expect(limited.statusCode).toBe(429)
    expect(limited.headers).toMatchObject({
      'retry-after': '7',
      ratelimit: '"default";r=0;t=7',
      'ratelimit-policy': '"default";q=20',
    })
    const down = await server.inject({ url: '/down' })
    expect([down.statusCode, down.headers['retry-after']]).toEqual([503, '1'])
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  test('no content type is understood by itself', async () => {
    const { server } = await start()
    const answer = await server.inject({ method: 'PUT', url: '/things/1', payload: { a: 1 } })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([415, 'unsupported_media_type'])
  })
})

describe('request ids', () => {
  test('every answer has one, and no two are the same', async () => {
    const { server } = await start()
    const ids = await Promise.all(
      ['/things/1', '/things/1', '/nothing', '/throws'].map(
        async (url) => (await server.inject({ url })).headers['x-request-id'],
      ),
    )
    expect(new Set(ids).size).toBe(4)
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each(['trace-1', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'a.b:c_d'])(
    'the id %s of a proxy is kept',
    async (id) => {
      const { server } = await start()
      const answer = await server.inject({ url: '/nothing', headers: { 'x-request-id': id } })
      expect(answer.headers['x-request-id']).toBe(id)
      expect(problemIn(answer).request_id).toBe(id)
    },
  )

  test.each(['', 'a b', 'x'.repeat(129), '<script>', '{"level":"error"}', 'é', 'a,b'])(
    'the id %j is replaced',
    async (id) => {
      const { server } = await start()
      const answer = await server.inject({ url: '/things/1', headers: { 'x-request-id': id } })
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

describe('the access log', () => {
  test('has a line for each request with the route, never the raw path or query', async () => {
    const { server, lines } = await start()
    await server.inject({ url: '/things/canary?token=canary', headers: { authorization: 'Bearer canary' } })
    await server.inject({ method: 'POST', url: '/nothing/canary' })
    const requests = lines.filter(({ message }) => message === 'request')
    expect(requests).toEqual([
      expect.objectContaining({
        ...{ level: 'info', method: 'GET', route: '/things/:id', status: 200, ip: '127.0.0.1' },
      }),
      expect.objectContaining({ level: 'info', method: 'POST', route: 'unknown', status: 404 }),
    ])
    expect(requests[0]?.ms).toEqual(expect.any(Number))
    expect(JSON.stringify(lines)).not.toContain('canary')
  })
})

describe('default headers', () => {
  test('an answer is no page, must not be kept and must not be guessed at', async () => {
    const { server } = await start()
    for (const url of ['/things/1', '/nothing', '/things/%ff']) {
      expect((await server.inject({ url })).headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
    }
  })
})

describe('CORS', () => {
  const allowedOrigins = ['https://app.example']
  const preflight = { 'access-control-request-method': 'PUT' }

  test('an allowed origin may call with credentials and read errors', async () => {
    const { server } = await start({ allowedOrigins })
    for (const url of ['/things/1', '/nothing', '/limited']) {
      const answer = await server.inject({ url, headers: { origin: 'https://app.example' } })
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example',
        'access-control-allow-credentials': 'true',
      })
      expect(answer.headers['access-control-expose-headers']).toContain('retry-after')
      expect(answer.headers.vary).toContain('Origin')
    }
  })

  test('its preflight is answered', async () => {
    const { server } = await start({ allowedOrigins })
    const headers = { origin: 'https://app.example', ...preflight }
    const answer = await server.inject({ method: 'OPTIONS', url: '/things/1', headers })
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['access-control-allow-methods']).toContain('PUT')
    expect(answer.headers['access-control-allow-headers']).toContain('idempotency-key')
  })

  test.each(['https://evil.example', 'null', 'https://app.example.evil.example', 'HTTPS://APP.EXAMPLE'])(
    'W9: pages of the origin %s may call as any program may, without credentials',
    async (origin) => {
      for (const settings of [{ allowedOrigins }, {}]) {
        const { server } = await start(settings)
        const answer = await server.inject({ url: '/things/1', headers: { origin } })
        const headers = { origin, ...preflight, 'access-control-request-headers': 'authorization' }
        const options = await server.inject({ method: 'OPTIONS', url: '/things/1', headers })
        for (const { headers } of [answer, options]) {
          expect(headers['access-control-allow-origin']).toBe('*')
          expect(headers).not.toHaveProperty('access-control-allow-credentials')
          expect(headers.vary).toContain('Origin')
        }
        expect(options.statusCode).toBe(204)
        expect(options.headers['access-control-allow-headers']).toContain('authorization')
      }
    },
  )
})
