// What a person set for a chat for themselves alone; takes no version of the chat.
import type { Id, Preferences, RouteBody } from '@parley/protocol'
import { requireMember } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { readTime } from '../time.ts'
import { type CommitPorts, commit } from '../transaction.ts'

/** Throws `not_found`, `invalid_request` for no such time, `rate_limited`. Told to the actor's other devices. */
export async function updatePreferences(
  ports: CommitPorts & { readonly clock: Clock; readonly rateLimiter: RateLimiter },
  actor: Actor,
  chatId: Id,
  change: RouteBody<'updatePreferences'>,
): Promise<Preferences> {
  requireRate(ports.rateLimiter, 'changePreferences', actor.userId)
  const { muted_until, ...flags } = change
  const mutedUntil = typeof muted_until === 'string' ? readTime(muted_until, '/muted_until') : muted_until
  return commit(ports, async (stores, emit) => {
    // The membership outlives a chat that was deleted.
    await requireMember(stores, actor, chatId)
    const preferences = await stores.chats.updatePreferences(
      chatId,
      actor.userId,
      { ...flags, ...(mutedUntil === undefined ? {} : { mutedUntil }) },
      ports.clock.now(),
    )
    if (preferences === null) throw new AppError('not_found')
    emit({
      audience: { kind: 'member', chat_id: chatId, user_id: actor.userId },
      event: { type: 'preferences_updated', chat_id: chatId, preferences },
    })
    return preferences
  })
}
