// Where a request came from, for the list of sessions and for rate limits.
import type { FastifyRequest } from 'fastify'
import type { ClientInfo } from '../core/accounts/login-session.ts'

export const clientOf = ({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): ClientInfo => ({
  // An IPv4 address as such, also where the server listens on IPv6 and sees it mapped (RFC 4291 §2.5.5.2).
  ip: ip.replace(/^::ffff:(?=\d+\.)/, ''),
  userAgent: headers['user-agent'] ?? '',
})
