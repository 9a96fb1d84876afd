// Pages of a chat's history.
import { type Id, limits, type User } from '@parley/protocol'
import { requireMember } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage, Stores } from '../ports.ts'
import { readTime } from '../time.ts'
import { sendersOf, usersOf } from '../users-of.ts'
import type { MessagePage, PagePosition } from './store.ts'

/** At most one of the four positions; none means the latest page. */
export interface HistoryQuery {
  readonly before?: number
  readonly after?: number
  readonly around?: number
  /** RFC 3339: the page begins with the first message at or after that time. */
  readonly at?: string
  readonly limit?: number
}

/** Members only, always ascending by seq. Throws `not_found`, `invalid_request` for several positions or no such time. */
export async function listMessages(
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
  query: HistoryQuery,
): Promise<MessagePage & { readonly users: User[] }> {
  const { stores } = ports.storage
  await requireMember(stores, actor, chatId)
  const position = await positionOf(stores, chatId, query)
  const page = await stores.messages.page(chatId, position, query.limit ?? limits.pageDefault)
  return { ...page, users: await usersOf(stores, sendersOf(page.items)) }
}

async function positionOf(stores: Stores, chatId: Id, query: HistoryQuery): Promise<PagePosition> {
  const given = [query.before, query.after, query.around, query.at].filter((value) => value !== undefined)
  if (given.length > 1) {
    throw new AppError('invalid_request', {
      errors: [{ path: '/before', message: 'Only one of before, after, around and at' }],
    })
  }
  if (query.before !== undefined) return { from: 'before', seq: query.before }
  if (query.after !== undefined) return { from: 'after', seq: query.after }
  if (query.around !== undefined) return { from: 'around', seq: query.around }
  if (query.at === undefined) return { from: 'end' }
  const at = readTime(query.at, '/at')
  return { from: 'after', seq: (await stores.messages.seqAt(chatId, at)) - 1 }
}
