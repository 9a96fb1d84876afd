// Typed REST by the name of the route: fills the path, adds the token, and renews it once when it was refused.
import type { RouteAnswer, RouteName } from '@parley/protocol'
import { ConnectionError, ParleyError } from '../errors.ts'
import type { Call, UploadName } from '../types.ts'
import { type Auth, SessionOver } from './auth.ts'
import { routePaths } from './route-paths.ts'
import type { Exchange, Transport } from './transport.ts'

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

/** An upload may take this long, in milliseconds: the server is as patient. */
const uploadPatience = 30 * 60 * 1000

/** Sends a form to one of the calls that take a file. */
export type UploadCall = <N extends UploadName>(name: N, form: FormData) => Promise<RouteAnswer<N>>

type Ask = Pick<Exchange, 'method' | 'path' | 'body' | 'form' | 'patience'>

export const createCall = (ports: CallPorts): { readonly call: Call; readonly upload: UploadCall } => {
  const { transport, auth } = ports

  const ask = (exchange: Ask): Promise<unknown> =>
    transport({ ...exchange, headers: auth.headers(), credentials: auth.fetchCredentials })

  /** A GET that found the network broken is asked once more at once: it may have met a connection just closed. */
  const askAgain = async (exchange: Ask): Promise<unknown> => {
    try {
      return await ask(exchange)
    } catch (error) {
      if (exchange.method !== 'GET' || !(error instanceof ConnectionError)) throw error
      return await ask(exchange)
    }
  }

  const askRenewing = async (exchange: Ask): Promise<unknown> => {
    const seen = auth.renewals
    try {
      return await askAgain(exchange)
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'other_account') ports.onOver(error.code)
      if (!(error instanceof ParleyError) || error.code !== 'unauthenticated') throw error
      try {
        await auth.renew(seen)
      } catch (failure) {
        if (!(failure instanceof SessionOver)) throw failure
        ports.onOver(failure.reason)
        throw error
      }
      return await askAgain(exchange)
    }
  }

  const askRoute = async (name: RouteName, parts: CallParts, more: Partial<Ask>): Promise<unknown> => {
    const [method = '', template = ''] = routePaths[name].split(' ')
    const asked = ports.moment()
    const answer = await askRenewing({ method, path: fill(template, parts), body: parts.body, ...more })
    ports.absorb(name, parts, answer, asked)
    return answer
  }
  const call = (name: RouteName, parts: CallParts = {}) => askRoute(name, parts, {})
  const upload = (name: UploadName, form: FormData) => askRoute(name, {}, { form, patience: uploadPatience })
  return { call: call as Call, upload: upload as UploadCall }
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
