// Tokens in HttpOnly cookies, for browsers: pages can use them and never read them.
import { accessCookie } from '@parley/protocol/openapi'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Login } from '../core/accounts/login-session.ts'
import { readCookie } from './credentials.ts'
import { type OriginPolicy, requireOwnOrigin } from './origins.ts'

export const refreshCookie = 'parley_refresh'

/** Sent to these calls alone, so that the long-lived token travels as rarely as possible. */
const refreshPath = '/api/v1/auth'

/** The cookies of one request and its answer. Setting them needs `@fastify/cookie` on the server. */
export interface AuthCookies {
  /** The refresh token that came as a cookie. */
  readonly refreshToken: string | null
  /** Throws `origin_refused` when the page that asks is not one that may use or get cookies. */
  requireOwnOrigin(): void
  set(login: Login): void
  clear(): void
}

export function authCookies(policy: OriginPolicy, request: FastifyRequest, reply: FastifyReply): AuthCookies {
  const secure = request.protocol === 'https' || (policy.publicUrl?.startsWith('https:') ?? false)
  const access = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const
  const refresh = { httpOnly: true, sameSite: 'strict', path: refreshPath, secure } as const
  return {
    refreshToken: readCookie(request.headers, refreshCookie),
    requireOwnOrigin: () => requireOwnOrigin(policy, request.headers, request.host),
    set(login) {
      reply.setCookie(accessCookie, login.accessToken, { ...access, maxAge: login.expiresIn })
      reply.setCookie(refreshCookie, login.refreshToken, { ...refresh, expires: login.refreshExpiresAt })
    },
    clear() {
      reply.setCookie(accessCookie, '', { ...access, maxAge: 0 })
      reply.setCookie(refreshCookie, '', { ...refresh, maxAge: 0 })
    },
  }
}
