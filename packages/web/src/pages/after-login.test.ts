// The way back after logging in must never lead to another site.
import { describe, expect, test } from 'vitest'
import { loginPath, pathAfterLogin } from './after-login.ts'

describe('the page after login', () => {
  test('is the page that asked for it', () => {
    const path = '/messenger/0198c0de-0000-7000-8000-000000000001/42'
    expect(pathAfterLogin(loginPath(path).split('?')[1] ?? '')).toBe(path)
    expect(loginPath('/messenger')).toBe('/login')
  })

  test.each([
    '//evil.example',
    'https://evil.example',
    '/messenger/../login',
    '/messenger//evil.example',
    '/docs',
  ])('is never %s', (next) => {
    expect(pathAfterLogin(`next=${encodeURIComponent(next)}`)).toBe('/messenger')
  })
})
