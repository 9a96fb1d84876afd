// Public groups that anyone may find and join.
import { type Chat, limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Page } from '../page.ts'
import type { Storage } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'

export async function listPublicChats(
  ports: { readonly storage: Storage },
  _actor: Actor,
  filter: { readonly query?: string; readonly limit?: number; readonly cursor?: string },
): Promise<Page<Chat>> {
  return ports.storage.stores.chats.searchPublic({
    ...filter,
    query: cleanLine(filter.query ?? ''),
    limit: filter.limit ?? limits.pageDefault,
  })
}
