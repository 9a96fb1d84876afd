// "Read by all": for each person, how far all others have read. What is told of it to everyone at once, and to whom it is not the same.
import type { Id } from '@parley/protocol'
import type { Envelope } from '../events.ts'
import type { ReadProgress } from './store.ts'

/** Up to which message none of the others who are in lags behind, and one of the others has read, as that person sees it. */
export const fullyReadFor = (progress: ReadProgress, userId: Id): number =>
  Math.min(
    progress.holder === userId ? progress.second : progress.lowest,
    progress.reader === userId ? progress.runner_up : progress.furthest,
  )

/** `fullyReadFor` of everyone but those whom the progress names. */
const fullyRead = ({ lowest, furthest }: ReadProgress): number => Math.min(lowest, furthest)

/** Before anybody had read anything: from here every number has risen. */
export const nobodyRead: ReadProgress = {
  holder: null,
  lowest: -1,
  second: -1,
  reader: null,
  furthest: -1,
  runner_up: -1,
}

/** The events for those whose "read by all" rose: one for everybody, and one for each who sees more or less than the others do. */
export function fullyReadEvents(chatId: Id, before: ReadProgress, after: ReadProgress): Envelope[] {
  const events: Envelope[] = []
  const risen = (seq: number) => ({ type: 'fully_read', chat_id: chatId, seq }) as const
  const common = fullyRead(after)
  const isTold = common > fullyRead(before)
  const except = exceptionOf(after)
  if (isTold) {
    const exceptOne = except === null ? {} : { except_user_id: except }
    events.push({ audience: { kind: 'chat', chat_id: chatId, ...exceptOne }, event: risen(common) })
  }
  const named = new Set([before.holder, before.reader, after.holder, after.reader])
  for (const userId of named) {
    if (userId === null) continue
    const seq = fullyReadFor(after, userId)
    const wasTold = isTold && userId !== except
    if (seq <= fullyReadFor(before, userId) || (wasTold && seq === common)) continue
    events.push({ audience: { kind: 'member', chat_id: chatId, user_id: userId }, event: risen(seq) })
  }
  return events
}

/** Who must not be told what the others are: the only one who has read so far, or else who has read least and sees more. */
function exceptionOf(progress: ReadProgress): Id | null {
  const { reader, holder } = progress
  return reader !== null && fullyReadFor(progress, reader) < fullyRead(progress) ? reader : holder
}
