// A line for every request, and its time for the metrics. Neither holds a raw path or a query: those can carry secrets.
import type { FastifyInstance } from 'fastify'
import type { Log } from '../core/ports.ts'
import type { Metrics } from '../observability/metrics.ts'

/** Asked every few seconds by machines; at `info` they would drown everything else. */
const machinePaths: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Rule P14. Logs method, route, status, milliseconds, request id, the address it came from and, once known, who asked. */
export function logRequests(server: FastifyInstance, log: Log, metrics: Pick<Metrics, 'httpAnswered'>): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const { method } = request
    const status = reply.statusCode
    metrics.httpAnswered({ method, route, status, seconds: reply.elapsedTime / 1000 })
    const line = {
      method,
      route,
      status,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      request_id: request.id,
      ip: server.clientAddress(request.raw),
      ...(request.actor === null ? {} : { user_id: request.actor.userId }),
    }
    if (machinePaths.has(route)) log.debug(line, 'request')
    else log.info(line, 'request')
  })
}
