// One HTTP exchange: JSON there, JSON or an error back. It knows neither tokens nor routes.
import type { ErrorCode } from '@parley/protocol'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Clock } from '../types.ts'

/** An exchange that takes longer, in milliseconds, is given up. */
const usualPatience = 30_000

export interface Exchange {
  readonly method: string
  /** From the root of the server, with the query string. */
  readonly path: string
  readonly body?: unknown
  /** In place of `body`, as `multipart/form-data`. */
  readonly form?: FormData
  /** Milliseconds after which it is given up; half a minute unless told otherwise. */
  readonly patience?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Whether cookies go along. */
  readonly credentials: 'include' | 'omit'
}

/**
 * The decoded body of the answer, null if it has none. Rejects with `ParleyError` for an error of the server, with
 * `ConnectionError` if there was no answer.
 */
export type Transport = (exchange: Exchange) => Promise<unknown>

export interface TransportPorts {
  /** Without a slash at the end. */
  readonly origin: string
  /** In place of the host's. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly clock: Clock
}

export const createTransport = ({ origin, fetch, clock }: TransportPorts): Transport => {
  const exchangeOnce = async (exchange: Exchange): Promise<{ response: Response; text: string }> => {
    const abort = new AbortController()
    const request = requestOf(exchange)
    const timer = clock.setTimeout(() => abort.abort(), exchange.patience ?? usualPatience)
    try {
      const response = await (fetch ?? globalThis.fetch)(origin + exchange.path, {
        ...request,
        signal: abort.signal,
      })
      return { response, text: await response.text() }
    } catch (cause) {
      if (abort.signal.aborted) throw new ConnectionError('No answer in time', { cause })
      // The request was made by `requestOf`: what is left to fail in the host's own fetch is the network.
      if (fetch !== undefined && !isNetworkFailure(cause)) throw cause
      throw new ConnectionError('The server could not be reached', { cause })
    } finally {
      clock.clearTimeout(timer)
    }
  }

  return async (exchange) => {
    const { response, text } = await exchangeOnce(exchange)
    const body = decode(text)
    if (!response.ok) throw problemOf(response.status, body)
    if (body === undefined) throw new ConnectionError('The answer was cut off or is not of this server')
    return body
  }
}

/** Throws what is wrong with it: a body that is no JSON, a header that none may be. */
const requestOf = ({ method, credentials, headers, body, form }: Exchange): RequestInit => ({
  method,
  credentials,
  headers: new Headers({
    accept: 'application/json, application/problem+json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }),
  // The type of a form, which names its boundary, is set by fetch.
  ...(form === undefined ? {} : { body: form }),
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

/** How engines word the `TypeError` of a fetch without a network; they have no class for it. */
const networkMessages = new Set([
  'Failed to fetch', // Chromium
  'network error', // Chromium, while the body comes
  'Load failed', // Safari
  'The Internet connection appears to be offline.', // Safari before 17
  'Network request failed', // React Native
  'fetch failed', // Node
  'terminated', // Node, while the body comes
])
const isOfFirefox = (message: string) => message.startsWith('NetworkError when attempting to fetch')

/** Tells the failure of an application's own fetch to reach the server from a fault in it, which may be a `TypeError` too. */
const isNetworkFailure = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if (error.name === 'AbortError' || error.name === 'TimeoutError' || error.name === 'NetworkError')
    return true
  return error instanceof TypeError && (networkMessages.has(error.message) || isOfFirefox(error.message))
}

/** Null for no body, undefined for one that is no JSON. */
const decode = (text: string): unknown => {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What to make of an error that something before the server answered, by its status. */
const codeOfStatus = (status: number): ErrorCode => {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 413) return 'payload_too_large'
  if (status === 429) return 'rate_limited'
  if (status === 500) return 'internal'
  return status > 500 ? 'unavailable' : 'invalid_request'
}

const problemOf = (status: number, body: unknown): ParleyError => {
  if (typeof body === 'object' && body !== null && 'code' in body && 'retryable' in body) {
    return new ParleyError({
      ...(body as ConstructorParameters<typeof ParleyError>[0]),
      status,
    })
  }
  return new ParleyError({
    code: codeOfStatus(status),
    status,
    detail: `The answer ${status} did not come from Parley`,
    retryable: status === 429 || status >= 500,
  })
}
