// Tells the others in a chat that someone is typing. Passing: nothing is stored.
import type { Id } from '@parley/protocol'
import { requireMayPost } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Bus } from '../events.ts'
import type { Storage } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'

/** Throws `not_found`, `posting_restricted` for those who may not post, `rate_limited`. */
export async function sendTyping(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly rateLimiter: RateLimiter },
  actor: Actor,
  chatId: Id,
): Promise<void> {
  requireRate(ports.rateLimiter, 'typing', actor.userId)
  await requireMayPost(ports.storage.stores, actor, chatId)
  ports.bus.publish([
    {
      audience: { kind: 'chat', chat_id: chatId, except_user_id: actor.userId },
      event: { type: 'typing', chat_id: chatId, user_id: actor.userId },
    },
  ])
}
