// Histories of contracts that may be asked without pages: what is asked for without an offset is what was said last.
import { type Id, limits } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import { listVisible, type ReadMessage } from '../../core/messages/list-visible.ts'
import type { DialectContext } from './context.ts'
import { optional } from './route.ts'

const pageDefault = 50

const Offset = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000,
  description: 'Messages from the oldest on that are left out; without it the newest are given',
})

/** Both names of an offset are in use. */
export const historyQuery = {
  limit: optional(Type.Integer({ minimum: 1, maximum: limits.pageMax, default: pageDefault })),
  offset: optional(Offset),
  skip: optional(Offset),
}

/** `historyQuery` for contracts that say where the rest is, with as many messages as a page holds. */
export const linkedHistoryQuery = {
  ...historyQuery,
  limit: optional(Type.Integer({ minimum: 1, maximum: limits.pageMax, default: limits.pageMax })),
  skip_newest: optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      description: 'Messages from the newest back that are left out',
    }),
  ),
}

interface HistoryQuery {
  readonly limit?: number
  readonly offset?: number
  readonly skip?: number
}

/** From old to new: from the offset on, or else the newest. Members only. Throws `not_found`. */
export async function listHistory(
  { ports }: Pick<DialectContext, 'ports'>,
  actor: Actor,
  chatId: Id,
  { limit = pageDefault, offset, skip = offset }: HistoryQuery,
): Promise<ReadMessage[]> {
  if (skip !== undefined) return listVisible(ports, actor, chatId, { order: 'oldest', offset: skip, limit })
  return (await listVisible(ports, actor, chatId, { order: 'newest', offset: 0, limit })).toReversed()
}

interface HistoryPage {
  readonly items: readonly ReadMessage[]
  /** For the answer: where there are older messages, `Link` says where (RFC 8288). */
  readonly headers: Readonly<Record<string, string>>
}

/** `listHistory` that leads from the newest messages back to all older ones. `path` is that of the call. */
export async function listLinkedHistory(
  context: Pick<DialectContext, 'ports'>,
  actor: Actor,
  chatId: Id,
  path: string,
  {
    limit = limits.pageMax,
    skip_newest: left = 0,
    ...query
  }: HistoryQuery & { readonly skip_newest?: number },
): Promise<HistoryPage> {
  if (query.skip !== undefined || query.offset !== undefined)
    return { items: await listHistory(context, actor, chatId, { ...query, limit }), headers: {} }
  const newest = (offset: number, count: number) =>
    listVisible(context.ports, actor, chatId, { order: 'newest', offset, limit: count })
  const items = (await newest(left, limit)).toReversed()
  const older = items.length < limit ? [] : await newest(left + limit, 1)
  const address = `${path}?limit=${limit}&skip_newest=${left + limit}`
  return { items, headers: older.length === 0 ? {} : { link: `<${address}>; rel="prev"` } }
}
