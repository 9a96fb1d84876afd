// Puts a dialect on a server: its routes, its documentation, and its sockets for the gateway.
import type { FastifyInstance } from 'fastify'
import type { Actor } from '../../core/actor.ts'
import type { EntityCache } from '../../core/entity-cache/entity-cache.ts'
import type { Payers } from '../../core/payers.ts'
import type { Log, Ports } from '../../core/ports.ts'
import type { CookiePolicy, UpgradePolicy } from '../../http/credentials.ts'
import { registerReaders } from '../../http/docs.ts'
import type { Realtime } from '../../realtime/realtime.ts'
import type { SocketProtocol } from '../../ws/socket-protocol.ts'
import type { DialectContext } from './context.ts'
import type { Dialect } from './dialect.ts'
import { errorAnswer } from './errors.ts'
import { registerDialect } from './http.ts'
import { openapiOf } from './openapi.ts'
import { dialectProtocols } from './protocol.ts'

export interface DialectDeps {
  readonly ports: Ports
  readonly entities: EntityCache
  readonly sessions: { authenticate(accessToken: string): Promise<Actor> }
  readonly realtime: Pick<Realtime, 'join'>
  readonly policy: UpgradePolicy
  readonly payers: Payers
  readonly log: Log
}

/** `base` is empty for the root of a port of its own. Needs `reply.sendFile`. */
export async function mountDialect(
  server: FastifyInstance,
  deps: DialectDeps,
  dialect: Dialect,
  base: string,
): Promise<SocketProtocol[]> {
  const policy = dialect.cookies === undefined ? deps.policy : withCookies(deps.policy, dialect.cookies, base)
  const context = contextOf(deps, dialect, base)
  const besideCanonical = base === '' && dialect.pages !== undefined
  // Unknown paths and methods, and paths that cannot be decoded, reach no route of the dialect.
  if (base !== '') server.shapeErrorsBelow(base, (error) => errorAnswer(error, [dialect.errors]))
  // Nothing but a token lets anybody in, which a page has to have: it is a client like any program.
  if (dialect.cookies === undefined) server.allowAnyHeaderBelow(base)
  await registerDialect(server, { ...deps, dialect, context, policy, besideCanonical })
  for (const below of ['', ...(dialect.documentedBelow ?? [])]) {
    registerReaders(server, { base: base + below, title: dialect.title }, () => openapiOf(dialect, base))
  }
  return dialectProtocols({
    ...deps,
    dialect,
    context,
    policy,
    authenticate: (token) => deps.sessions.authenticate(token),
  })
}

export const contextOf = (
  { ports, entities }: Pick<DialectDeps, 'ports' | 'entities'>,
  { name, deeds = [] }: Dialect,
  base: string,
): DialectContext => ({
  ports,
  entities,
  base,
  proof: { kind: 'contract', contract: { door: name, deeds } },
})

/** The dialect's cookies, its refresh token sent below the base alone. */
export function withCookies<Policy extends CookiePolicy>(
  policy: Policy,
  cookies: NonNullable<Dialect['cookies']>,
  base: string,
): Policy {
  return { ...policy, cookies: { ...cookies, refreshPath: base + cookies.refreshPath } }
}
