// The HTTP side of a handshake: which door takes it, and the answer when none does.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, errorRow, type Problem } from '@parley/protocol'
import { reasonPhrase } from '../wire/reason-phrases.ts'

/** Takes handshakes of some paths. */
export interface UpgradeDoor {
  /** `path` is without the query. */
  accepts(path: string): boolean
  /** Owns the socket from here on, and answers it whatever happens. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** Gives each handshake to the first door that accepts its path, 404 to the rest. */
export function routeUpgrades(
  server: Server,
  doors: readonly UpgradeDoor[],
  newRequestId: () => string,
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const door = doors.find((candidate) => candidate.accepts(path))
    if (door === undefined) refuseUpgrade(socket, 'not_found', newRequestId())
    else door.open(request, socket, head)
  })
}

/** Answers a handshake with problem+json (RFC 9457) and ends the socket. */
export function refuseUpgrade(
  socket: Duplex,
  code: ErrorCode,
  requestId: string,
  detail = errorRow(code).title,
): void {
  const { status, title, retryable } = errorRow(code)
  const problem: Problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    retryable,
    request_id: requestId,
  }
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${reasonPhrase(status)}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ]
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
