// The documentation pages and documents: complete without the network, and without inline script.
import { errorCodes, routes } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { startServer } from './test/start.ts'

/** Everything that a page loads by itself. */
const loadedBy = (html: string): string[] =>
  [...html.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map((match) => match[1] ?? '')

describe('documents', () => {
  test('OpenAPI names every route of the table', async () => {
    const { server } = await startServer()
    const answer = await server.inject({ url: '/openapi.json' })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const paths = Object.keys(answer.json().paths)
    for (const { path } of Object.values(routes)) expect(paths).toContain(path)
  })

  test('AsyncAPI is there', async () => {
    const { server } = await startServer()
    const answer = await server.inject({ url: '/asyncapi.json' })
    expect([answer.statusCode, answer.json().asyncapi]).toEqual([200, expect.stringMatching(/^3\./)])
  })

  test('every problem type points at what it means', async () => {
    const { server } = await startServer()
    for (const code of errorCodes) {
      expect((await server.inject({ url: `/problems/${code}` })).json()).toMatchObject({ code })
    }
    expect((await server.inject({ url: '/problems/toString' })).statusCode).toBe(404)
  })
})

describe.each(['/docs', '/redoc'])('%s', (url) => {
  test('is a page that loads everything from this server', async () => {
    const { server } = await startServer()
    const page = await server.inject({ url })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    const loaded = loadedBy(page.body)
    expect(loaded).toContain('/docs/favicon-32x32.png')
    for (const file of loaded) {
      expect(file).toMatch(/^\//)
      const answer = await server.inject({ url: file })
      expect([file, answer.statusCode]).toEqual([file, 200])
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test('has no inline script and a policy that would refuse one', async () => {
    const { server } = await startServer()
    const page = await server.inject({ url })
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:/i)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|https?:|\*)/)
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('serves nothing else from the packages', async () => {
    const { server } = await startServer()
    for (const file of [
      'package.json',
      'index.html',
      '../package.json',
      '..%2Fpackage.json',
      'redoc.lib.js',
    ]) {
      expect((await server.inject({ url: `${url}/${file}` })).statusCode).toBe(404)
    }
  })
})
