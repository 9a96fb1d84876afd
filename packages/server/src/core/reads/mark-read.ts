// Moves a person's read cursor and tells who needs to know.
import { type Id, limits, type Time } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError, InDoubtError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import { type Clock, type Storage, toTime } from '../ports.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import { fullyReadEvents } from './fully-read.ts'
import type { CursorMove } from './store.ts'

export interface ReadAnswer {
  readonly chat_id: Id
  readonly seq: number
  readonly at: Time
  /** As of `version`, from the same snapshot. */
  readonly unread_count: number
  readonly version: number
}

/** The cursor only rises and never passes the last message. Throws `not_found`. */
export async function markRead(
  ports: {
    readonly storage: Storage
    readonly bus: Bus
    readonly clock: Clock
    readonly reconciler: Pick<Reconciler, 'doubt'>
  },
  actor: Actor,
  chatId: Id,
  seq: number,
): Promise<ReadAnswer> {
  const move = await advance(ports, actor, chatId, seq)
  if (move === null) throw new AppError('not_found')
  if (move.moved) ports.bus.publish(readEvents(actor.userId, chatId, move))
  return {
    chat_id: chatId,
    seq: move.seq,
    at: move.at,
    unread_count: move.unreadCount,
    version: move.version,
  }
}

async function advance(
  ports: Parameters<typeof markRead>[0],
  { userId }: Actor,
  chatId: Id,
  seq: number,
): Promise<CursorMove | null> {
  const at = ports.clock.now()
  try {
    return await ports.storage.stores.reads.advance(chatId, userId, seq, at)
  } catch (error) {
    if (error instanceof InDoubtError)
      ports.reconciler.doubt([readEvent(userId, chatId, { seq, at: toTime(at) })])
    throw error
  }
}

const readEvent = (
  userId: Id,
  chatId: Id,
  read: {
    readonly seq: number
    readonly at: Time
    readonly unread_count?: number
    readonly version?: number
  },
): Envelope => ({
  audience: { kind: 'member', chat_id: chatId, user_id: userId },
  event: { type: 'read', chat_id: chatId, user_id: userId, ...read },
})

/** What tells the reader's own devices, the others, and those whose "read by all" rose. */
export function readEvents(userId: Id, chatId: Id, move: CursorMove): Envelope[] {
  const { seq, at, unreadCount, version } = move
  const events = [readEvent(userId, chatId, { seq, at, unread_count: unreadCount, version })]
  if (move.memberCount <= limits.receiptFanoutMembers) {
    events.push({
      audience: { kind: 'chat', chat_id: chatId, except_user_id: userId },
      event: { type: 'read', chat_id: chatId, user_id: userId, seq, at },
    })
  }
  events.push(...fullyReadEvents(chatId, move.before, move.after))
  return events
}
