// What every change of a password does, however it was allowed.

import type { Actor } from '../actor.ts'
import type { Envelope } from '../events.ts'
import type { Clock, Stores } from '../ports.ts'
import { sessionRevoked } from './revoke-session.ts'

/** Writes the hash and ends every session but the actor's own. Expects the account locked, as logins wait for it. */
export async function writePassword(
  { clock }: { readonly clock: Clock },
  stores: Stores,
  emit: (envelope: Envelope) => void,
  { userId, sessionId }: Actor,
  passwordHash: string,
): Promise<void> {
  await stores.accounts.update(userId, { passwordHash })
  const ended = await stores.sessions.revoke(userId, { except: sessionId }, clock.now())
  for (const id of ended) emit(sessionRevoked(userId, id))
}
