// Typed REST by the name of the route: fills the path, adds the token, and renews it once when it was refused.
import type { RouteName } from '@parley/protocol'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Call } from '../types.ts'
import { type Auth, SessionOver } from './auth.ts'
import { routePaths } from './route-paths.ts'
import type { Transport } from './transport.ts'

type Values = Readonly<Record<string, string | number | boolean | undefined>>

/** The parts of any call; `Call` gives each its exact type. */
export interface CallParts {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Values
  readonly body?: unknown
}

export interface CallPorts {
  readonly transport: Transport
  readonly auth: Auth
  /** The moment of asking, in whatever the absorber understands. */
  readonly moment: () => number
  /** Sees every answer before the caller does. */
  readonly absorb: (name: RouteName, parts: CallParts, answer: unknown, asked: number) => void
  /** The session is over: no call will succeed any more. */
  readonly onOver: (reason: string) => void
}

export const createCall = (ports: CallPorts): Call => {
  const { transport, auth } = ports

  const ask = (method: string, path: string, body: unknown): Promise<unknown> =>
    transport({ method, path, body, headers: auth.headers(), credentials: auth.fetchCredentials })

  /** A GET that found the network broken is asked once more at once: it may have met a connection just closed. */
  const askAgain = async (method: string, path: string, body: unknown): Promise<unknown> => {
    try {
      return await ask(method, path, body)
    } catch (error) {
      if (method !== 'GET' || !(error instanceof ConnectionError)) throw error
      return await ask(method, path, body)
    }
  }

  const askRenewing = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const seen = auth.renewals
    try {
      return await askAgain(method, path, body)
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'unauthenticated') throw error
      try {
        await auth.renew(seen)
      } catch (failure) {
        if (!(failure instanceof SessionOver)) throw failure
        ports.onOver(failure.reason)
        throw error
      }
      return await askAgain(method, path, body)
    }
  }

  const call = async (name: RouteName, parts: CallParts = {}): Promise<unknown> => {
    const [method = '', template = ''] = routePaths[name].split(' ')
    const asked = ports.moment()
    const answer = await askRenewing(method, fill(template, parts), parts.body)
    ports.absorb(name, parts, answer, asked)
    return answer
  }
  return call as Call
}

/** The path with its parameters filled in and the query behind it. */
export const fill = (template: string, { params = {}, query = {} }: CallParts): string => {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value))
  }
  return search.size === 0 ? path : `${path}?${search}`
}
