// Moves a person's read cursor and tells who needs to know.
import { type Id, limits, type Time } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Actor, Clock, Storage } from '../ports.ts'
import { fullyReadNews } from './fully-read.ts'
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
  ports: { readonly storage: Storage; readonly bus: Bus; readonly clock: Clock },
  actor: Actor,
  chatId: Id,
  seq: number,
): Promise<ReadAnswer> {
  const move = await ports.storage.stores.reads.advance(chatId, actor.userId, seq, ports.clock.now())
  if (move === null) throw new AppError('not_found')
  if (move.moved) ports.bus.publish(newsOf(actor, chatId, move))
  return {
    chat_id: chatId,
    seq: move.seq,
    at: move.at,
    unread_count: move.unreadCount,
    version: move.version,
  }
}

function newsOf(actor: Actor, chatId: Id, move: CursorMove): Envelope[] {
  const read = { type: 'read', chat_id: chatId, user_id: actor.userId, seq: move.seq, at: move.at } as const
  const news: Envelope[] = [
    {
      audience: { kind: 'member', chat_id: chatId, user_id: actor.userId },
      event: { ...read, unread_count: move.unreadCount, version: move.version },
    },
  ]
  if (move.memberCount <= limits.receiptFanoutMembers) {
    news.push({ audience: { kind: 'chat', chat_id: chatId, except_user_id: actor.userId }, event: read })
  }
  news.push(...fullyReadNews(chatId, move.before, move.after))
  return news
}
