// "Read by all": for each person, the smallest cursor of all the others. Two cursors tell it for everyone.
import type { Id } from '@parley/protocol'
import type { Envelope } from '../events.ts'
import type { LowCursors } from './store.ts'

/** Up to which message all others have read, as that person sees it. */
export const fullyReadFor = (low: LowCursors, userId: Id): number =>
  low.holder === userId ? low.second : low.lowest

/** Before anybody had read anything: from here every cursor has risen. */
export const nobodyRead: LowCursors = { holder: null, lowest: -1, second: -1 }

/** The events for those whose "read by all" rose: one for everybody, one for whoever holds the smallest cursor. */
export function fullyReadEvents(chatId: Id, before: LowCursors, after: LowCursors): Envelope[] {
  const events: Envelope[] = []
  const fullyRead = (seq: number) => ({ type: 'fully_read', chat_id: chatId, seq }) as const
  if (after.lowest > before.lowest) {
    const exceptHolder = after.holder === null ? {} : { except_user_id: after.holder }
    events.push({
      audience: { kind: 'chat', chat_id: chatId, ...exceptHolder },
      event: fullyRead(after.lowest),
    })
  }
  if (after.holder !== null && after.second > fullyReadFor(before, after.holder)) {
    events.push({
      audience: { kind: 'member', chat_id: chatId, user_id: after.holder },
      event: fullyRead(after.second),
    })
  }
  return events
}
