// Tells the others in a chat that someone is typing. Passing: nothing is stored.
import type { Id } from '@parley/protocol'
import { requireMember } from '../access.ts'
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'

/** Throws `not_found`, `posting_restricted` for those who may not post, `rate_limited`. */
export async function sendTyping(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly rateLimiter: RateLimiter },
  actor: Actor,
  chatId: Id,
): Promise<void> {
  requireRate(ports.rateLimiter, 'typing', actor.userId)
  const { chat, member } = await requireMember(ports.storage.stores, actor, chatId)
  if (chat.posting === 'admins' && member.role === 'member') throw new AppError('posting_restricted')
  ports.bus.publish([
    {
      audience: { kind: 'chat', chat_id: chatId, except_user_id: actor.userId },
      event: { type: 'typing', chat_id: chatId, user_id: actor.userId },
    },
  ])
}
