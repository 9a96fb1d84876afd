// The actor's own place in a chat.
import type { Id } from '@parley/protocol'
import { requireMember } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import type { Membership } from './store.ts'

/** Members only. Throws `not_found`. */
export async function getMembership(
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
): Promise<Membership> {
  return requireMember(ports.storage.stores, actor, chatId)
}
