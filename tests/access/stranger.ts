// A server that nobody configured, and who calls it: a stranger is whoever does not call from the server's own machine, or calls through
// something that passes calls on.
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { loadConfig } from '../../packages/server/src/cli/config.ts'
import { settingsOf } from '../../packages/server/src/cli/serve.ts'
import { dialectNames } from '../../packages/server/src/composition/dialect-doors.ts'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: string | undefined
  readonly headers?: Record<string, string>
}

/** A handshake that succeeds is answered with 101, and over. */
type Ask = (asked: Asked) => Promise<Answer>

/** Somebody who calls the server, and where they find it. */
export interface CallerOf {
  readonly ask: Ask
  /** As a page of the server has it as its origin. */
  readonly address: string
}

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

export const strangers = [
  'through a proxy',
  'by a name',
  ...(outside === undefined ? [] : ['from another address']),
] as const

/** Everything as without a configuration, but for what a test must have of its own. `ports`: dialects that have one. */
export function startUnconfigured(ports: Readonly<Record<string, number>> = {}): Promise<TestServer> {
  const { http, policy } = settingsOf(loadConfig({ PARLEY_SECRET: 's'.repeat(32) }), {
    connection: '',
    stop: async () => undefined,
  })
  const dialects = { enabled: dialectNames, ports }
  return startTestServer({ host: '0.0.0.0', policy, dialects, http: { ...http, webRoot: null } })
}

export function strangerTo(port: number, which: string): CallerOf {
  switch (which) {
    case 'through a proxy':
      return callerAt('127.0.0.1', port, { 'x-forwarded-for': '192.0.2.1' })
    case 'by a name':
      return {
        ...callerAt('127.0.0.1', port, { host: 'chat.example.org' }),
        address: 'http://chat.example.org',
      }
    default:
      return callerAt(outside ?? '', port, {})
  }
}

/** Who calls from the server's own machine. */
export const neighbourOf = (port: number): CallerOf => callerAt('127.0.0.1', port, {})

/** From an address of this machine to another of it, as one machine of a network calls another. */
const callerAt = (host: string, port: number, own: Record<string, string>): CallerOf => ({
  address: `http://${host}:${port}`,
  ask: ({ method, path, body, headers }) =>
    new Promise((resolve, reject) => {
      const sent = request({ host, port, method, path, headers: { ...own, ...headers } }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }))
      })
      sent.on('upgrade', (answer, socket) => {
        socket.destroy()
        resolve({ status: 101, text: '', headers: answer.headers })
      })
      sent.on('error', reject).end(body)
    }),
})
