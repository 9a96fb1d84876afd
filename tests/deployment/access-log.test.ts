// P14: the line that the real program writes of a request, and whose address stands in it, with a proxy before it and without.
import { request } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { testDatabase } from '../../packages/server/test/harness-database.ts'
import { emptyFolder, type Server, startServer } from './program.ts'

const patience = { timeout: 120_000 }

interface Logged extends Server {
  readonly dialectUrl: string
}

/** A server that logs its requests, with a dialect at a port of its own. */
async function start(variables: Record<string, string>): Promise<Logged> {
  const { connection, drop } = await testDatabase()
  if (typeof connection === 'string') throw new Error('The tests connect by parts')
  const port = await freePort()
  const server = await startServer(emptyFolder(), {
    DATABASE_URL: connectionUrl(connection),
    LOG_LEVEL: 'warn',
    LOG_LEVEL_HTTP: 'info',
    PARLEY_DIALECT_PORTS: `messenger=${port}`,
    ...variables,
  })
  onTestFinished(async () => {
    await server.stop()
    await drop()
  })
  return { ...server, dialectUrl: `http://127.0.0.1:${port}` }
}

type Headers = Readonly<Record<string, string | readonly string[]>>

let asked = 0

/** The line of a request with these headers. */
async function lineOf(server: Logged, url: string, headers: Headers): Promise<Record<string, unknown>> {
  asked += 1
  const id = `request-${asked}`
  await new Promise<void>((resolve, reject) => {
    const sent = { ...headers, 'x-request-id': id } as Record<string, string | string[]>
    const outgoing = request(url, { headers: sent, agent: false }, (answer) => {
      answer.resume()
      answer.once('end', resolve)
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(`"request_id":"${id}"`))
  await expect.poll(lines).toHaveLength(1)
  return JSON.parse(lines()[0] ?? '')
}

const forwarded = (value: string | readonly string[]): Headers => ({ 'x-forwarded-for': value })
/** What no proxy of ours writes. */
const otherHeaders = {
  forwarded: 'for=203.0.113.77',
  'x-real-ip': '203.0.113.77',
  'x-client-ip': '203.0.113.77',
  'true-client-ip': '203.0.113.77',
}
const nonsense = [
  'unknown',
  '<script>alert(1)</script>',
  '203.0.113.51.evil.example',
  '999.999.999.999',
  '{"ip":"203.0.113.51"}',
  'x'.repeat(5_000),
  ',,,',
  '',
]

describe('P14 A14: the address in the access log', () => {
  test('is the one that a trusted proxy forwards, in its one form', patience, async () => {
    const server = await start({ PARLEY_TRUSTED_PROXIES: 'loopback,10.0.0.0/8' })
    for (const [value, ip] of [
      ['203.0.113.51', '203.0.113.51'],
      ['203.0.113.51:4711', '203.0.113.51'],
      ['[2001:DB8::1]:443', '2001:db8::1'],
      ['::FFFF:192.0.2.1', '192.0.2.1'],
      ['203.0.113.51, 10.0.0.6', '203.0.113.51'],
      [['203.0.113.51', '10.0.0.6:80'], '203.0.113.51'],
      // What the client made up before the proxy wrote down who it is.
      ['203.0.113.66, 198.51.100.7', '198.51.100.7'],
      [['203.0.113.66', '198.51.100.7'], '198.51.100.7'],
      ['203.0.113.66, unknown', '127.0.0.1'],
    ] as const) {
      for (const url of [server.url, server.dialectUrl]) {
        const line = await lineOf(server, `${url}/openapi.json`, forwarded(value))
        expect([value, line]).toMatchObject([value, { ip, msg: 'request', route: '/openapi.json' }])
      }
    }
    for (const value of nonsense) {
      const { ip } = await lineOf(server, `${server.url}/nothing?secret=203.0.113.66`, forwarded(value))
      expect([value, ip]).toEqual([value, '127.0.0.1'])
    }
    expect((await lineOf(server, server.url, otherHeaders)).ip).toBe('127.0.0.1')
    for (const made of ['203.0.113.66', '203.0.113.77', 'script', 'evil', 'xxxx', 'secret']) {
      expect(server.output()).not.toContain(made)
    }
  })

  test('is that of whoever connects, whatever is claimed, without one', patience, async () => {
    for (const variables of [{}, { PARLEY_TRUSTED_PROXIES: '10.0.0.0/8' }]) {
      const server = await start(variables)
      for (const value of ['203.0.113.51', '10.0.0.5', '203.0.113.51, 127.0.0.1', ...nonsense]) {
        for (const url of [server.url, server.dialectUrl]) {
          const { ip } = await lineOf(server, `${url}/openapi.json`, { ...otherHeaders, ...forwarded(value) })
          expect([value, ip]).toEqual([value, '127.0.0.1'])
        }
      }
      for (const made of ['203.0.113', '10.0.0.5', 'script', 'evil', 'xxxx']) {
        expect(server.output()).not.toContain(made)
      }
    }
  })
})
