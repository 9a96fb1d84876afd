// Changes the text of one's own message.
import type { Id, Message } from '@parley/protocol'
import { requireMessageLocked } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { requireText } from './text.ts'

/** Throws `not_found`, `forbidden`, `deleted` and those of the text. The same text again changes nothing. */
export async function editMessage(
  ports: CommitPorts & {
    readonly clock: Clock
    readonly rateLimiter: RateLimiter
  },
  actor: Actor,
  messageId: Id,
  text: string,
): Promise<Message> {
  requireRate(ports.rateLimiter, 'editMessage', actor.userId)
  requireText(text)
  return commit(ports, async (stores, emit) => {
    const { chat, message } = await requireMessageLocked(stores, actor, messageId)
    if (message.sender_id !== actor.userId) throw new AppError('forbidden')
    if (message.deleted_at !== null) throw new AppError('deleted')
    if (message.text === text) {
      ports.reconciler.found(chat.id, chat.version)
      return message
    }
    const edited = await stores.messages.edit(message, text, ports.clock.now())
    emit({
      audience: { kind: 'chat', chat_id: message.chat_id },
      event: { type: 'message_updated', chat_id: message.chat_id, version: edited.version, message: edited },
    })
    return edited
  })
}
