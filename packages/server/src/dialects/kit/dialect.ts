// What a dialect is made of: a table of routes, a table of sockets, and a few facts. It translates between another messenger's contract and the core;
// everything it decides is the shape of things.
import type { Deed } from '../../core/accounts/require-proof.ts'
import type { Actor } from '../../core/actor.ts'
import type { CookieNames } from '../../http/credentials.ts'
import type { DialectContext } from './context.ts'
import type { DemoData } from './demo.ts'
import type { ErrorMap } from './errors.ts'
import type { DialectRoute } from './route.ts'
import type { DialectSocket } from './socket.ts'

export interface Dialect {
  readonly name: string
  readonly title: string
  /** For the documentation, in Markdown. */
  readonly description: string
  readonly routes: readonly DialectRoute[]
  readonly sockets: readonly DialectSocket[]
  readonly errors: ErrorMap
  /** Before `errors`, for requests that carry no bearer token: contracts tell them from those whose token is no good. */
  readonly withoutToken?: ErrorMap
  /** What the contract promises that needs a proof elsewhere: only sessions of the dialect's own login may do it without one. */
  readonly deeds?: readonly Deed[]
  /** Every path also answers below these. */
  readonly prefixes?: readonly string[]
  /** Its documentation is also below these. */
  readonly documentedBelow?: readonly string[]
  /** For contracts that keep tokens in cookies. */
  readonly cookies?: CookieNames
  /** For contracts that come with test data: `parley demo --like <name>` writes it. */
  readonly demo?: DemoData
  /** For contracts with pages: on a port of its own the web app is there too, with the API that it needs. */
  readonly pages?: DialectPages
}

/** The web app under a contract's addresses. */
export interface DialectPages {
  /**
   * The contract's page → the web app's, parameters in braces. Below a base they lead to the main web app; on a port of its
   * own the app itself is under all of them.
   */
  readonly addresses: Readonly<Record<string, string>>
  /** For browsers without scripts, on a port of its own: the content of such a page, all texts escaped; null for none. */
  plain(context: DialectContext, visit: PageVisit): Promise<string | null>
}

export interface PageVisit {
  /** Without a slash at the end; `/` for the root. */
  readonly path: string
  readonly query: URLSearchParams
  readonly language: 'en' | 'ru'
  /** Null for strangers. */
  readonly actor: Actor | null
}
