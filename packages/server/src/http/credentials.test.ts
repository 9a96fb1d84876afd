// Tokens of requests and of the socket's handshake, and the pages that may send them.
import { describe, expect, test } from 'vitest'
import { authenticateUpgrade, readCookie } from './credentials.ts'

const policy = {
  publicUrl: 'https://chat.example.org',
  allowedOrigins: ['http://localhost:3000'],
  trustProxy: false,
}
const host = '127.0.0.1:8000'

const upgrade = (headers: Record<string, string>, trustProxy: boolean = false) => {
  try {
    return authenticateUpgrade({ headers: { host, ...headers } }, { ...policy, trustProxy })
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('A7: the handshake of a socket', () => {
  const cookie = '__Host-parley_access=abc'
  const token = { kind: 'token', accessToken: 'abc' }

  test('takes a token from the header, from whatever origin', () => {
    expect(upgrade({ authorization: 'Bearer abc' })).toEqual(token)
    expect(upgrade({ authorization: 'Bearer abc', origin: 'https://evil.example' })).toEqual(token)
    expect(upgrade({ authorization: 'Bearer abc', cookie: '__Host-parley_access=other' })).toEqual(token)
  })

  test('without a token is left to hello, from whatever origin', () => {
    expect(upgrade({})).toEqual({ kind: 'none' })
    expect(upgrade({ origin: 'https://evil.example', cookie: 'theme=dark' })).toEqual({ kind: 'none' })
  })

  test.each([`http://${host}`, `https://${host}`, 'https://chat.example.org', 'http://localhost:3000'])(
    'takes a cookie from a page of %s',
    (origin) => {
      expect(upgrade({ cookie, origin })).toEqual(token)
    },
  )

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:8001', 'http://127.0.0.1', ''])(
    'refuses a cookie from a page of %j',
    (origin) => {
      expect(upgrade({ cookie, origin })).toBe('origin_refused')
    },
  )

  test('refuses a cookie that comes without an origin', () => {
    expect(upgrade({ cookie })).toBe('origin_refused')
    expect(upgrade({ cookie, 'sec-fetch-site': 'cross-site' })).toBe('origin_refused')
  })

  test('refuses a header that is no bearer token instead of falling back to the cookie', () => {
    expect(upgrade({ authorization: 'Basic abc', cookie, origin: `http://${host}` })).toBe('unauthenticated')
  })

  test('counts the address that a trusted proxy was called at', () => {
    const headers = { cookie, origin: 'https://talk.example', 'x-forwarded-host': 'talk.example' }
    expect(upgrade(headers, true)).toEqual(token)
    expect(upgrade(headers, false)).toBe('origin_refused')
    expect(upgrade({ ...headers, 'x-forwarded-host': 'talk.example, other.example' }, true)).toBe(
      'origin_refused',
    )
  })
})

describe('A18: the name of the cookie in a handshake', () => {
  const read = (cookie: string, publicUrl: string | null, trustProxy: boolean, proto?: string) => {
    const headers = { host, origin: `http://${host}`, cookie, ...(proto && { 'x-forwarded-proto': proto }) }
    return authenticateUpgrade({ headers }, { ...policy, publicUrl, trustProxy }).kind
  }

  test.each([
    ['the public address is https', 'https://chat.example.org', false, undefined],
    ['a trusted proxy was called by https', null, true, 'https'],
    ['the nearest of two proxies was', null, true, 'http, https'],
  ] as const)('is that of this host alone where %s', (_, publicUrl, trustProxy, proto) => {
    expect(read('__Host-parley_access=abc', publicUrl, trustProxy, proto)).toBe('token')
    expect(read('parley_access=abc', publicUrl, trustProxy, proto)).toBe('none')
  })

  test.each([
    ['nobody says that it is https', null, false, undefined],
    ['only somebody who is not trusted says so', null, false, 'https'],
    ['a proxy was called by http', null, true, 'http'],
  ] as const)('is the plain one where %s', (_, publicUrl, trustProxy, proto) => {
    expect(read('parley_access=abc', publicUrl, trustProxy, proto)).toBe('token')
    expect(read('__Host-parley_access=abc', publicUrl, trustProxy, proto)).toBe('none')
  })
})

describe('cookies', () => {
  test('are found by their whole name', () => {
    expect(readCookie({ cookie: 'a=1; parley_access=x=y; b=2' }, 'parley_access')).toBe('x=y')
    expect(readCookie({ cookie: 'xparley_access=1;parley_access2=2' }, 'parley_access')).toBeNull()
    expect(readCookie({ cookie: 'parley_access=; a=b' }, 'parley_access')).toBeNull()
    expect(readCookie({ cookie: 'parley_access=1; parley_access=2' }, 'parley_access')).toBe('1')
    expect(readCookie({}, 'parley_access')).toBeNull()
  })
})
