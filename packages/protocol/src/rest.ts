// The route table: every REST call with its schemas. Server, OpenAPI, SDK and the authorisation matrix are made from it.
import type { Static, TSchema } from 'typebox'
import { accountRoutes } from './routes/accounts.ts'
import { chatRoutes } from './routes/chats.ts'
import { fileRoutes } from './routes/files.ts'
import { messageRoutes } from './routes/messages.ts'
import type { ContentAnswer, Route } from './routes/route.ts'
import { syncRoutes } from './routes/sync.ts'

export { AuthAnswer } from './routes/accounts.ts'
export { CreateDirect, CreateGroup } from './routes/chats.ts'
export { SendBody } from './routes/messages.ts'
export {
  type ContentAnswer,
  isContent,
  type Method,
  type Route,
  type RouteAuth,
  type Upload,
} from './routes/route.ts'
export { type SyncAnswer, SyncFields, VersionMap } from './routes/sync.ts'

export const routes = {
  ...accountRoutes,
  ...chatRoutes,
  ...messageRoutes,
  ...fileRoutes,
  ...syncRoutes,
} as const satisfies Record<string, Route>

export type Routes = typeof routes
export type RouteName = keyof Routes

type StaticOr<S, Otherwise> = S extends ContentAnswer ? Otherwise : S extends TSchema ? Static<S> : Otherwise
type Part<R, K extends 'params' | 'query' | 'body'> = R extends { readonly [P in K]: infer S }
  ? StaticOr<S, undefined>
  : undefined

/** The types of a call's parts by its name in the table; a part that the call does not have is `undefined`. */
export type RouteParams<N extends RouteName> = Part<Routes[N], 'params'>
export type RouteQuery<N extends RouteName> = Part<Routes[N], 'query'>
export type RouteBody<N extends RouteName> = Part<Routes[N], 'body'>
export type RouteAnswer<N extends RouteName> = {
  [S in keyof Routes[N]['answers']]: StaticOr<Routes[N]['answers'][S], null>
}[keyof Routes[N]['answers']]
