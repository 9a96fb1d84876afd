// Registers the routes of a dialect on a server: reads requests by their schemas, asks who comes, answers in the contract's shape.
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import { baseCost, errorRow, routes } from '@parley/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import type { IncomingFile } from '../../core/files/upload-file.ts'
import type { Log } from '../../core/ports.ts'
import { authCookies } from '../../http/auth-cookies.ts'
import type { Authenticator } from '../../http/authenticate.ts'
import { bodyBytesOf } from '../../http/body-bytes.ts'
import { clientOf } from '../../http/client-info.ts'
import {
  type CookiePolicy,
  canonicalCookies,
  cookieNames,
  readCredentials,
  schemeOf,
} from '../../http/credentials.ts'
import { appErrorOf } from '../../http/errors.ts'
import { requireOwnOrigin } from '../../http/origins.ts'
import type { Caller } from '../../http/own-machine.ts'
import { setPageHeaders } from '../../http/page-headers.ts'
import { anonymousBodyBytes } from '../../http/settings.ts'
import { acceptUploads, readUpload, uploadBodyBytes } from '../../http/uploads.ts'
import type { DialectContext } from './context.ts'
import { bodyCost, queryCost, routeCost } from './costs.ts'
import type { Dialect } from './dialect.ts'
import { DialectError, errorAnswer } from './errors.ts'
import { pageAfterRefusal, redirectPages } from './pages.ts'
import { compileRequest } from './requests.ts'
import { type DialectAnswer, type DialectCall, type DialectRoute, sent } from './route.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For the errors of a dialect's route. */
    readonly dialectRoute?: DialectRoute
  }
}

export interface DialectHttpDeps {
  readonly dialect: Dialect
  readonly context: DialectContext
  readonly sessions: Authenticator
  readonly policy: CookiePolicy
  readonly log: Log
  /** Where the canonical API is on the same paths, it keeps what its own clients send; see bare-server.ts. */
  readonly besideCanonical: boolean
}

/** In a scope of its own. What is below the base and not in the contract is the server's to refuse, in the dialect's shape. */
export async function registerDialect(server: FastifyInstance, deps: DialectHttpDeps): Promise<void> {
  await server.register(async (scope) => {
    await scope.register(cookie, { hook: false })
    scope.setErrorHandler((thrown, request, reply) => sendError(deps, thrown, request, reply))
    const { file: uploads = [], fields: others = [] } = Object.groupBy(deps.dialect.routes, contentOf)
    // A multipart body is a form, which is read as a whole, or a file, which is read as it comes.
    await scope.register(async (calls) => {
      for (const type of bodyTypes) {
        calls.addContentTypeParser(type, { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body)
      }
      registerRoutes(calls, deps, others)
    })
    await scope.register(async (calls) => {
      if (uploads.length > 0) await acceptUploads(calls)
      registerRoutes(calls, deps, uploads)
    })
    if (deps.dialect.pages !== undefined && deps.context.base !== '') {
      redirectPages(scope, deps.context.base, deps.dialect.pages)
    }
  })
}

const bodyTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

const contentOf = ({ upload }: DialectRoute) => (upload === undefined ? 'fields' : 'file')

function registerRoutes(scope: FastifyInstance, deps: DialectHttpDeps, table: readonly DialectRoute[]): void {
  for (const route of table) {
    for (const prefix of ['', ...(deps.dialect.prefixes ?? [])]) registerRoute(scope, deps, route, prefix)
  }
}

/** Paths without their parameters' names, with the method. */
const shapeOf = (method: string, path: string): string =>
  `${method} ${path.replaceAll(/\{\w+\}/g, '{}').replace(/\/$/, '')}`

const canonicalShapes: ReadonlySet<string> = new Set(
  Object.values(routes).map(({ method, path }) => shapeOf(method, path)),
)

function registerRoute(
  scope: FastifyInstance,
  deps: DialectHttpDeps,
  route: DialectRoute,
  prefix: string,
): void {
  const read = compileRequest(route)
  const cost = routeCost(route)
  const { charges } = scope
  const path = `${deps.context.base}${prefix}${route.path}`.replaceAll(/\{(\w+)\}/g, ':$1')
  const isShared = deps.besideCanonical && canonicalShapes.has(shapeOf(route.method, prefix + route.path))
  scope.route({
    method: route.method,
    // The server takes every path with and without a slash at its end.
    url: path.length > 1 ? path.replace(/\/$/, '') : path,
    bodyLimit: bodyLimitOf(route),
    config: { dialectRoute: route, pays: 'itself' },
    ...(isShared ? { constraints: { client: 'other' } } : {}),
    onRequest: async (request, reply) => {
      requireOwnForm(deps, request)
      if (route.auth === 'user') {
        await charges.identify(request, reply, () => authenticate(deps, route, request))
      }
      if (route.auth === 'maybe') request.actor = await authenticateIfPossible(deps, route, request)
      await charges.take(request, reply, baseCost(cost))
    },
    handler: async (request, reply) => {
      const carryOut = async (): Promise<DialectAnswer | typeof sent> => {
        await charges.takeBody(request, reply)
        const call = await callOf(deps, route, read, request, reply)
        await charges.take(request, reply, queryCost(cost, call.query) + bodyCost(call.body))
        const work = () => route.handle(deps.context, call)
        return route.upload === undefined ? charges.run(request, work) : work()
      }
      const answer = await (route.upload === undefined
        ? carryOut()
        : charges.upload(request, reply, carryOut))
      return answer === sent ? reply : send(deps, reply, answer)
    },
  })
}

function bodyLimitOf({ auth, body, upload }: DialectRoute): number {
  if (upload !== undefined) return uploadBodyBytes(upload.maxBytes)
  return auth === 'user' ? bodyBytesOf(body) : anonymousBodyBytes
}

/** Logging a visitor in or out is not for other people's pages either. */
function requireOwnForm({ dialect, policy }: DialectHttpDeps, request: FastifyRequest): void {
  const usesCookies = dialect.cookies !== undefined && request.headers.authorization === undefined
  if (usesCookies && request.method !== 'GET' && request.method !== 'HEAD') requirePageOfOurs(policy, request)
}

async function authenticateIfPossible(
  deps: DialectHttpDeps,
  route: DialectRoute,
  request: FastifyRequest,
): Promise<Actor | null> {
  try {
    return await authenticate(deps, route, request)
  } catch (error) {
    if (error instanceof AppError && errorRow(error.code).status === 401) return null
    throw error
  }
}

/**
 * A cookie is sent by the browser whoever's page asks, so a page must be an own one. Whoever sends neither `Origin` nor
 * `Sec-Fetch-Site` is no browser, and has no one else's cookies.
 */
async function authenticate(
  deps: DialectHttpDeps,
  route: DialectRoute,
  request: FastifyRequest,
): Promise<Actor> {
  const { policy } = deps
  const inQuery = route.tokenInQuery ? new URLSearchParams(searchOf(request)).get('token') : null
  if (inQuery !== null) return deps.sessions.authenticate(inQuery)
  const credentials = readCredentials(
    request.headers,
    cookieNames(policy, schemeOf(policy, request.protocol)),
  )
  const isCookie = credentials.kind === 'cookie' && deps.dialect.cookies !== undefined
  if (credentials.kind === 'none' || (credentials.kind === 'cookie' && !isCookie)) {
    throw new AppError('unauthenticated')
  }
  return deps.sessions.authenticate(credentials.accessToken)
}

export function requirePageOfOurs(policy: CookiePolicy, request: Caller & { readonly host: string }): void {
  const { headers } = request
  if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) return
  requireOwnOrigin(policy, request, request.host)
}

