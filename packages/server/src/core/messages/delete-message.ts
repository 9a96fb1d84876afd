// Deletes a message for everyone and leaves a tombstone.
import type { Id, Message } from '@parley/protocol'
import { requireMessageLocked } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type ReleasePorts, releaseFiles } from '../files/release-files.ts'
import type { Clock } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/**
 * The sender, and owner and admins of a group unless the door's contract lets the sender alone. Its files go with it, unless something else uses them. Throws `not_found`,
 * `forbidden`. Deleting again changes nothing.
 */
export async function deleteMessage(
  ports: ReleasePorts & CommitPorts & { readonly clock: Clock },
  actor: Actor,
  messageId: Id,
  { who = 'sender and admins' }: { readonly who?: 'sender' | 'sender and admins' } = {},
): Promise<Message> {
  const { erased, files } = await commit(ports, async (stores, emit) => {
    const { chat, message, member } = await requireMessageLocked(stores, actor, messageId)
    const mayModerate = who === 'sender and admins' && member.role !== 'member'
    if (message.sender_id !== actor.userId && !mayModerate) throw new AppError('forbidden')
    if (message.deleted_at !== null) {
      ports.reconciler.found(chat.id, chat.version)
      return { erased: message, files: [] }
    }
    const erased = await stores.messages.erase(message, ports.clock.now())
    emit({
      audience: { kind: 'chat', chat_id: message.chat_id },
      event: { type: 'message_deleted', chat_id: message.chat_id, version: erased.version, message: erased },
    })
    return { erased, files: message.files }
  })
  await releaseFiles(
    ports,
    files.map((file) => file.id),
  )
  return erased
}
