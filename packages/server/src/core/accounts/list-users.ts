// Finds people.
import { type Id, limits, type User } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Page } from '../page.ts'
import type { Storage } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'

export interface UserSearch {
  readonly query?: string
  /** Only these people; then there is one page. */
  readonly ids?: readonly Id[]
  readonly limit?: number
  readonly cursor?: string
}

export async function listUsers(
  ports: { readonly storage: Storage },
  actor: Actor,
  search: UserSearch,
): Promise<Page<User>> {
  const { accounts } = ports.storage.stores
  if (search.ids !== undefined) return { items: await accounts.profiles(search.ids), next_cursor: null }
  return accounts.search({
    finderId: actor.userId,
    ...(search.query === undefined ? {} : { query: cleanLine(search.query) }),
    ...(search.cursor === undefined ? {} : { cursor: search.cursor }),
    limit: search.limit ?? limits.pageDefault,
  })
}
