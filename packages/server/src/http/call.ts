// The shape of route handlers, from the protocol's table: a handler that is missing, or answers otherwise than the table says, does
// not compile.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type {
  ContentAnswer,
  RouteAnswer,
  RouteAuth,
  RouteBody,
  RouteName,
  RouteParams,
  RouteQuery,
  Routes,
  Upload,
} from '@parley/protocol'
import type { Static, TSchema } from 'typebox'
import type { ClientInfo } from '../core/accounts/login-session.ts'
import type { Actor } from '../core/actor.ts'
import type { AppError } from '../core/errors.ts'
import type { IncomingFile } from '../core/files/upload-file.ts'
import type { Ports } from '../core/ports.ts'
import type { AuthCookies } from './auth-cookies.ts'

type ActorOf<A extends RouteAuth> = A extends 'user' ? Actor : A extends 'optional' ? Actor | null : null

/** A request whose parts fit their schemas. */
export interface Call<N extends RouteName> {
  readonly params: RouteParams<N>
  readonly query: RouteQuery<N>
  readonly body: RouteBody<N>
  /** Not yet read but for its name. */
  readonly upload: Routes[N] extends { readonly upload: Upload } ? IncomingFile : undefined
  readonly actor: ActorOf<Routes[N]['auth']>
  /** Why there is no actor where one is optional. */
  readonly refusal: AppError | null
  readonly client: ClientInfo
  readonly headers: IncomingHttpHeaders
  readonly cookies: AuthCookies
}

type BodyOf<S> = S extends ContentAnswer ? Readable : S extends TSchema ? Static<S> : null

/** One of the success statuses of the table, with the body that belongs to it; 204 has `null`. */
export type Answer<N extends RouteName> = {
  [S in keyof Routes[N]['answers']]: {
    readonly status: S
    readonly body: BodyOf<Routes[N]['answers'][S]>
    readonly headers?: Readonly<Record<string, string>>
  }
}[keyof Routes[N]['answers']]

/** What handlers work with. They translate; commands of the core decide. */
export interface RouteDeps {
  readonly ports: Ports
  /** Fills the server with demo data; gives undefined to those who may not. */
  readonly seedDemo?: (request: RouteBody<'seedDemo'>) => Promise<RouteAnswer<'seedDemo'> | undefined>
}

type Handler<N extends RouteName> = (deps: RouteDeps, call: Call<N>) => Promise<Answer<N>>

export type Handlers = { readonly [N in RouteName]: Handler<N> }
