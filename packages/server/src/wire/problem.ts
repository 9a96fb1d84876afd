// Errors as HTTP answers: RFC 9457 problem details, and the headers that belong to a code. Both doors make them here: HTTP, also for what
// is no request, and the socket for handshakes that it refuses.
import type { Writable } from 'node:stream'
import { errorRow, type Problem } from '@parley/protocol'
import type { AppError } from '../core/errors.ts'

export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/**
 * The answer for an error. `status` replaces the code's own where HTTP has a more exact one than the table of codes (408, 431);
 * the title is then HTTP's.
 */
export function problemOf(error: AppError, requestId: string, status?: number): ProblemAnswer {
  const row = errorRow(error.code)
  const title = status === undefined ? row.title : reasonPhrase(status) || row.title
  return {
    status: status ?? row.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...headersOf(error),
    },
    body: {
      type: `/problems/${error.code}`,
      title,
      status: status ?? row.status,
      detail: error.data.detail ?? title,
      code: error.code,
      retryable: row.retryable,
      request_id: requestId,
      ...(error.data.errors === undefined
        ? {}
        : { errors: error.data.errors.map(({ path, message }) => ({ path, message })) }),
    },
  }
}

/** Writes the answer by hand, where there is no request that a framework could answer, and ends this side of the connection. */
export function endWithProblem(socket: Writable, { status, headers, body }: ProblemAnswer): void {
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...headers,
    'x-content-type-options': 'nosniff',
    'x-request-id': body.request_id,
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines.join('')}\r\n${text}`)
}

function headersOf(error: AppError): Record<string, string> {
  const row = errorRow(error.code)
  // RFC 9110 §15.5.2 wants a challenge with every 401.
  if (row.status === 401) return { 'www-authenticate': 'Bearer realm="parley"' }
  // RFC 9110 §15.5.17: how much there is.
  if (row.status === 416) return { 'content-range': `bytes */${error.data.size ?? '*'}` }
  if (![429, 503, 507].includes(row.status)) return {}
  const seconds = Math.max(1, Math.ceil(error.data.retryAfter ?? 1))
  const headers: Record<string, string> = { 'retry-after': String(seconds) }
  if (row.status === 429) {
    // draft-ietf-httpapi-ratelimit-headers: what is left of the quota, and when there is more.
    headers.ratelimit = `"default";r=0;t=${seconds}`
    if (error.data.limit !== undefined) headers['ratelimit-policy'] = `"default";q=${error.data.limit}`
  }
  return headers
}

/**
 * What HTTP calls a status (RFC 9110 §15); empty for one that has no name. An ES import of node:http touches all that it exports, which
 * makes Node load its fetch and WebSocket: 70 ms and 3 MB for what this server never uses.
 */
const reasonPhrase = (status: number): string =>
  process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''
