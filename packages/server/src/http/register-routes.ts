// Turns the protocol's route table into routes of the server.
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import { baseCost, errorRow, type Route, type RouteName, routes, sizeCost } from '@parley/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { IncomingFile } from '../core/files/upload-file.ts'
import { decodeJson } from '../wire/json.ts'
import { authCookies } from './auth-cookies.ts'
import { type Authenticator, authenticate } from './authenticate.ts'
import { bodyBytesOf } from './body-bytes.ts'
import type { Answer, Call, Handlers, RouteDeps } from './call.ts'
import { clientOf } from './client-info.ts'
import type { CookiePolicy } from './credentials.ts'
import { compileRoute, type RouteChecks } from './route-checks.ts'
import { anonymousBodyBytes } from './settings.ts'
import { acceptUploads, readUpload, uploadBodyBytes } from './uploads.ts'

export interface RegisterDeps {
  readonly routeDeps: RouteDeps
  readonly sessions: Authenticator
  readonly settings: CookiePolicy & { readonly checkAnswers: boolean }
}

const routeNames = Object.keys(routes) as RouteName[]

const takesUpload = (name: RouteName): boolean => (routes[name] as Route).upload !== undefined

/** Registers every route that has a handler, in scopes of their own: in one bodies are JSON and nothing else, in the other files. */
export async function registerRoutes(
  server: FastifyInstance,
  deps: RegisterDeps,
  handlers: Partial<Handlers>,
): Promise<void> {
  await server.register(async (scope) => {
    await scope.register(cookie, { hook: false })
    // Decoded when the actor is known, in handle: strangers cannot make the server parse.
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
      body.length === 0 ? undefined : body,
    )
    for (const name of routeNames.filter((name) => !takesUpload(name))) {
      registerRoute(scope, deps, handlers, name)
    }
  })
  await server.register(async (scope) => {
    await scope.register(cookie, { hook: false })
    await acceptUploads(scope)
    for (const name of routeNames.filter(takesUpload)) registerRoute(scope, deps, handlers, name)
  })
}

function registerRoute<N extends RouteName>(
  server: FastifyInstance,
  deps: RegisterDeps,
  handlers: Partial<Handlers>,
  name: N,
): void {
  const handler: Partial<Handlers>[N] = handlers[name]
  if (handler === undefined) return
  const route: Route = routes[name]
  const { method, path, auth, cost, upload } = route
  const checks = compileRoute(name)
  const { charges } = server
  server.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: bodyLimitOf(route),
    config: { pays: 'itself' },
    onRequest: async (request, reply) => {
      if (auth === 'user') {
        await charges.identify(request, reply, () => authenticate(deps.sessions, deps.settings, request))
      }
      if (auth === 'optional') await authenticateIfPossible(deps, request)
      await charges.take(request, reply, baseCost(cost))
    },
    handler: async (request, reply) => {
      const carryOut = async (): Promise<Answer<N>> => {
        const incoming = upload === undefined ? undefined : await readUpload(request, upload)
        await charges.takeBody(request, reply)
        const call = readCall(checks, deps.settings, request, reply, incoming)
        await charges.take(request, reply, sizeCost(cost, call.query, call.body))
        const work = () => handler(deps.routeDeps, call)
        // An upload takes as long as its sender does, and mostly waits for the network.
        return upload === undefined ? charges.run(request, work) : work()
      }
      const answer = await (upload === undefined ? carryOut() : charges.upload(request, reply, carryOut))
      if (deps.settings.checkAnswers) checks.answer(Number(answer.status), answer.body)
      return send(request, reply, answer)
    },
  })
}

async function authenticateIfPossible(
  { sessions, settings }: RegisterDeps,
  request: FastifyRequest,
): Promise<void> {
  try {
    request.actor = await authenticate(sessions, settings, request)
  } catch (error) {
    if (!(error instanceof AppError) || errorRow(error.code).status !== 401) throw error
    request.refusal = error
  }
}

function bodyLimitOf({ auth, body, upload }: Route): number {
  if (upload !== undefined) return uploadBodyBytes(upload.maxBytes)
  return auth === 'user' ? bodyBytesOf(body) : anonymousBodyBytes
}

function readCall<N extends RouteName>(
  checks: RouteChecks<N>,
  policy: CookiePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
  incoming: IncomingFile | undefined,
): Call<N> {
  const { url = '' } = request.raw
  const at = url.indexOf('?')
  const { body } = request
  const cookies = authCookies(policy, request, reply)
  return {
    params: checks.params(request.params),
    query: checks.query(at < 0 ? '' : url.slice(at + 1)),
    body: checks.body(body instanceof Uint8Array ? decodeJson(body) : undefined),
    // Read for exactly the routes that take one.
    upload: incoming as Call<N>['upload'],
    // onRequest has set it for exactly the routes that want it.
    actor: request.actor as Call<N>['actor'],
    refusal: request.refusal,
    client: clientOf(request, cookies),
    headers: request.headers,
    cookies,
  }
}

function send<N extends RouteName>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer<N>,
): FastifyReply {
  reply.code(Number(answer.status)).headers({ ...answer.headers })
  const body: unknown = answer.body
  if (body === null) return reply.send()
  if (!(body instanceof Readable)) {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
  }
  if (request.method !== 'HEAD') return reply.send(body)
  // Fastify would read it to its end.
  body.destroy()
  return reply.send(Readable.from([]))
}
