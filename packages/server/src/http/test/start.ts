// Servers for the tests of this folder: a bare one with chosen handlers, or the whole with fake ports; and raw connections to them.
import { createConnection } from 'node:net'
import type { Problem } from '@parley/protocol'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { freePayers, type Payers } from '../../core/payers.ts'
import type { Ports } from '../../core/ports.ts'
import { createMetrics } from '../../observability/metrics.ts'
import { createBareServer } from '../bare-server.ts'
import type { Handlers, RouteDeps } from '../call.ts'
import { registerRoutes } from '../register-routes.ts'
import { createHttpServer, type HttpDeps } from '../server.ts'
import type { HttpSettings } from '../settings.ts'

export const actor: Actor = {
  userId: '0190a6f0-0000-7000-8000-000000000001',
  sessionId: '0190a6f0-0000-7000-8000-000000000002',
}
export const bearer = { authorization: 'Bearer good' }

/** Takes the token `good` for the actor above. */
const sessions = {
  async authenticate(accessToken: string): Promise<Actor> {
    if (accessToken === 'good') return actor
    throw new AppError(accessToken === 'revoked' ? 'session_revoked' : 'unauthenticated')
  },
}

const settings: HttpSettings = {
  trustProxy: false,
  publicUrl: null,
  allowedOrigins: [],
  webRoot: null,
  checkAnswers: true,
}

interface LogLine {
  readonly level: string
  readonly message: string
  readonly [key: string]: unknown
}

/** A log that remembers its lines. */
export function recordingLog() {
  const lines: LogLine[] = []
  const at = (level: string) => (data: object, message: string) =>
    void lines.push({ ...data, level, message })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Ports of which only the given may be used. */
export const onlyPorts = (ports: Partial<Ports>): Ports => ports as Ports

export interface Started {
  readonly server: FastifyInstance
  readonly lines: LogLine[]
}

/** The bare server with these handlers; closed when the test ends. */
export async function startRoutes(
  handlers: Partial<Handlers>,
  options: {
    settings?: Partial<HttpSettings>
    payers?: Payers
    routeDeps?: RouteDeps
    more?: (server: FastifyInstance) => void
  } = {},
): Promise<Started> {
  const log = recordingLog()
  const all = { ...settings, ...options.settings }
  const server = await createBareServer({
    settings: all,
    log,
    metrics: createMetrics(),
    payers: options.payers ?? freePayers,
  })
  const routeDeps = options.routeDeps ?? { ports: onlyPorts({}) }
  await registerRoutes(server, { routeDeps, sessions, settings: all }, handlers)
  options.more?.(server)
  onTestFinished(() => server.close())
  return { server, lines: log.lines }
}

/** The whole server; closed when the test ends. */
export async function startServer(
  deps: Partial<Omit<HttpDeps, 'settings'>> & { settings?: Partial<HttpSettings> } = {},
): Promise<Started> {
  const log = recordingLog()
  const server = await createHttpServer({
    leastFree: async () => Number.POSITIVE_INFINITY,
    ports: onlyPorts({}),
    sessions,
    log,
    metrics: createMetrics(),
    payers: freePayers,
    isDraining: () => false,
    ...deps,
    settings: { ...settings, ...deps.settings },
  })
  onTestFinished(() => server.close())
  return { server, lines: log.lines }
}

/** Listens on a free port of the loopback. */
export async function listen(server: FastifyInstance): Promise<number> {
  await server.listen({ host: '127.0.0.1', port: 0 })
  const address = server.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A raw connection: `received` is everything that came so far, `closed` resolves with it at the end. */
export function connect(port: number) {
  const socket = createConnection({ host: '127.0.0.1', port })
  const chunks: Buffer[] = []
  const received = () => Buffer.concat(chunks).toString('utf8')
  socket.on('data', (chunk) => chunks.push(chunk))
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => resolve(received()))
    socket.on('close', () => resolve(received()))
  })
  onTestFinished(() => void socket.destroy())
  return { socket, received, closed, send: (text: string | Buffer) => socket.write(text) }
}

/** Sends raw bytes and waits for the server to close the connection. */
export async function exchange(port: number, text: string | Buffer) {
  const connection = connect(port)
  connection.send(text)
  return parseAnswer(await connection.closed)
}

/** The first answer in the text. */
export function parseAnswer(text: string) {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...headerLines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    headerLines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 2),
    ]),
  )
  const body = text.slice(end + 4)
  return { statusLine, status: Number(statusLine.split(' ')[1]), headers, body, text }
}

export const problemIn = (answer: { body: string }): Problem => JSON.parse(answer.body) as Problem
