// What must be right in the head of any request, before it is known what it asks for.
import type { IncomingMessage } from 'node:http'
import { AppError } from '../core/errors.ts'

type Head = Pick<IncomingMessage, 'httpVersion' | 'headers' | 'rawHeaders'>

/**
 * Throws `invalid_request` unless the request says once which host it means (RFC 9112 §3.2): with two, whoever stands in front may have
 * looked at the other one. HTTP/1.0 may say none.
 */
export function requireHost({ httpVersion, headers, rawHeaders }: Head): void {
  if (headers.host === undefined) {
    if (httpVersion === '1.1') throw new AppError('invalid_request', { detail: 'The Host header is missing' })
    return
  }
  let count = 0
  // Names and values by turns; Node's `headers` keeps the first alone.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'host') count += 1
  }
  if (count > 1) throw new AppError('invalid_request', { detail: 'There is more than one Host header' })
}

/** Whether the body is sent as it is. Nothing is unpacked here: a few bytes could become gigabytes. */
export const isPlainBody = ({ headers }: Head): boolean =>
  ['', 'identity'].includes(headers['content-encoding']?.trim().toLowerCase() ?? '')

/** Whether the request wants to become a WebSocket. All other offers of protocols may be overlooked (RFC 9110 §7.8). */
export const wantsWebSocket = ({ headers }: Head): boolean =>
  headers.upgrade?.trim().toLowerCase() === 'websocket'
