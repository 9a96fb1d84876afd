// Logging in and out over HTTP: tokens in the body, tokens in cookies, and the pages that may ask for either.
import type { LightMyRequestResponse } from 'fastify'
import { describe, expect, test } from 'vitest'
import { createSessionGuard } from '../../core/accounts/session-guard.ts'
import type { HttpSettings } from '../settings.ts'
import { accountPorts } from '../test/account-ports.ts'
import { problemIn, startServer } from '../test/start.ts'

const own = 'http://localhost'
const account = { username: 'maria', password: 'correct horse' }

async function start(settings: Partial<HttpSettings> = {}) {
  const made = accountPorts()
  const sessions = createSessionGuard(made.ports)
  const { server, lines } = await startServer({ ports: made.ports, sessions, settings })
  const post = (path: string, payload: object = {}, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url: `/api/v1/auth/${path}`, payload, headers })
  const me = (headers: Record<string, string>) => server.inject({ url: '/api/v1/users/me', headers })
  return { ...made, server, lines, post, me }
}

/** A started server with an account that is logged in by cookies, and what a browser would send from then on. */
async function startWithCookies(settings: Partial<HttpSettings> = {}) {
  const started = await start(settings)
  const answer = await started.post('register', { ...account, transport: 'cookie' }, { origin: own })
  return { ...started, answer, jar: jarOf(answer) }
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly [attribute: string]: unknown
}

const cookiesOf = (answer: LightMyRequestResponse): Cookie[] => answer.cookies as unknown as Cookie[]
const jarOf = (answer: LightMyRequestResponse): string =>
  cookiesOf(answer)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

describe('tokens in the body', () => {
  test('registering gives a session that works at once, and no cookies', async () => {
    const { post, me } = await start()
    const answer = await post('register', { ...account, name: 'Мария' })
    expect(answer.statusCode).toBe(201)
    const body = answer.json()
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, user: { name: 'Мария' } })
    expect(answer.cookies).toEqual([])
    const own = await me({ authorization: `Bearer ${body.access_token}` })
    expect(own.json().user.username).toBe('maria')
  })

  test('logging in and refreshing give new pairs; a page of any origin may ask', async () => {
    const { post, me } = await start()
    await post('register', account)
    const answer = await post(
      'login',
      { login: 'maria', password: account.password },
      { origin: 'https://other.example' },
    )
    expect(answer.statusCode).toBe(200)
    const { refresh_token } = answer.json()
    const refreshed = await post('refresh', { refresh_token })
    expect(refreshed.statusCode).toBe(200)
    expect(refreshed.json().refresh_token).not.toBe(refresh_token)
    expect(refreshed.cookies).toEqual([])
    expect((await me({ authorization: `Bearer ${refreshed.json().access_token}` })).statusCode).toBe(200)
  })

  test('A2: what is wrong about a login is not told apart', async () => {
    const { post } = await start()
    await post('register', account)
    const [unknown, wrong] = await Promise.all([
      post('login', { login: 'nobody', password: account.password }),
      post('login', { login: 'maria', password: 'wrong' }),
    ])
    for (const answer of [unknown, wrong]) {
      expect([answer.statusCode, problemIn(answer).code]).toEqual([401, 'wrong_credentials'])
    }
    expect({ ...problemIn(unknown), request_id: '' }).toEqual({ ...problemIn(wrong), request_id: '' })
  })

  test('logging out ends the session and tells its sockets', async () => {
    const { post, me, published } = await start()
    const { access_token, session_id } = (await post('register', account)).json()
    const headers = { authorization: `Bearer ${access_token}` }
    expect((await post('logout', {}, headers)).statusCode).toBe(204)
    expect(published.map(({ event }) => event)).toEqual([{ type: 'session_revoked', session_id }])
    expect(problemIn(await me(headers)).code).toBe('session_revoked')
    expect(problemIn(await post('logout', {}, headers)).code).toBe('session_revoked')
  })

  test('no log line holds a password or a token', async () => {
    const { post, lines } = await start()
    const { access_token, refresh_token } = (await post('register', account)).json()
    await post('refresh', { refresh_token })
    await post('login', { login: 'maria', password: 'wrong canary' })
    const text = JSON.stringify(lines)
    for (const secret of [account.password, access_token, refresh_token, 'canary'])
      expect(text).not.toContain(secret)
  })
})

