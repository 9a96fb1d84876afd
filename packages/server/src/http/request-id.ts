// The name of a request in answers and logs.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** A proxy's id is kept only in a form that can do no harm in a log line or a header. */
const safeId = /^[\w.:-]{1,128}$/

/** The id that a proxy gave the request in `X-Request-Id`, or a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && safeId.test(given) ? given : randomUUID()
}
