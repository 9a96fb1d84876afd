// Adds a file to a message that was sent already, for doors whose contract does it in this order.
import { type Id, limits, type Message } from '@parley/protocol'
import { requireMessageLocked } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/**
 * The sender, with an own file. Throws `not_found`, `forbidden`, `deleted`, `invalid_files`, `too_many_files`, `rate_limited`.
 * A file that the message has already changes nothing.
 */
export async function attachFile(
  ports: CommitPorts & {
    readonly rateLimiter: RateLimiter
  },
  actor: Actor,
  messageId: Id,
  fileId: Id,
): Promise<Message> {
  requireRate(ports.rateLimiter, 'editMessage', actor.userId)
  return commit(ports, async (stores, emit) => {
    const { chat, message } = await requireMessageLocked(stores, actor, messageId)
    if (message.sender_id !== actor.userId) throw new AppError('forbidden')
    if (message.deleted_at !== null) throw new AppError('deleted')
    if (message.files.some((file) => file.id === fileId)) {
      ports.reconciler.found(chat.id, chat.version)
      return message
    }
    if (message.files.length >= limits.filesPerMessage) {
      throw new AppError('too_many_files', { limit: limits.filesPerMessage })
    }
    if (!(await stores.files.holdOwn(fileId, actor.userId))) throw new AppError('invalid_files')
    const attached = await stores.messages.attach(message, fileId)
    emit({
      audience: { kind: 'chat', chat_id: message.chat_id },
      event: {
        type: 'message_updated',
        chat_id: message.chat_id,
        version: attached.version,
        message: attached,
      },
    })
    return attached
  })
}
