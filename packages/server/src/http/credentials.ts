// Where a request says who it is: a bearer token in the header, or the access token in a cookie.
import type { IncomingHttpHeaders } from 'node:http'
import { accessCookie } from '@parley/protocol/openapi'
import { AppError } from '../core/errors.ts'
import { type OriginPolicy, requireOwnOrigin } from './origins.ts'
import type { Caller } from './own-machine.ts'

/** What the cookies that carry tokens are called. */
export interface CookieNames {
  readonly access: string
  readonly refresh: string
  /** The refresh token is sent to these calls alone, so that the long-lived token travels as rarely as possible. */
  readonly refreshPath: string
}

export const canonicalCookies: CookieNames = {
  access: accessCookie,
  refresh: 'parley_refresh',
  refreshPath: '/api/v1/auth',
}

/** Who may use cookies, and which; the canonical ones if it does not say. */
export interface CookiePolicy extends OriginPolicy {
  readonly cookies?: CookieNames
}

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'header' | 'cookie'; readonly accessToken: string }

/** The header wins. Throws `unauthenticated` for a header that is no bearer token, rather than falling back to a cookie. */
export function readCredentials(
  headers: IncomingHttpHeaders,
  { access }: CookieNames = canonicalCookies,
): Credentials {
  if (headers.authorization !== undefined) {
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(headers.authorization)?.[1]
    if (token === undefined) throw new AppError('unauthenticated')
    return { kind: 'header', accessToken: token }
  }
  const cookie = readCookie(headers, access)
  return cookie === null ? { kind: 'none' } : { kind: 'cookie', accessToken: cookie }
}

/** The first cookie of that name, as it is: tokens need no decoding. Null when there is none or it is empty. */
export function readCookie(headers: IncomingHttpHeaders, name: string): string | null {
  const pair = headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) || null
}

export type UpgradeCredentials =
  | { readonly kind: 'token'; readonly accessToken: string }
  /** The socket must say a token in `hello`. */
  | { readonly kind: 'none' }

/**
 * For the socket's handshake, which pages of any origin may attempt. A cookie counts only from pages of an own origin: throws
 * `origin_refused` otherwise, and `unauthenticated` as `readCredentials` does.
 */
export function authenticateUpgrade(
  request: Caller,
  policy: CookiePolicy & { readonly trustProxy: boolean | string | readonly string[] },
): UpgradeCredentials {
  const credentials = readCredentials(request.headers, policy.cookies)
  if (credentials.kind === 'none') return credentials
  if (credentials.kind === 'cookie') {
    requireOwnOrigin(policy, request, hostOf(request.headers, policy.trustProxy !== false))
  }
  return { kind: 'token', accessToken: credentials.accessToken }
}

/** The address called. Only a program, not a page, can send a false `X-Forwarded-Host`, and a program has no one else's cookies. */
function hostOf(headers: IncomingHttpHeaders, behindProxy: boolean): string {
  const forwarded = behindProxy ? headers['x-forwarded-host'] : undefined
  const last = [forwarded ?? []].flat().join(',').split(',').at(-1)?.trim()
  return last || (headers.host ?? '')
}
