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
import { isPlainBody, requireHost, wantsWebSocket } from '../wire/request-head.ts'
import { logRequests } from './access-log.ts'
import { type ChargedConnections, Charges } from './charges.ts'
import { clientAddress, proxyTrust } from './client-address.ts'
import { answerClientError } from './client-errors.ts'
import { allowOrigins } from './cors.ts'
import { drainOnClose } from './drain.ts'
import { appErrorOf, type ErrorShape } from './errors.ts'
import { answerUnknownRoutes, isWrongLink } from './not-found.ts'
import { type HttpSettings, httpTimeouts, maxHeaderBytes, maxHeaders } from './settings.ts'
import { discardUnreadBodies } from './unread-bodies.ts'
import { createUploadWatches, uploadTimes } from './upload-watch.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once that was found out. */
    actor: Actor | null
    /** Why nobody asks, where that is allowed. */
    refusal: AppError | null
  }
  interface FastifyInstance {
    /** The address that a request comes from. */
    clientAddress(request: IncomingMessage): string
    /** Errors below that path look so, also those of requests that no route takes. */
    shapeErrorsBelow(base: string, errors: ErrorShape): void
  }
}

export interface BareServerDeps {
  readonly settings: Pick<
    HttpSettings,
    'trustProxy' | 'timeouts' | 'uploadTimes' | 'allowedOrigins' | 'ownMachineOrigins' | 'publicUrl'
  >
  readonly log: Log
  readonly metrics: Pick<Metrics, 'httpAnswered'>
  readonly payers: Payers
  /** The connections of all servers. */
  readonly connections?: ChargedConnections
  /** How errors look; problems (RFC 9457) if it does not say. */
  readonly errors?: ErrorShape
}

/** What every answer says unless its route knows better: no page, nothing to keep. */
const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}

/** Where people come by TLS, browsers are told to come no other way for a year (RFC 6797). */
const defaultHeaders = ({ publicUrl }: Pick<HttpSettings, 'publicUrl'>): Readonly<Record<string, string>> =>
  publicUrl?.startsWith('https:')
    ? { ...everyAnswer, 'strict-transport-security': 'max-age=31536000' }
    : everyAnswer

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
    sendError({ log, errors: below, headers }, thrown, request, reply)
  }
  const answerBadPath = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const page = isWrongLink(request) ? server.pageOfWrongLinks : null
    if (page === null) answerError(thrown, request, reply)
    else page(request, reply.code(400)).catch((failure: unknown) => answerError(failure, request, reply))
  }
  const patientSockets = new WeakSet<Socket>()
  const upgradesOf = (): number => server.server.listenerCount('upgrade')
  const trusts = proxyTrust(settings.trustProxy)
  const headers = defaultHeaders(settings)
  const server: FastifyInstance = fastify({
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
      // Node would take every offer of another protocol from the routes, and hand it to whoever waits for WebSockets.
      shouldUpgradeCallback: (request) => upgradesOf() > 0 && wantsWebSocket(request),
    },
    trustProxy: trusts,
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
      if (answered.has(socket)) socket.destroy()
      else answerClientError(log, error, socket)
    },
    // A path that cannot be decoded reaches no route.
    frameworkErrors: (error, request, reply) => answerBadPath(error, request, reply),
    schemaController: noSchemas,
  })
  server.server.maxHeadersCount = maxHeaders
  server.removeAllContentTypeParsers()
  server.decorate(
    'uploadWatches',
    createUploadWatches({ ...uploadTimes, ...settings.uploadTimes }, patientSockets),
  )
  server.decorate('clientAddress', (request: IncomingMessage) => clientAddress(request, trusts))
  server.decorate('shapeErrorsBelow', (base: string, below: ErrorShape) => void shapes.set(`${base}/`, below))
  const charges = new Charges(deps.payers, deps.connections)
  server.decorate('charges', charges)
  server.decorateRequest('actor', null)
  server.decorateRequest('refusal', null)
  server.setErrorHandler(answerError)
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id })
    requireHost(request.raw)
  })
  const { answered } = discardUnreadBodies(server)
  // Before whatever may refuse a request, so that pages of other origins can read the refusal.
  await allowOrigins(server, settings)
  server.addHook('onRequest', async (request, reply) => {
    if (isPlainBody(request.raw)) return
    // RFC 9110 §12.5.3: which codings would be taken.
    reply.header('accept-encoding', 'identity')
    throw new AppError('unsupported_media_type', { detail: 'The body must not be compressed' })
  })
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

/** Answers whatever a route throws in that shape. */
export const errorHandler =
  (parts: ErrorParts) =>
  (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void =>
    sendError(parts, thrown, request, reply)

interface ErrorParts {
  readonly log: Log
  readonly errors: ErrorShape
  /** For what is refused before any hook has set them: a path that cannot be decoded. */
  readonly headers?: Readonly<Record<string, string>>
}

function sendError(
  { log, errors, headers: basis = {} }: ErrorParts,
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
    .headers({ ...basis, ...headers, 'x-request-id': request.id })
    .send(JSON.stringify(body))
}
