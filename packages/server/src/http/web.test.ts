// The web app as it is served: addresses, caching, policies, and nothing outside its folder.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from './test/start.ts'

const page = '<!doctype html><title>app</title>'
const script = 'export const app = 1\n'

/** A folder like that of a build, with a secret file beside it. */
async function builtApp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-web-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const root = join(folder, 'dist')
  await mkdir(join(root, 'assets'), { recursive: true })
  await mkdir(join(root, 'icons'))
  await Promise.all([
    writeFile(join(folder, 'secret.txt'), 'canary'),
    writeFile(join(root, '.hidden'), 'canary'),
    writeFile(join(root, 'index.html'), page),
    writeFile(join(root, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    writeFile(join(root, 'service-worker.js'), script),
    writeFile(join(root, 'icons', 'icon.png'), 'png'),
    writeFile(join(root, 'assets', 'app-1a2b.js'), script),
    writeFile(join(root, 'assets', 'app-1a2b.js.br'), brotliCompressSync(script)),
  ])
  return root
}

const start = async (webRoot?: string) =>
  startServer({ settings: { webRoot: webRoot ?? (await builtApp()) } })

describe('the web app', () => {
  test.each([
    '/',
    '/login',
    '/register',
    '/messenger',
    '/messenger/',
    '/messenger/some/chat',
    '/login/?next=x',
  ])('its page is at %s and asked for again each time', async (url) => {
    const { server } = await start()
    const answer = await server.inject({ url })
    expect([answer.statusCode, answer.body]).toEqual([200, page])
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
    expect(answer.headers['permissions-policy']).toContain('camera=()')
    const again = await server.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } })
    expect(again.statusCode).toBe(304)
  })

  test('its policy allows its own files and its own socket, and no inline anything', async () => {
    const { server } = await start()
    const policyAt = async (host: string) =>
      String((await server.inject({ url: '/', headers: { host } })).headers['content-security-policy'])
    const policy = await policyAt('chat.example:8000')
    expect(policy.split('; ').sort()).toEqual(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self' ws://chat.example:8000 wss://chat.example:8000",
        "manifest-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ].sort(),
    )
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(await policyAt("evil; script-src 'unsafe-inline'")).not.toContain('unsafe')
  })

  test('assets are kept for good, packed where the browser takes it', async () => {
    const { server } = await start()
    const plain = await server.inject({ url: '/assets/app-1a2b.js' })
    expect([plain.statusCode, plain.body]).toEqual([200, script])
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
    const packed = await server.inject({
      url: '/assets/app-1a2b.js',
      headers: { 'accept-encoding': 'gzip, br' },
    })
    expect(packed.headers['content-encoding']).toBe('br')
    expect(packed.headers['content-type']).toBe('application/javascript; charset=utf-8')
  })

  test('files beside the page are served under their names, and are not kept', async () => {
    const { server } = await start()
    for (const url of ['/favicon.svg', '/service-worker.js', '/icons/icon.png']) {
      const answer = await server.inject({ url })
      expect([url, answer.statusCode, answer.headers['cache-control']]).toEqual([url, 200, 'no-cache'])
    }
  })

  test.each([
    '/unknown',
    '/messenger2',
    '/loginx',
    '/index.html',
    '/.hidden',
    '/..%2Fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/docs/none',
    '/%ff',
    '/messenger/%E0%A4%A',
  ])('W9: a wrong link, %s, is answered with the page that says so, to a browser', async (url) => {
    const { server } = await start()
    const headers = { accept: 'text/html,application/xhtml+xml' }
    const answer = await server.inject({ url, headers })
    expect([answer.statusCode, answer.body]).toEqual([
      url.includes('%ff') || url.endsWith('%A') ? 400 : 404,
      page,
    ])
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    })
    for (const other of [
      { method: 'GET' as const, headers: { accept: '*/*' } },
      { method: 'POST' as const, headers },
    ]) {
      const refused = await server.inject({ url, ...other })
      expect(refused.headers['content-type']).toContain('application/problem+json')
    }
  })

  test.each([
    '/assets/',
    '/assets/none.js',
    '/assets/..%2F..%2Fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//etc/passwd',
    '/assets/%00',
    '/api/v1/unknown',
  ])('%s is not found', async (url) => {
    const { server } = await start()
    const answer = await server.inject({ url, headers: { accept: 'text/html' } })
    expect([404, 400]).toContain(answer.statusCode)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).not.toContain('canary')
  })

  test('without a build its addresses say what to do, and the rest works', async () => {
    const { server } = await start(join(tmpdir(), 'parley-no-such-folder'))
    for (const url of ['/', '/messenger/x']) {
      const answer = await server.inject({ url })
      expect(answer.statusCode).toBe(503)
      expect(answer.body).toContain('npm run build')
    }
    expect((await server.inject({ url: '/openapi.json' })).statusCode).toBe(200)
  })

  test('is not there when the operator wants none', async () => {
    const { server } = await startServer()
    expect((await server.inject({ url: '/' })).statusCode).toBe(404)
  })
})
