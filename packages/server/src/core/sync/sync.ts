// What changed in some chats, for a client that noticed a hole.
import type { SyncAnswer } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import type { Versions } from './store.ts'

/** Everything in the named chats that is newer than the version given for each. */
export const sync = (
  ports: { readonly storage: Storage },
  actor: Actor,
  versions: Versions,
): Promise<SyncAnswer> => ports.storage.stores.sync.changesOf(actor.userId, versions)
