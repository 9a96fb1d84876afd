// What a client needs on connecting to stand where the server stands.
import type { Id, Me, SyncAnswer } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Actor, Clock, Storage, Stores } from '../ports.ts'
import { peopleOfChats, sendersOf, usersOf } from '../users-of.ts'
import type { Changes } from './store.ts'

/** chat id → the version up to which the client holds every change. */
export type Versions = Readonly<Record<Id, number>>

export interface Resumed extends SyncAnswer {
  readonly user: Me
  readonly session_id: Id
}

/**
 * The chat list and everything that changed since the versions. The session is looked up here again, after the socket is
 * known to the hub, so that a revocation between login and now is not missed. Throws `session_revoked`.
 */
export async function resume(
  ports: { readonly storage: Storage; readonly clock: Clock },
  actor: Actor,
  versions: Versions,
): Promise<Resumed> {
  const { stores } = ports.storage
  const [live, account, changes] = await Promise.all([
    stores.sessions.isLive(actor.sessionId, ports.clock.now()),
    stores.accounts.find(actor.userId),
    stores.sync.changesSince(actor.userId, versions),
  ])
  if (!live || account === null) throw new AppError('session_revoked')
  return { user: account.me, session_id: actor.sessionId, ...(await withUsers(stores, changes)) }
}

/** The changes with the people whom they name. */
export async function withUsers(stores: Stores, changes: Changes): Promise<SyncAnswer> {
  const ids = new Set<Id>([
    ...peopleOfChats(changes.chats),
    ...sendersOf(changes.messages),
    ...changes.members.map((member) => member.user_id),
  ])
  return { ...changes, users: await usersOf(stores, ids) }
}
