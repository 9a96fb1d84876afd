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
  readonly device: string
  /** Where the refresh token and the device's are sent: to as few calls as possible, because they live long. */
  readonly refreshPath: string
}

export const canonicalCookies: CookieNames = {
  access: accessCookie,
  refresh: 'parley_refresh',
  device: 'parley_device',
  refreshPath: '/api/v1/auth',
}

/**
 * Where people come by TLS. Browsers keep a cookie of such a name only from this very host, by TLS and for all its paths (RFC 6265bis
 * §4.1.3.2), so that no other host of the same domain can put one of its own in its place.
 */
const ofThisHost = ({ access, refresh, device }: CookieNames): CookieNames => ({
  access: `__Host-${access}`,
  refresh: `__Host-${refresh}`,
  device: `__Host-${device}`,
  refreshPath: '/',
})

/** Who may use cookies, and which; the canonical ones, which are others by TLS, if it does not say. */
export interface CookiePolicy extends OriginPolicy {
  readonly cookies?: CookieNames
}

/** How people come to the server, which may be behind a proxy that ends TLS. `called` is how this request came. */
export const schemeOf = ({ publicUrl }: OriginPolicy, called: string): 'http' | 'https' =>
  called === 'https' || publicUrl?.startsWith('https:') ? 'https' : 'http'

/** The same names without TLS, which cookies had before there was any. */
export const plainNames = ({ cookies = canonicalCookies }: CookiePolicy): CookieNames => cookies

export const cookieNames = (policy: CookiePolicy, scheme: 'http' | 'https'): CookieNames =>
  scheme === 'https' ? ofThisHost(plainNames(policy)) : plainNames(policy)

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'header' | 'cookie'; readonly accessToken: string }

/** The header wins. Throws `unauthenticated` for a header that is no bearer token, rather than falling back to a cookie. */
export function readCredentials(
  headers: IncomingHttpHeaders,
  { access }: Pick<CookieNames, 'access'>,
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

/** `trustProxy` as in HttpSettings. */
export interface UpgradePolicy extends CookiePolicy {
  readonly trustProxy: boolean | string | readonly string[]
}

export type UpgradeCredentials =
  | { readonly kind: 'token'; readonly accessToken: string }
  /** The socket must say a token in `hello`. */
  | { readonly kind: 'none' }

/**
 * For the socket's handshake, which pages of any origin may attempt. A cookie counts only from pages of an own origin: throws
 * `origin_refused` otherwise, and `unauthenticated` as `readCredentials` does.
 */
export function authenticateUpgrade(request: Caller, policy: UpgradePolicy): UpgradeCredentials {
  const { headers } = request
  const { host, names } = calledAt(request, policy)
  const credentials = readCredentials(headers, names)
  if (credentials.kind === 'none') return credentials
  if (credentials.kind === 'cookie') requireOwnOrigin(policy, request, host)
  return { kind: 'token', accessToken: credentials.accessToken }
}

/**
 * The host that a handshake called, and what the cookies are called there, as the trusted proxy says where there is one. Only a program,
 * not a page, can send a false `X-Forwarded-Host`, and a program has no one else's cookies.
 */
export function calledAt(
  { headers }: Caller,
  policy: UpgradePolicy,
): { readonly host: string; readonly names: CookieNames } {
  const forwarded = (name: 'proto' | 'host'): string =>
    policy.trustProxy === false ? '' : lastOf(headers[`x-forwarded-${name}`])
  return {
    host: forwarded('host') || (headers.host ?? ''),
    names: cookieNames(policy, schemeOf(policy, forwarded('proto') || 'http')),
  }
}

/** What the nearest proxy wrote. */
const lastOf = (header: string | readonly string[] | undefined): string =>
  [header ?? []].flat().join(',').split(',').at(-1)?.trim() ?? ''
