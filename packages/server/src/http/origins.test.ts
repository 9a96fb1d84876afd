// Whose pages may act with a person's cookies.
import { describe, expect, test } from 'vitest'
import { isAllowedOrigin, requireOwnOrigin } from './origins.ts'

const policy = { publicUrl: 'https://chat.example.org', allowedOrigins: ['http://localhost:3000'] }
const host = 'chat.internal:8000'

const accepts = (origin: string | undefined, at = host, more: Record<string, string> = {}) => {
  try {
    requireOwnOrigin(policy, { ...more, ...(origin === undefined ? {} : { origin }) }, at)
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

test('without a public address only the named origins are allowed', () => {
  const named = { publicUrl: null, allowedOrigins: ['https://a.example'] }
  expect(isAllowedOrigin(named, 'https://a.example')).toBe(true)
  expect(isAllowedOrigin(named, 'https://b.example')).toBe(false)
  expect(isAllowedOrigin(named, 'null')).toBe(false)
})
