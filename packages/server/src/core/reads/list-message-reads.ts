// Who has read a message.
import type { Id, MessageRead, User } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import { usersOf } from '../users-of.ts'

/** Members of its chat. Throws `not_found`. */
export async function listMessageReads(
  ports: { readonly storage: Storage },
  actor: Actor,
  messageId: Id,
): Promise<{ readonly items: MessageRead[]; readonly users: User[] }> {
  const { stores } = ports.storage
  const { message } = await requireMessage(stores, actor, messageId)
  const items = await stores.reads.readersOf(message.chat_id, message.seq, message.sender_id)
  const users = await usersOf(
    stores,
    items.map((item) => item.user_id),
  )
  return { items, users }
}