async function callOf(
  deps: DialectHttpDeps,
  route: DialectRoute,
  read: ReturnType<typeof compileRequest>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<DialectCall<Record<string, unknown>, Record<string, unknown>, unknown>> {
  const values = read({
    params: request.params,
    search: searchOf(request),
    contentType: request.headers['content-type'] ?? '',
    body: request.body instanceof Uint8Array ? request.body : undefined,
  })
  const { actor } = request
  const cookies = authCookies(deps.policy, request, reply)
  const upload = route.upload === undefined ? null : await readUpload(request, route.upload)
  return {
    ...values,
    visitor: actor,
    get actor(): Actor {
      if (actor === null) throw new Error('This route lets anyone in')
      return actor
    },
    get upload(): IncomingFile {
      if (upload === null) throw new Error('This route takes no file')
      return upload
    },
    client: clientOf(request, cookies, deps.dialect.name),
    cookies,
    bearer: bearerOf(request),
    request,
    reply,
  }
}

function searchOf(request: FastifyRequest): string {
  const { url = '' } = request.raw
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** What is no bearer token counts as none: routes without authentication let its sender in too. */
function bearerOf({ headers }: FastifyRequest): string | null {
  if (headers.authorization === undefined) return null
  try {
    const credentials = readCredentials({ authorization: headers.authorization }, canonicalCookies)
    return credentials.kind === 'header' ? credentials.accessToken : null
  } catch {
    return null
  }
}

const jsonType = 'application/json; charset=utf-8'

function send(deps: DialectHttpDeps, reply: FastifyReply, answer: DialectAnswer): FastifyReply {
  reply.code(answer.status).headers(answer.headers ?? {})
  if (answer.location !== undefined) reply.header('location', deps.context.base + answer.location)
  if (answer.file !== undefined) {
    return reply.code(answer.file.status).headers(answer.file.headers).send(answer.file.body)
  }
  if (answer.text !== undefined) {
    if (answer.text.type.startsWith('text/html')) setPageHeaders(reply, { 'style-src': "'unsafe-inline'" })
    return reply.type(answer.text.type).send(answer.text.content)
  }
  if (answer.pieces !== undefined) return reply.type(jsonType).send(Readable.from(answer.pieces))
  if (answer.body === undefined) return reply.send()
  return reply.type(jsonType).send(JSON.stringify(answer.body))
}

function sendError(
  deps: DialectHttpDeps,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = thrown instanceof DialectError ? thrown : appErrorOf(thrown)
  const route = request.routeOptions.config.dialectRoute
  const { errors, withoutToken = {} } = deps.dialect
  const unsaid = /^bearer +\S/i.test(request.headers.authorization ?? '') ? {} : withoutToken
  const { status, headers, body } = errorAnswer(error, [route?.errors ?? {}, unsaid, errors])
  if (status >= 500) {
    const facts = { request_id: request.id, route: request.routeOptions.url ?? 'unknown', err: thrown }
    deps.log.error(facts, 'a request of a dialect failed')
  }
  const page = route === undefined ? null : pageAfterRefusal(route, error, request)
  if (page !== null) {
    reply
      .code(303)
      .header('location', deps.context.base + page)
      .send()
    return
  }
  reply.code(status).headers(headers).type(jsonType).send(JSON.stringify(body))
}
