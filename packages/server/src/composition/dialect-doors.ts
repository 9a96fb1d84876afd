// Opens the doors of the dialects: below /compat on the main server, and each at the root of a port of its own where the operator
// wants that.
import type { AddressInfo } from 'node:net'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { dialects } from '../dialects/all.ts'
import type { Dialect, DialectPages } from '../dialects/kit/dialect.ts'
import { errorAnswer } from '../dialects/kit/errors.ts'
import { contextOf, type DialectDeps, mountDialect, withCookies } from '../dialects/kit/mount.ts'
import { appAddresses, pageDecorator } from '../dialects/kit/pages.ts'
import { type BareServerDeps, createBareServer, errorHandler } from '../http/bare-server.ts'
import type { RouteDeps } from '../http/call.ts'
import { registerRoutes } from '../http/register-routes.ts'
import { handlers } from '../http/routes/handlers.ts'
import type { HttpSettings } from '../http/settings.ts'
import { registerWeb } from '../http/web.ts'
import type { Metrics } from '../observability/metrics.ts'
import { problemOf } from '../wire/problem.ts'
import type { Gateway } from '../ws/gateway.ts'
import type { SocketProtocol } from '../ws/socket-protocol.ts'

export interface DialectSettings {
  /** Names of the dialects below /compat. */
  readonly enabled: readonly string[]
  /** Dialect → its own port; 0 takes a free one. */
  readonly ports: Readonly<Record<string, number>>
}

export interface DoorDeps extends Omit<DialectDeps, 'policy'> {
  readonly settings: HttpSettings
  readonly metrics: Pick<Metrics, 'httpAnswered'>
  readonly connections: NonNullable<BareServerDeps['connections']>
  readonly routeDeps: RouteDeps
  /** The canonical protocol for a server with these settings. */
  readonly canonical: (settings: HttpSettings) => SocketProtocol
}

export const dialectNames = dialects.map((dialect) => dialect.name)

/** The sockets' protocols of all enabled dialects, once their routes are on the server. */
export async function mountDialects(
  server: FastifyInstance,
  deps: DoorDeps,
  { enabled }: DialectSettings,
): Promise<SocketProtocol[]> {
  const protocols: SocketProtocol[] = []
  for (const dialect of dialects.filter(({ name }) => enabled.includes(name))) {
    const mounted = await mountDialect(
      server,
      { ...deps, policy: deps.settings },
      dialect,
      `/compat/${dialect.name}`,
    )
    protocols.push(...mounted)
  }
  return protocols
}

export interface DialectServer {
  readonly name: string
  readonly server: FastifyInstance
  listen(host: string): Promise<number>
}

/** A server for each dialect with a port of its own; none listens yet. */
export async function createDialectServers(
  deps: DoorDeps,
  gateway: Gateway,
  { ports }: DialectSettings,
): Promise<DialectServer[]> {
  const servers: DialectServer[] = []
  for (const dialect of dialects) {
    const port = ports[dialect.name]
    if (port === undefined) continue
    const server = await createDialectServer(deps, gateway, dialect)
    const listen = async (host: string): Promise<number> => {
      await server.listen({ host, port, backlog: 4096 })
      return (server.server.address() as AddressInfo).port
    }
    servers.push({ name: dialect.name, server, listen })
  }
  return servers
}

async function createDialectServer(
  deps: DoorDeps,
  gateway: Gateway,
  dialect: Dialect,
): Promise<FastifyInstance> {
  const { log, metrics } = deps
  const settings =
    dialect.cookies === undefined ? deps.settings : withCookies(deps.settings, dialect.cookies, '')
  const server = await createBareServer({
    settings,
    log,
    metrics,
    payers: deps.payers,
    connections: deps.connections,
    errors: (error) => errorAnswer(error, [dialect.errors]),
  })
  await server.register(fastifyStatic, { serve: false, index: false, dotfiles: 'deny', preCompressed: true })
  const protocols = await mountDialect(server, { ...deps, policy: settings }, dialect, '')
  if (dialect.pages !== undefined) {
    await serveWebApp(server, { ...deps, settings }, dialect, dialect.pages)
    protocols.push(deps.canonical(settings))
  }
  gateway.attach(server.server, protocols)
  return server
}

/** The web app with the API that it needs, whose errors it knows; its cookies are the dialect's. */
async function serveWebApp(
  server: FastifyInstance,
  deps: DoorDeps,
  dialect: Dialect,
  pages: DialectPages,
): Promise<void> {
  const { settings, sessions, routeDeps, log } = deps
  await server.register(async (scope) => {
    scope.setErrorHandler(errorHandler({ log, errors: problemOf }))
    await registerRoutes(scope, { routeDeps, sessions, settings }, handlers)
  })
  if (settings.webRoot === null) return
  const context = contextOf(deps, dialect, '')
  await registerWeb(server, settings.webRoot, {
    pages: appAddresses(pages),
    decorate: pageDecorator({ context, name: dialect.name, pages, sessions, policy: settings, log }),
  })
}
