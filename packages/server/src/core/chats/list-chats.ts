// The actor's chat list.
import { type ChatView, limits, type User } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import type { Page } from '../page.ts'
import type { Storage } from '../ports.ts'
import { peopleOfChats, usersOf } from '../users-of.ts'

export async function listChats(
  ports: { readonly storage: Storage },
  actor: Actor,
  filter: {
    readonly limit?: number
    readonly cursor?: string
    readonly archived?: boolean
    readonly query?: string
  },
): Promise<Page<ChatView> & { readonly users: User[] }> {
  const { stores } = ports.storage
  const page = await stores.chats.views(actor.userId, {
    ...filter,
    limit: filter.limit ?? limits.pageDefault,
  })
  return { ...page, users: await usersOf(stores, peopleOfChats(page.items)) }
}
