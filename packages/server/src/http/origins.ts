// Which web pages may use a person's cookies. A page cannot forge the headers read here; programs that can have no one else's cookies.
import { AppError } from '../core/errors.ts'
import { type Caller, isOnOwnMachine } from './own-machine.ts'

export interface OriginPolicy {
  readonly publicUrl: string | null
  readonly allowedOrigins: readonly string[]
  /** Their pages may call from the server's own machine alone. */
  readonly ownMachineOrigins?: readonly string[]
}

/**
 * Throws `origin_refused` unless the request comes from a page of this server (by the address it was called at, or the public
 * one) or of an allowed origin. Without `Origin` only `Sec-Fetch-Site: same-origin` will do. `host` is the address called.
 */
export function requireOwnOrigin(policy: OriginPolicy, request: Caller, host: string): void {
  const { origin, ...headers } = request.headers
  if (origin === undefined) {
    if (headers['sec-fetch-site'] === 'same-origin') return
    throw new AppError('origin_refused')
  }
  if (isOwnOrigin(origin, host) || isNamedOrigin(policy, request, origin)) return
  if (policy.publicUrl === null || new URL(policy.publicUrl).origin !== origin)
    throw new AppError('origin_refused')
}

/** Whether the operator named the origin, or it is one for this machine and the request is made here. */
export function isNamedOrigin(
  { allowedOrigins, ownMachineOrigins = [] }: Pick<OriginPolicy, 'allowedOrigins' | 'ownMachineOrigins'>,
  request: Caller,
  origin: string,
): boolean {
  return allowedOrigins.includes(origin) || (ownMachineOrigins.includes(origin) && isOnOwnMachine(request))
}

/** By host alone: behind a proxy that ends TLS the server does not know the scheme that the page was loaded with. */
function isOwnOrigin(origin: string, host: string): boolean {
  const from = parseUrl(origin)
  if (from === null || (from.protocol !== 'http:' && from.protocol !== 'https:')) return false
  if (!isPlainHost(host)) return false
  // With the origin's scheme, so that its default port may be written or left out.
  return from.origin === origin && parseUrl(`${from.protocol}//${host}`)?.origin === from.origin
}

/** Name or address with an optional port, and nothing that would change the meaning of a URL or a header around it. */
export const isPlainHost = (host: string): boolean => /^[\w.:[\]-]+$/.test(host)

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
