// What the server counts, in its own words; only this file knows that Prometheus reads it.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

interface HttpObservation {
  readonly method: string
  /** The route's pattern, never the raw path: labels must stay few. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface Metrics {
  httpAnswered(observation: HttpObservation): void
  socketOpened(): void
  /** `code` is the close code that ended the socket. */
  socketClosed(code: number): void
  /** A frame that a client sent, by its type; `invalid` for what was none. */
  frameReceived(type: string): void
  /** Frames handed to sockets. */
  delivered(frames: number): void
  /** A socket was ended because it did not take its bytes. */
  slowConsumer(): void
  /** What became of a send. */
  sent(outcome: 'created' | 'stored' | 'refused'): void
  /** Messages of a batch that was committed together. */
  batchWritten(size: number): void
  /** Everything in the text format of Prometheus, with its content type. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** A registry of its own, so that two servers in one process do not count for each other. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const http = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name, help, labelNames, registers })
  const sockets = new Gauge({ name: 'parley_sockets', help: 'Live sockets', registers })
  const closes = counter('parley_socket_closes_total', 'Sockets that ended, by close code', ['code'])
  const frames = counter('parley_frames_received_total', 'Frames of clients, by type', ['type'])
  const deliveries = counter('parley_frames_delivered_total', 'Frames handed to sockets')
  const slow = counter('parley_slow_consumers_total', 'Sockets ended because they did not take their bytes')
  const sends = counter('parley_sends_total', 'Messages that clients sent, by outcome', ['outcome'])
  const batches = new Histogram({
    name: 'parley_message_batch_size',
    help: 'Messages written in one commit',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  })
  return {
    httpAnswered: ({ method, route, status, seconds }) => http.observe({ method, route, status }, seconds),
    socketOpened: () => sockets.inc(),
    socketClosed(code) {
      sockets.dec()
      closes.inc({ code: String(code) })
    },
    frameReceived: (type) => frames.inc({ type }),
    delivered: (count) => deliveries.inc(count),
    slowConsumer: () => slow.inc(),
    sent: (outcome) => sends.inc({ outcome }),
    batchWritten: (size) => batches.observe(size),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
