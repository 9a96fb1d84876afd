// Changes what a group is called and how it works.
import type { Id, RouteBody } from '@parley/protocol'
import { requireAdmin, requireGroup, requireMemberLocked } from '../access.ts'
import type { Actor } from '../actor.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { descriptionOf, titleOf } from '../text/given-texts.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { type ChatAnswer, chatAnswer } from './get-chat.ts'

/**
 * Owner and admins. Throws `not_found`, `forbidden`, `direct_chat`, `rate_limited`, `invalid_request` for a title of which nothing can be
 * seen. An empty change takes no version.
 */
export async function updateChat(
  ports: CommitPorts & { readonly rateLimiter: RateLimiter },
  actor: Actor,
  chatId: Id,
  change: RouteBody<'updateChat'>,
): Promise<ChatAnswer> {
  requireRate(ports.rateLimiter, 'changeChat', actor.userId)
  const cleaned = {
    ...change,
    ...(change.title === undefined ? {} : { title: titleOf(change.title) }),
    ...(change.description === undefined ? {} : { description: descriptionOf(change.description) }),
  }
  return commit(ports, async (stores, emit) => {
    const { chat, member } = await requireMemberLocked(stores, actor, chatId)
    requireGroup(chat)
    requireAdmin(member)
    if (Object.keys(change).length > 0) {
      const updated = await stores.chats.update(chatId, cleaned)
      emit({
        audience: { kind: 'chat', chat_id: chatId },
        event: { type: 'chat_updated', chat_id: chatId, version: updated.version, chat: updated },
      })
    }
    return chatAnswer(stores, actor, chatId)
  })
}
