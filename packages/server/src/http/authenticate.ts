// Finds out who asks, before anything else of the request is looked at.
import type { FastifyRequest } from 'fastify'
import { requireClaimed } from '../core/accounts/login-session.ts'
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'
import { claimedUserOf } from './client-info.ts'
import { type CookiePolicy, cookieNames, readCredentials, schemeOf } from './credentials.ts'
import { requireOwnOrigin } from './origins.ts'

/** What this door needs of the core's session guard. */
export interface Authenticator {
  /** Throws `unauthenticated` or `session_revoked`. */
  authenticate(accessToken: string): Promise<Actor>
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * The actor of a request. A cookie is sent by the browser whoever's page asks: with one, a call that changes something must
 * come from an own origin, else `origin_refused`. One that says whose it is must be: else `other_account`.
 */
export async function authenticate(
  sessions: Authenticator,
  policy: CookiePolicy,
  request: FastifyRequest,
): Promise<Actor> {
  const credentials = readCredentials(
    request.headers,
    cookieNames(policy, schemeOf(policy, request.protocol)),
  )
  if (credentials.kind === 'none') throw new AppError('unauthenticated')
  if (credentials.kind === 'cookie' && !safeMethods.has(request.method)) {
    requireOwnOrigin(policy, request, request.host)
  }
  const actor = await sessions.authenticate(credentials.accessToken)
  requireClaimed({ claimedUserId: claimedUserOf(request.headers) }, actor.userId)
  return actor
}
