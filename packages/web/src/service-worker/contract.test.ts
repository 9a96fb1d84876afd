import { expect, test } from 'vitest'
import { appPages } from './contract.ts'

/** As the worker asks: the path with its query. */
const isPage = (address: string) => appPages.some((pattern) => pattern.test(address))

test.each([
  '/',
  '/?x=1',
  '/login',
  '/login?next=/messenger',
  '/register/',
  '/messenger',
  '/messenger/',
  '/messenger/a/7',
  '/messenger?x',
])('V11: %s is a page of the app, and served from the device', (address) =>
  expect(isPage(address)).toBe(true),
)

test.each([
  ...[
    '/docs',
    '/redoc',
    '/openapi.json',
    '/api/v1/me',
    '/compat/messenger/docs',
    '/chat/1',
    '/group/1',
    '/loginx',
  ],
  ...['/messengers', '/service-worker.js', '/healthz', '/nothing', '//login'],
])('V11: %s is asked of the server', (address) => expect(isPage(address)).toBe(false))
