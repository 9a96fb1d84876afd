// Former texts of an edited message.
import type { Id, Revision } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'

/** Members of its chat; the oldest first; none once deleted. Throws `not_found`. */
export async function listRevisions(
  ports: { readonly storage: Storage },
  actor: Actor,
  messageId: Id,
): Promise<Revision[]> {
  const { stores } = ports.storage
  const { message } = await requireMessage(stores, actor, messageId)
  return stores.messages.revisions(message.chat_id, message.id)
}
