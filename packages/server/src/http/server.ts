// The HTTP door: the API of the route table, its documentation, health, and the web app.
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Payers } from '../core/payers.ts'
import type { Log, Ports } from '../core/ports.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Authenticator } from './authenticate.ts'
import { type BareServerDeps, createBareServer } from './bare-server.ts'
import type { RouteDeps } from './call.ts'
import { registerDocs } from './docs.ts'
import { type HealthDeps, registerHealth } from './health.ts'
import { registerRoutes } from './register-routes.ts'
import { handlers } from './routes/handlers.ts'
import type { HttpSettings } from './settings.ts'
import { registerWeb } from './web.ts'

export interface HttpDeps {
  readonly ports: Ports
  readonly sessions: Authenticator
  readonly settings: HttpSettings
  readonly log: Log
  readonly metrics: Pick<Metrics, 'httpAnswered'>
  readonly leastFree: HealthDeps['leastFree']
  readonly payers: Payers
  readonly connections?: NonNullable<BareServerDeps['connections']>
  /** True from the moment that the server means to stop. */
  isDraining(): boolean
  readonly seedDemo?: NonNullable<RouteDeps['seedDemo']>
}

/**
 * Everything registered, nothing listening yet: routes may still be added, and whoever serves sockets adds its listener for
 * `upgrade` to `server` before `listen`. `close()` finishes the requests in hand and closes all other connections.
 */
export async function createHttpServer(deps: HttpDeps): Promise<FastifyInstance> {
  const { ports, sessions, settings, log, metrics, payers, seedDemo } = deps
  const server = await createBareServer({ ...deps, settings, log, metrics, payers })
  await server.register(fastifyStatic, { serve: false, index: false, dotfiles: 'deny', preCompressed: true })
  const routeDeps = seedDemo === undefined ? { ports } : { ports, seedDemo }
  await registerRoutes(server, { routeDeps, sessions, settings }, handlers)
  registerHealth(server, {
    storage: ports.storage,
    leastFree: deps.leastFree,
    isDraining: () => deps.isDraining(),
  })
  registerDocs(server)
  if (settings.webRoot !== null) await registerWeb(server, settings.webRoot)
  return server
}
