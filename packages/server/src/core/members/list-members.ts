// Who is in a chat.
import { type Id, limits, type Member, type User } from '@parley/protocol'
import { requireMember } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Page } from '../page.ts'
import type { Storage } from '../ports.ts'
import { usersOf } from '../users-of.ts'

/** Members only. Throws `not_found`. */
export async function listMembers(
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
  filter: { readonly limit?: number; readonly cursor?: string },
): Promise<Page<Member> & { readonly users: User[] }> {
  const { stores } = ports.storage
  await requireMember(stores, actor, chatId)
  const page = await stores.members.list(chatId, { ...filter, limit: filter.limit ?? limits.pageDefault })
  const users = await usersOf(
    stores,
    page.items.map((member) => member.user_id),
  )
  return { ...page, users }
}
