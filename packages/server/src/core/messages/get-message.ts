// One message.
import type { Id, Message, User } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor, Storage } from '../ports.ts'
import { usersOf } from '../users-of.ts'

/** Members of its chat. Throws `not_found`. */
export async function getMessage(
  ports: { readonly storage: Storage },
  actor: Actor,
  messageId: Id,
): Promise<{ readonly message: Message; readonly users: User[] }> {
  const { stores } = ports.storage
  const { message } = await requireMessage(stores, actor, messageId)
  return { message, users: await usersOf(stores, [message.sender_id]) }
}
