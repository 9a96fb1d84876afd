// What changed in some chats, for a client that noticed a hole.
import type { SyncAnswer } from '@parley/protocol'
import type { Actor, Storage } from '../ports.ts'
import { type Versions, withUsers } from './resume.ts'

/** Everything in the named chats that is newer than the version given for each. */
export async function sync(
  ports: { readonly storage: Storage },
  actor: Actor,
  versions: Versions,
): Promise<SyncAnswer> {
  const { stores } = ports.storage
  return withUsers(stores, await stores.sync.changesOf(actor.userId, versions))
}
