// Deletes a message for everyone and leaves a tombstone.
import type { Id, Message } from '@parley/protocol'
import { requireMessageLocked } from '../access.ts'
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Clock, Storage } from '../ports.ts'
import { commit } from '../transaction.ts'

/** The sender, and owner and admins of a group. Throws `not_found`, `forbidden`. Deleting again changes nothing. */
export async function deleteMessage(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly clock: Clock },
  actor: Actor,
  messageId: Id,
): Promise<Message> {
  return commit(ports, async (stores, emit) => {
    const { message, member } = await requireMessageLocked(stores, actor, messageId)
    if (message.sender_id !== actor.userId && member.role === 'member') throw new AppError('forbidden')
    if (message.deleted_at !== null) return message
    const { version } = await stores.chats.advance(message.chat_id, { memberCount: 0 })
    const erased = await stores.messages.erase(message, ports.clock.now(), version)
    emit({
      audience: { kind: 'chat', chat_id: message.chat_id },
      event: { type: 'message_deleted', chat_id: message.chat_id, version, message: erased },
    })
    return erased
  })
}
