// Whose presence a person may see.
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'

/** Those of the people who share a chat with the actor, and the actor. Strangers are left out without a word. */
export async function watchable(
  ports: { readonly storage: Storage },
  actor: Pick<Actor, 'userId'>,
  userIds: readonly Id[],
): Promise<Id[]> {
  const others = userIds.filter((id) => id !== actor.userId)
  const acquainted =
    others.length === 0 ? [] : await ports.storage.stores.members.acquainted(actor.userId, others)
  return others.length === userIds.length ? acquainted : [actor.userId, ...acquainted]
}
