// What a client needs on connecting to stand where the server stands.
import type { Id, Me, SyncAnswer } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, Storage } from '../ports.ts'
import type { Versions } from './store.ts'

export interface Resumed extends SyncAnswer {
  readonly user: Me
  readonly session_id: Id
}

/**
 * The chat list and everything that changed since the versions. The session is looked up here, after the socket is known to
 * the hub, so that a revocation between login and now is not missed. Throws `session_revoked`.
 */
export async function resume(
  ports: { readonly storage: Storage; readonly clock: Clock },
  actor: Actor,
  versions: Versions,
): Promise<Resumed> {
  const resumed = await ports.storage.stores.sync.resume(actor, ports.clock.now(), versions)
  if (resumed === null) throw new AppError('session_revoked')
  return { user: resumed.me, session_id: actor.sessionId, ...resumed.changes }
}
