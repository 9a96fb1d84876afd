// Probes of balancers.
import { describe, expect, test } from 'vitest'
import type { Ports } from '../core/ports.ts'
import { onlyPorts, problemIn, startServer } from './test/start.ts'

const withPing = (ping: () => Promise<void>): Ports =>
  onlyPorts({ storage: { ping } as unknown as Ports['storage'] })

const neverAnswers = (): Promise<void> => new Promise(() => {})

describe('probes', () => {
  test('the process answers even when the database does not', async () => {
    const { server } = await startServer({ ports: withPing(neverAnswers) })
    const answer = await server.inject({ url: '/healthz' })
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
  })

  test('the server is ready when its database answers', async () => {
    const { server } = await startServer({ ports: withPing(async () => {}) })
    const answer = await server.inject({ url: '/readyz' })
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ready' }])
  })

  test('not when the database refuses, nor when it takes more than a second', async () => {
    const refuses = await startServer({ ports: withPing(() => Promise.reject(new Error('canary'))) })
    const hangs = await startServer({ ports: withPing(neverAnswers) })
    for (const { server, lines } of [refuses, hangs]) {
      const started = performance.now()
      const answer = await server.inject({ url: '/readyz' })
      expect(performance.now() - started).toBeLessThan(3_000)
      expect([answer.statusCode, problemIn(answer).code]).toEqual([503, 'unavailable'])
      expect(answer.headers['retry-after']).toBe('5')
      expect(answer.body).not.toContain('canary')
      expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', route: '/readyz' }))
    }
  })

  test('F13: not while a disk is too full for the database, and again when it is not', async () => {
    let free = 63 * 1024 * 1024
    const { server } = await startServer({ ports: withPing(async () => {}), leastFree: async () => free })
    const full = await server.inject({ url: '/readyz' })
    expect([full.statusCode, problemIn(full)]).toMatchObject([
      503,
      { code: 'unavailable', detail: 'The disk is full' },
    ])
    expect((await server.inject({ url: '/healthz' })).statusCode).toBe(200)
    free += 1024 * 1024
    expect((await server.inject({ url: '/readyz' })).statusCode).toBe(200)
  })

  test('not when it is about to stop', async () => {
    const { server } = await startServer({ ports: withPing(async () => {}), isDraining: () => true })
    const answer = await server.inject({ url: '/readyz' })
    expect([answer.statusCode, problemIn(answer).code]).toEqual([503, 'draining'])
    expect((await server.inject({ url: '/healthz' })).statusCode).toBe(200)
  })

  test('they are logged for those who look for them only', async () => {
    const { server, lines } = await startServer({ ports: withPing(async () => {}) })
    for (const url of ['/healthz', '/readyz']) await server.inject({ url })
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug'])
  })
})
