// A Fastify server with this project's bounds, ids, errors, logs and way of stopping, and no routes yet.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { limits } from '@parley/protocol'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'
import type { Payers } from '../core/payers.ts'
import type { Log } from '../core/ports.ts'
import type { Metrics } from '../observability/metrics.ts'
import { problemOf } from '../wire/problem.ts'
import { logRequests } from './access-log.ts'
import { Charges } from './charges.ts'
import { answerClientError } from './client-errors.ts'
import type { Connections } from './connections.ts'
import { allowOrigins } from './cors.ts'
import { drainOnClose } from './drain.ts'
import { appErrorOf, type ErrorShape } from './errors.ts'
import { answerUnknownRoutes } from './not-found.ts'
import { type HttpSettings, httpTimeouts, maxHeaderBytes, maxHeaders } from './settings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once that was found out. */
    actor: Actor | null
  }
  interface FastifyInstance {
    /** Errors below that path look so, also those of requests that no route takes. */
    shapeErrorsBelow(base: string, errors: ErrorShape): void
  }
}

export interface BareServerDeps {
  readonly settings: Pick<HttpSettings, 'trustProxy' | 'timeouts' | 'allowedOrigins'>
  readonly log: Log
  readonly metrics: Pick<Metrics, 'httpAnswered'>
  readonly payers: Payers
  /** The connections of all servers. */
  readonly connections?: Pick<Connections, 'belongsToSomebody'>
  /** How errors look; problems (RFC 9457) if it does not say. */
  readonly errors?: ErrorShape
}

/** What every answer says unless its route knows better: no page, nothing to keep. */
const defaultHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}

/**
 * Routes with the constraint `client: 'other'` take what clients of the canonical API do not send: anything but JSON, unless they
 * ask for its errors. So another contract can have the same paths on one server.
 */
const clientConstraint = {
  name: 'client',
  storage() {
    const handlers = new Map()
    return {
      get: (client: string) => handlers.get(client) ?? null,
      set: (client: string, handler: unknown) => void handlers.set(client, handler),
    }
  },
  deriveConstraint({ headers }: Pick<IncomingMessage, 'headers'>): string {
    const isJson = headers['content-type']?.startsWith('application/json') ?? false
    const wantsProblems = headers.accept?.includes('application/problem+json') ?? false
    return isJson || wantsProblems ? 'canonical' : 'other'
  },
}

/** Routes check by themselves. Without this the framework loads its own compilers of schemas, which take a quarter of the start. */
const noSchemas = {
  compilersFactory: {
    buildValidator: () => () => {
      throw new Error('Routes have no schemas of the framework')
    },
    buildSerializer: () => () => {
      throw new Error('Routes have no schemas of the framework')
    },
  },
}

/** Every error that leaves it has the one shape of its path, whoever raised it. It understands no content type by itself. */
export async function createBareServer(deps: BareServerDeps): Promise<FastifyInstance> {
  const { settings, log, metrics, errors = problemOf } = deps
  const timeouts = { ...httpTimeouts, ...settings.timeouts }
  const shapes = new Map<string, ErrorShape>()
  const answerError = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const [, below = errors] = [...shapes].find(([base]) => request.url.startsWith(base)) ?? []
    sendError({ log, errors: below }, thrown, request, reply)
  }
  const patientSockets = new WeakSet<Socket>()
  const server = fastify({
    bodyLimit: limits.httpBodyBytes,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.idleConnection,
    keepAliveTimeout: timeouts.keepAlive,
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.check,
      maxHeaderSize: maxHeaderBytes,
      // Node would answer a missing Host without a body; requireHost does it with a problem.
      requireHostHeader: false,
    },
    trustProxy: typeof settings.trustProxy === 'object' ? [...settings.trustProxy] : settings.trustProxy,
    genReqId: requestIdOf,
    routerOptions: {
      ignoreTrailingSlash: true,
      caseSensitive: true,
      constraints: { client: clientConstraint },
    },
    // drainOnClose answers instead, with a problem.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      // Said once per request: whoever is patient with it sets a time of their own.
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && patientSockets.has(socket)) return
      answerClientError(log, error, socket)
    },
    frameworkErrors: answerError,
    schemaController: noSchemas,
  })
  server.server.maxHeadersCount = maxHeaders
  server.removeAllContentTypeParsers()
  server.decorate('patientSockets', patientSockets)
  server.decorate('shapeErrorsBelow', (base: string, below: ErrorShape) => void shapes.set(`${base}/`, below))
  const charges = new Charges(deps.payers, (socket) => deps.connections?.belongsToSomebody(socket))
  server.decorate('charges', charges)
  server.decorateRequest('actor', null)
  server.setErrorHandler(answerError)
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...defaultHeaders, 'x-request-id': request.id })
    requireHost(request)
  })
  // Before whatever may refuse a request, so that pages of allowed origins can read the refusal.
  await allowOrigins(server, settings.allowedOrigins)
  logRequests(server, log, metrics)
  drainOnClose(server, timeouts.drain)
  server.addHook('onRequest', (request, reply) => charges.other(request, reply))
  answerUnknownRoutes(server)
  return server
}

/** A proxy's id is kept only in a form that can do no harm in a log line or a header. */
const safeId = /^[\w.:-]{1,128}$/

/** The name of a request in answers and logs: the id that a proxy gave it in `X-Request-Id`, or a new one. */
function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && safeId.test(given) ? given : randomUUID()
}

function requireHost(request: FastifyRequest): void {
  if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new AppError('invalid_request', { detail: 'The Host header is missing' })
  }
}

/** Answers whatever a route throws in that shape. */
export const errorHandler =
  (parts: { readonly log: Log; readonly errors: ErrorShape }) =>
  (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void =>
    sendError(parts, thrown, request, reply)

function sendError(
  { log, errors }: { readonly log: Log; readonly errors: ErrorShape },
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = appErrorOf(thrown)
  const { status, headers, body } = errors(error, request.id)
  const facts = { request_id: request.id, route: request.routeOptions.url ?? 'unknown', code: error.code }
  if (error.code === 'internal') log.error({ ...facts, err: thrown }, 'a request failed')
  else if (status >= 500) log.warn({ ...facts, err: thrown }, 'a request could not be served')
  reply
    .code(status)
    // A path that cannot be decoded is refused before any hook has set them.
    .headers({ ...defaultHeaders, ...headers, 'x-request-id': request.id })
    .send(JSON.stringify(body))
}
