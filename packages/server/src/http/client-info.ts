// Where a request came from, for the list of sessions and for rate limits.
import type { IncomingHttpHeaders } from 'node:http'
import { userHeader } from '@parley/protocol/openapi'
import type { FastifyRequest } from 'fastify'
import { type ClientInfo, canonicalDoor } from '../core/accounts/login-session.ts'
import type { AuthCookies } from './auth-cookies.ts'

/** Of a call that says whose it is. */
export const claimedUserOf = (headers: IncomingHttpHeaders): string | undefined =>
  [headers[userHeader] ?? []].flat().join().toLowerCase() || undefined

export const clientOf = (
  { server, raw, headers }: FastifyRequest,
  { deviceToken }: Pick<AuthCookies, 'deviceToken'>,
  door = canonicalDoor,
): ClientInfo => ({
  ip: server.clientAddress(raw),
  door,
  userAgent: headers['user-agent'] ?? '',
  ...(headers[userHeader] === undefined ? {} : { claimedUserId: claimedUserOf(headers) }),
  ...(deviceToken === null ? {} : { deviceToken }),
})
