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
