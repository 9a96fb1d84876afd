// Where a request came from, for the list of sessions and for rate limits.
import type { FastifyRequest } from 'fastify'
import { type ClientInfo, canonicalDoor } from '../core/accounts/login-session.ts'
import type { AuthCookies } from './auth-cookies.ts'

export const clientOf = (
  { server, raw, headers }: FastifyRequest,
  { deviceToken }: Pick<AuthCookies, 'deviceToken'>,
  door = canonicalDoor,
): ClientInfo => ({
  ip: server.clientAddress(raw),
  door,
  userAgent: headers['user-agent'] ?? '',
  ...(deviceToken === null ? {} : { deviceToken }),
})
