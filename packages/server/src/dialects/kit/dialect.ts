// What a dialect is made of: a table of routes, a table of sockets, and a few facts. It translates between another messenger's contract and the core;
// everything it decides is the shape of things.
import type { ErrorCode } from '@parley/protocol'
import type { Directory } from '../../core/directory/directory.ts'
import type { Ports } from '../../core/ports.ts'
import type { CookieNames } from '../../http/credentials.ts'
import type { DialectRoute } from './route.ts'
import type { DialectSocket } from './socket.ts'

/** Status and text for an error of the core, where the contract has others than the table of errors. */
export type ErrorMap = Partial<Record<ErrorCode, readonly [status: number, detail: string]>>

/** What routes and sockets work with. */
export interface DialectContext {
  readonly ports: Ports
  readonly directory: Directory
  /** Where the dialect is mounted: `/compat/<name>`, or empty on a port of its own. */
  readonly base: string
}

export interface Dialect {
  readonly name: string
  readonly title: string
  /** For the documentation, in Markdown. */
  readonly description: string
  readonly routes: readonly DialectRoute[]
  readonly sockets: readonly DialectSocket[]
  readonly errors: ErrorMap
  /** Every path also answers below these. */
  readonly prefixes?: readonly string[]
  /** For contracts that keep tokens in cookies. */
  readonly cookies?: CookieNames
  /** On a port of its own the web app is there too, with the API that it needs. */
  readonly servesWeb?: boolean
}
