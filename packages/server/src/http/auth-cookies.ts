// Tokens in HttpOnly cookies, for browsers: pages can use them and never read them.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DeviceLogin } from '../core/accounts/device-token.ts'
import type { Login } from '../core/accounts/login-session.ts'
import {
  type CookieNames,
  type CookiePolicy,
  cookieNames,
  plainNames,
  readCookie,
  schemeOf,
} from './credentials.ts'
import { requireOwnOrigin } from './origins.ts'

/** The cookies of one request and its answer. Setting them needs `@fastify/cookie` on the server. */
export interface AuthCookies {
  /** The refresh token that came as a cookie. */
  readonly refreshToken: string | null
  /** What makes the device known at a login. */
  readonly deviceToken: string | null
  /** Throws `origin_refused` when the page that asks is not one that may use or get cookies. */
  requireOwnOrigin(): void
  set(login: Login | DeviceLogin): void
  setDevice(token: string): void
  /** The session's; the device stays known. */
  clear(): void
}

/** Seconds that a device is remembered; browsers keep no cookie much longer. */
const deviceAge = 365 * 24 * 3600

export function authCookies(policy: CookiePolicy, request: FastifyRequest, reply: FastifyReply): AuthCookies {
  const scheme = schemeOf(policy, request.protocol)
  const names = cookieNames(policy, scheme)
  const former = scheme === 'https' ? formerNames(policy, request) : null
  const secure = scheme === 'https'
  const access = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const
  const kept = { httpOnly: true, sameSite: 'strict', path: names.refreshPath, secure } as const

  const setDevice = (token: string): void => {
    reply.setCookie(names.device, token, { ...kept, maxAge: deviceAge })
  }
  const clear = (names: CookieNames): void => {
    reply.setCookie(names.access, '', { ...access, maxAge: 0 })
    reply.setCookie(names.refresh, '', { ...kept, path: names.refreshPath, maxAge: 0 })
  }
  return {
    refreshToken:
      readCookie(request.headers, names.refresh) ?? (former && readCookie(request.headers, former.refresh)),
    deviceToken: readCookie(request.headers, names.device),
    requireOwnOrigin: () => requireOwnOrigin(policy, request, request.host),
    set(login) {
      reply.setCookie(names.access, login.accessToken, { ...access, maxAge: login.expiresIn })
      reply.setCookie(names.refresh, login.refreshToken, { ...kept, expires: login.refreshExpiresAt })
      if ('deviceToken' in login) setDevice(login.deviceToken)
      if (former !== null) clear(former)
    },
    setDevice,
    clear() {
      clear(names)
      if (former !== null) clear(former)
    },
  }
}

/**
 * The names that cookies had before those of TLS, where the request has any: a session from then goes on, because its refresh token is
 * taken by the old name too. The answer takes the old cookies back, so that this happens once.
 */
function formerNames(policy: CookiePolicy, { headers }: FastifyRequest): CookieNames | null {
  const former = plainNames(policy)
  const isThere = readCookie(headers, former.access) !== null || readCookie(headers, former.refresh) !== null
  return isThere ? former : null
}
