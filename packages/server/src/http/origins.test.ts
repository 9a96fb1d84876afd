// Whose pages may act with a person's cookies.
import { describe, expect, test } from 'vitest'
import { isNamedOrigin, requireOwnOrigin } from './origins.ts'
import { type Caller, isOnOwnMachine } from './own-machine.ts'

const policy = { publicUrl: 'https://chat.example.org', allowedOrigins: ['http://localhost:3000'] }
const host = 'chat.internal:8000'

const accepts = (origin: string | undefined, at = host, more: Record<string, string> = {}) => {
  try {
    requireOwnOrigin(policy, { headers: { ...more, ...(origin === undefined ? {} : { origin }) } }, at)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'origin_refused' })
    return false
  }
}

describe('requireOwnOrigin', () => {
  test.each([
    'http://chat.internal:8000',
    'https://chat.internal:8000',
    'https://chat.example.org',
    'http://localhost:3000',
  ])('takes %s', (origin) => {
    expect(accepts(origin)).toBe(true)
  })

  test.each([
    'null',
    '',
    'https://evil.example',
    'http://chat.internal',
    'http://chat.internal:8001',
    'http://chat.example.org',
    'https://chat.example.org.evil.example',
    'https://evil.example/chat.example.org',
    'https://evil.example#chat.internal:8000',
    'https://chat.internal:8000@evil.example',
    'file://chat.internal:8000',
    'chrome-extension://chat.internal:8000',
    'http://localhost:3001',
    'http://chat.internal:8000/',
    'http://chat.internal:8000, https://evil.example',
  ])('refuses %j', (origin) => {
    expect(accepts(origin)).toBe(false)
  })

  test('a default port may be written or left out', () => {
    expect(accepts('https://chat.internal', 'chat.internal:443')).toBe(true)
    expect(accepts('http://chat.internal', 'chat.internal:80')).toBe(true)
    expect(accepts('http://chat.internal', 'chat.internal:443')).toBe(false)
    expect(accepts('http://[::1]:8000', '[::1]:8000')).toBe(true)
  })

  test('a host that is none takes nothing', () => {
    expect(accepts('http://chat.internal:8000', '')).toBe(false)
    expect(accepts('http://evil.example', 'evil.example/@chat')).toBe(false)
  })

  test('without an origin only a request that the browser calls same-origin will do', () => {
    expect(accepts(undefined)).toBe(false)
    expect(accepts(undefined, host, { 'sec-fetch-site': 'same-origin' })).toBe(true)
    for (const site of ['same-site', 'cross-site', 'none', '']) {
      expect(accepts(undefined, host, { 'sec-fetch-site': site })).toBe(false)
    }
    expect(accepts('https://evil.example', host, { 'sec-fetch-site': 'same-origin' })).toBe(false)
  })
})

test('only the named origins are allowed', () => {
  const named = { allowedOrigins: ['https://a.example'] }
  const request = { headers: {} }
  expect(isNamedOrigin(named, request, 'https://a.example')).toBe(true)
  expect(isNamedOrigin(named, request, 'https://b.example')).toBe(false)
  expect(isNamedOrigin(named, request, 'null')).toBe(false)
})

const caller = (remoteAddress: string, headers: Record<string, string> = {}): Caller => ({
  headers: { host: 'localhost:8000', ...headers },
  socket: { remoteAddress },
})

describe('P7: the own machine', () => {
  test.each([
    ['127.0.0.1', 'localhost:8000'],
    ['127.0.0.2', '127.0.0.1'],
    ['::1', '[::1]:8000'],
    ['::ffff:127.0.0.1', 'LOCALHOST'],
  ])('is %s that calls %s', (address, host) => expect(isOnOwnMachine(caller(address, { host }))).toBe(true))

  test.each([
    ['192.0.2.7', {}],
    ['::ffff:192.0.2.7', {}],
    ['fd00::2', {}],
    ['', {}],
    ['127.0.0.1', { host: 'chat.example.org' }],
    ['127.0.0.1', { host: 'localhost.example.org' }],
    ['127.0.0.1', { host: '' }],
    ['127.0.0.1', { 'x-forwarded-for': '' }],
    ['127.0.0.1', { 'x-forwarded-proto': 'https' }],
    ['127.0.0.1', { forwarded: 'for=192.0.2.7' }],
    ['127.0.0.1', { via: '1.1 proxy' }],
    ['127.0.0.1', { 'x-real-ip': '127.0.0.1' }],
  ])('is not %s with %j', (address, headers) => expect(isOnOwnMachine(caller(address, headers))).toBe(false))

  test('only from there a page of it may call', () => {
    const named = { allowedOrigins: [], ownMachineOrigins: ['http://localhost:3000'] }
    expect(isNamedOrigin(named, caller('127.0.0.1'), 'http://localhost:3000')).toBe(true)
    expect(isNamedOrigin(named, caller('127.0.0.1'), 'http://localhost:3001')).toBe(false)
    expect(isNamedOrigin(named, caller('192.0.2.7'), 'http://localhost:3000')).toBe(false)
  })
})
