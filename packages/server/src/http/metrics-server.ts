// The figures for Prometheus, on a port of their own: they have no login, and no proxy that publishes the messenger leads to them.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from '../observability/metrics.ts'

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** Milliseconds, in all: a scrape is one short request. */
const patience = 10_000

/** Answers `GET /metrics` and nothing else. Rejects when the port cannot be had. */
export async function serveMetrics(
  metrics: Pick<Metrics, 'expose'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const server: Server = createServer(
    { requestTimeout: patience, keepAliveTimeout: patience },
    (request, response) => {
      const isAsked = request.method === 'GET' && request.url === '/metrics'
      if (!isAsked) return void response.writeHead(404).end()
      metrics.expose().then(
        ({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