describe('A7: tokens in cookies', () => {
  test('leave the body without them, out of reach of scripts, the refresh token for its own calls only', async () => {
    const { answer } = await startWithCookies()
    expect(answer.statusCode).toBe(201)
    expect(Object.keys(answer.json()).sort()).toEqual(['expires_in', 'session_id', 'token_type', 'user'])
    expect(cookiesOf(answer)).toEqual([
      {
        name: 'parley_access',
        value: expect.any(String),
        maxAge: 900,
        path: '/',
        httpOnly: true,
        sameSite: 'Lax',
      },
      {
        name: 'parley_refresh',
        value: expect.any(String),
        expires: new Date('2026-04-01T12:00:00.000Z'),
        path: '/api/v1/auth',
        httpOnly: true,
        sameSite: 'Strict',
      },
      {
        name: 'parley_device',
        value: expect.any(String),
        maxAge: 31_536_000,
        path: '/api/v1/auth',
        httpOnly: true,
        sameSite: 'Strict',
      },
    ])
  })

  test.each([
    ['the public address is https', { publicUrl: 'https://chat.example' }, {}],
    ['a trusted proxy was called by https', { trustProxy: true }, { 'x-forwarded-proto': 'https' }],
  ])('travel over TLS only when %s', async (_, settings, headers) => {
    const { post } = await start(settings)
    const answer = await post('register', { ...account, transport: 'cookie' }, { origin: own, ...headers })
    expect(cookiesOf(answer).map(({ secure }) => secure)).toEqual([true, true, true])
  })

  test('a proxy that is not trusted does not change them', async () => {
    const { post } = await start()
    const headers = { origin: own, 'x-forwarded-proto': 'https' }
    const answer = await post('register', { ...account, transport: 'cookie' }, headers)
    expect(cookiesOf(answer).map(({ secure }) => secure)).toEqual([undefined, undefined, undefined])
  })

  test('let a page of this server read and write', async () => {
    const { me, server, jar } = await startWithCookies()
    expect((await me({ cookie: jar })).statusCode).toBe(200)
    const logout = { method: 'POST', url: '/api/v1/auth/logout' } as const
    expect((await server.inject({ ...logout, headers: { cookie: jar, origin: own } })).statusCode).toBe(204)
  })

  test('logging out takes them back', async () => {
    const { post, jar } = await startWithCookies()
    const answer = await post('logout', {}, { cookie: jar, origin: own })
    expect(cookiesOf(answer)).toEqual([
      expect.objectContaining({ name: 'parley_access', value: '', maxAge: 0, path: '/' }),
      expect.objectContaining({ name: 'parley_refresh', value: '', maxAge: 0, path: '/api/v1/auth' }),
    ])
  })

  test('so does ending the own session by its id, and not ending another', async () => {
    const { server, post, jar, answer } = await startWithCookies()
    const other = (await post('login', { login: 'maria', password: account.password })).json().session_id
    const end = (id: string) =>
      server.inject({
        method: 'DELETE',
        url: `/api/v1/auth/sessions/${id}`,
        headers: { cookie: jar, origin: own },
      })
    const ended = await end(other)
    expect([ended.statusCode, ended.cookies]).toEqual([204, []])
    expect((await end(answer.json().session_id)).cookies).toHaveLength(2)
  })

  test('refreshing by cookie gives new cookies and no tokens', async () => {
    const { post, jar } = await startWithCookies()
    const answer = await post('refresh', {}, { cookie: jar, origin: own })
    expect(answer.statusCode).toBe(200)
    expect(Object.keys(answer.json())).not.toContain('refresh_token')
    expect(cookiesOf(answer).map(({ name }) => name)).toEqual(['parley_access', 'parley_refresh'])
    expect(jarOf(answer)).not.toBe(jar)
  })

  test('refreshing works without any body', async () => {
    const { server, jar } = await startWithCookies()
    const headers = { cookie: jar, 'sec-fetch-site': 'same-origin' }
    const answer = await server.inject({ method: 'POST', url: '/api/v1/auth/refresh', headers })
    expect(answer.statusCode).toBe(200)
  })

  test('a refresh token that is over takes both cookies with it', async () => {
    const { post, jar, sessions, clock } = await startWithCookies()
    for (const [id, session] of sessions) sessions.set(id, { ...session, revokedAt: clock.now() })
    const answer = await post('refresh', {}, { cookie: jar, origin: own })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([401, 'invalid_refresh_token'])
    expect(cookiesOf(answer).map(({ value }) => value)).toEqual(['', ''])
  })

  test('refreshing with nothing at all is refused', async () => {
    const { post } = await start()
    expect(problemIn(await post('refresh', {}, { origin: own })).code).toBe('invalid_refresh_token')
  })
})

