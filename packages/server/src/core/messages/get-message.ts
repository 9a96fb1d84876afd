// One message, with the profile that it refers to.
import type { Id, Message, User } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Storage } from '../ports.ts'
import { usersOf } from '../users-of.ts'

export interface ShownMessage {
  readonly message: Message
  readonly users: User[]
}

/** Members of its chat. Throws `not_found`. */
export async function getMessage(
  ports: { readonly storage: Storage },
  actor: Actor,
  messageId: Id,
): Promise<ShownMessage> {
  const { message } = await requireMessage(ports.storage.stores, actor, messageId)
  return { message, users: await usersOf(ports.storage.stores, [message.sender_id]) }
}

/**
 * A message as a command gave it, not as it may have become since. Whatever the command did is done: when the profile cannot be read,
 * the answer is without it.
 */
export async function withSender(
  ports: { readonly storage: Storage },
  message: Message,
): Promise<ShownMessage> {
  const users = await usersOf(ports.storage.stores, [message.sender_id]).catch(() => [])
  return { message, users }
}
