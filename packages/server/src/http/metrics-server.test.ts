// The figures for Prometheus, and where they are not.
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMetrics, type Metrics } from '../observability/metrics.ts'
import { serveMetrics } from './metrics-server.ts'
import { startServer } from './test/start.ts'

async function start(metrics: Metrics) {
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)
}

describe('P8: the figures are', () => {
  test('on a port of their own, and count requests by route and status', async () => {
    const metrics = createMetrics()
    const { server } = await startServer({ metrics })
    await server.inject({ url: '/api/v1/users/me' })
    await server.inject({ url: '/api/v1/users/0190a6f0-0000-7000-8000-00000000000a' })
    await server.inject({ url: '/nothing/canary' })
    const answer = await (await start(metrics))('/metrics')
    expect(answer.headers.get('content-type')).toContain('text/plain')
    const text = await answer.text()
    const count = (route: string, status: number) =>
      `parley_http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"} 1`
    expect(text).toContain(count('/api/v1/users/me', 401))
    expect(text).toContain(count('/api/v1/users/:user_id', 401))
    expect(text).toContain(count('unknown', 404))
    expect(text).not.toContain('canary')
  })

  test.each(['/metrics', '/metrics/', '//metrics', '/./metrics', '/metrics?x', '/%6detrics', '/METRICS'])(
    'not at %s of the public port',
    async (url) => {
      const { server } = await startServer()
      const answer = await server.inject({ url })
      expect(answer.statusCode).toBe(404)
      expect(answer.body).not.toContain('parley_')
    },
  )

  test('all that their port answers', async () => {
    const ask = await start(createMetrics())
    expect((await ask('/')).status).toBe(404)
    expect((await ask('/metrics/')).status).toBe(404)
    expect((await ask('/metrics', { method: 'POST', body: 'x' })).status).toBe(404)
  })

  test('refused with the port’s fault when somebody has it', async () => {
    const first = await serveMetrics(createMetrics(), { host: '127.0.0.1', port: 0 })
    onTestFinished(() => first.close())
    const second = serveMetrics(createMetrics(), { host: '127.0.0.1', port: first.port })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