describe('A7: a foreign page', () => {
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    {},
  ]

  test.each(foreign)('with %j gets no cookies', async (headers) => {
    const { post, sessions } = await start()
    await post('register', account)
    const login = { login: 'maria', password: account.password, transport: 'cookie' }
    for (const answer of [
      await post('login', login, headers as Record<string, string>),
      await post(
        'register',
        { ...account, username: 'other', transport: 'cookie' },
        headers as Record<string, string>,
      ),
    ]) {
      expect([answer.statusCode, problemIn(answer).code]).toEqual([403, 'origin_refused'])
      expect(answer.cookies).toEqual([])
    }
    expect(sessions.size).toBe(1)
  })

  test.each(foreign)('with %j changes nothing with the cookies of a person', async (headers) => {
    const { post, jar, sessions } = await startWithCookies()
    for (const path of ['logout', 'refresh', 'password']) {
      const answer = await post(path, {}, { cookie: jar, ...(headers as Record<string, string>) })
      expect([path, answer.statusCode, problemIn(answer).code]).toEqual([path, 403, 'origin_refused'])
    }
    expect([...sessions.values()].map(({ revokedAt, generation }) => [revokedAt, generation])).toEqual([
      [null, 1],
    ])
  })

  test('cannot use a form to get past JSON', async () => {
    const { server, jar } = await startWithCookies()
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await server.inject({
        method: 'POST',
        url: '/api/v1/chats',
        headers: { cookie: jar, origin: own, 'content-type': type },
        payload: '{"kind":"group","title":"x","member_ids":[]}',
      })
      expect(answer.statusCode).toBe(415)
    }
  })

  test('of an origin that the operator named is as good as an own one', async () => {
    const { post } = await start({ allowedOrigins: ['http://localhost:3000'] })
    const origin = 'http://localhost:3000'
    const answer = await post('register', { ...account, transport: 'cookie' }, { origin })
    expect([answer.statusCode, answer.cookies.length]).toEqual([201, 3])
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
  })
})

describe('A18: by TLS', () => {
  const https = { publicUrl: 'https://chat.example' }
  const page = { origin: 'https://chat.example' }

  test('cookies are of this very host: by their names, for all paths, by TLS alone', async () => {
    const { post } = await start(https)
    const answer = await post('register', { ...account, transport: 'cookie' }, page)
    const facts = cookiesOf(answer).map(({ name, path, secure, domain }) => [name, path, secure, domain])
    expect(facts).toEqual([
      ['__Host-parley_access', '/', true, undefined],
      ['__Host-parley_refresh', '/', true, undefined],
      ['__Host-parley_device', '/', true, undefined],
    ])
  })

  test('a session whose cookies have the former names goes on at its next refresh, and then has the new ones', async () => {
    const { post, me, server } = await start(https)
    const { access_token, refresh_token } = (await post('register', account)).json()
    const former = `parley_access=${access_token}; parley_refresh=${refresh_token}`
    expect((await me({ cookie: former })).statusCode).toBe(401)
    const answer = await post('refresh', {}, { cookie: former, ...page })
    expect(answer.statusCode).toBe(200)
    const given = cookiesOf(answer).map(({ name, path, maxAge }) => [name, path, maxAge === 0])
    expect(given).toEqual([
      ['__Host-parley_access', '/', false],
      ['__Host-parley_refresh', '/', false],
      ['parley_access', '/', true],
      ['parley_refresh', '/api/v1/auth', true],
    ])
    const jar = cookiesOf(answer).slice(0, 2)
    const cookie = jar.map(({ name, value }) => `${name}=${value}`).join('; ')
    expect((await me({ cookie })).statusCode).toBe(200)
    const again = await server.inject({
      method: 'POST',
      url: '/api/v1/auth/refresh',
      headers: { cookie, ...page },
    })
    expect(again.statusCode).toBe(200)
  })

  test('a cookie of the former name, which another host could have set, does not come before the own one', async () => {
    const { post } = await start(https)
    const first = await post('register', { ...account, transport: 'cookie' }, page)
    const other = (await post('register', { ...account, username: 'mallory' })).json()
    const cookie = `parley_refresh=${other.refresh_token}; ${jarOf(first)}`
    const answer = await post('refresh', {}, { cookie, ...page })
    expect(answer.json().user.username).toBe('maria')
  })

  test('every answer asks the browser to come no other way', async () => {
    const secure = await start(https)
    const plain = await start()
    for (const url of ['/healthz', '/api/v1/users/me', '/nowhere', '/%', '/docs']) {
      const { headers } = await secure.server.inject({ url })
      expect([url, headers['strict-transport-security']]).toEqual([url, 'max-age=31536000'])
      expect((await plain.server.inject({ url })).headers['strict-transport-security']).toBeUndefined()
    }
  })
})

describe('A15: a known device', () => {
  test('is known by the cookie of its last login, which logging out leaves', async () => {
    const { post, jar } = await startWithCookies()
    const device = jar.split('; ').at(-1) ?? ''
    expect(device).toMatch(/^parley_device=/)
    await post('logout', {}, { cookie: jar, origin: own })
    const credentials = { login: 'maria', password: account.password, transport: 'cookie' }
    const again = await post('login', credentials, { cookie: device, origin: own })
    expect(jarOf(again).split('; ').at(-1)).toBe(device)
  })

  test('shows what it was given in the body where it has no cookies', async () => {
    const { post } = await start()
    const { device_token } = (await post('register', account)).json()
    expect(device_token).toEqual(expect.any(String))
    const credentials = { login: 'maria', password: account.password }
    expect((await post('login', { ...credentials, device_token })).json().device_token).toBe(device_token)
    expect((await post('login', credentials)).json().device_token).not.toBe(device_token)
  })
})
