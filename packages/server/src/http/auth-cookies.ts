// Tokens in HttpOnly cookies, for browsers: pages can use them and never read them.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Login } from '../core/accounts/login-session.ts'
import { type CookiePolicy, canonicalCookies, readCookie } from './credentials.ts'
import { requireOwnOrigin } from './origins.ts'

/** The cookies of one request and its answer. Setting them needs `@fastify/cookie` on the server. */
export interface AuthCookies {
  /** The refresh token that came as a cookie. */
  readonly refreshToken: string | null
  /** Throws `origin_refused` when the page that asks is not one that may use or get cookies. */
  requireOwnOrigin(): void
  set(login: Login): void
  clear(): void
}

export function authCookies(policy: CookiePolicy, request: FastifyRequest, reply: FastifyReply): AuthCookies {
  const names = policy.cookies ?? canonicalCookies
  const secure = request.protocol === 'https' || (policy.publicUrl?.startsWith('https:') ?? false)
  const access = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const
  const refresh = { httpOnly: true, sameSite: 'strict', path: names.refreshPath, secure } as const
  return {
    refreshToken: readCookie(request.headers, names.refresh),
    requireOwnOrigin: () => requireOwnOrigin(policy, request, request.host),
    set(login) {
      reply.setCookie(names.access, login.accessToken, { ...access, maxAge: login.expiresIn })
      reply.setCookie(names.refresh, login.refreshToken, { ...refresh, expires: login.refreshExpiresAt })
    },
    clear() {
      reply.setCookie(names.access, '', { ...access, maxAge: 0 })
      reply.setCookie(names.refresh, '', { ...refresh, maxAge: 0 })
    },
  }
}
