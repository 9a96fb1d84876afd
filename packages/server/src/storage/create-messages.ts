// Writes a batch of messages that are all simply to be created: functions/create_messages.sql.
import type { Id } from '@parley/protocol'
import type { MessageDraft } from '../core/messages/store.ts'
import { int4Array, textArray, timestampArray, uuidArray } from './binary-arrays.ts'
import type { Database } from './database.ts'
import type { MessageRow, SqlTime } from './rows.ts'

const createStatement = {
  name: 'messages.create',
  text: 'SELECT last_seqs, versions, floors FROM create_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
}

export interface CreatedRow {
  readonly outcome: 'created'
  readonly seq: number
  readonly version: number
  /** Null for none. */
  readonly files: MessageRow['files']
  /** When the message was written, where that is not the time of the draft. */
  readonly raised_to: SqlTime | null
}

interface CreatedChats {
  /** Null when not all could simply be created: nothing was written then. */
  readonly last_seqs: readonly number[] | null
  readonly versions: readonly number[] | null
  /** Null when no draft was older than the last message of its chat. */
  readonly floors: readonly Date[] | null
}

/** One of the chats of a call. */
interface ChatShare {
  readonly chatId: Id
  /** From 1, in the order of the ids, in which two calls then wait for their locks. */
  place: number
  /** Its drafts. */
  count: number
  /** When the first of them was written. */
  readonly firstAt: Date
  /** When the last of them was written. */
  lastAt: Date
}

/** Where a draft stands in a call: it is the nth of its chat, from 1, and not older than the one before it there. */
interface DraftPlace {
  readonly chat: ChatShare
  readonly nth: number
  readonly at: Date
}

/** Writes all drafts, which carry no files, or none: null when one of them has to be judged by itself. */
export async function createMessages(
  database: Database,
  drafts: readonly MessageDraft[],
): Promise<CreatedRow[] | null> {
  const { chats, places } = shareOut(drafts)
  const { ids, senderIds, texts, replyToIds } = draftColumns(drafts)
  const [row] = await database.query<CreatedChats>(createStatement, [
    uuidArray(chats.map((chat) => chat.chatId)),
    int4Array(chats.map((chat) => chat.count)),
    timestampArray(chats.map((chat) => chat.firstAt)),
    timestampArray(chats.map((chat) => chat.lastAt)),
    ids,
    int4Array(places.map(({ chat }) => chat.place)),
    int4Array(places.map(draftsAfter)),
    senderIds,
    texts,
    replyToIds,
    timestampArray(places.map(({ at }) => at)),
  ])
  if (row === undefined) throw new Error('create_messages gave no row')
  const { last_seqs: lastSeqs, versions, floors } = row
  if (lastSeqs === null || versions === null) return null
  return places.map((draft, place) => {
    const index = draft.chat.place - 1
    const floor = floors?.[index]
    const at = floor !== undefined && floor > draft.at ? floor : draft.at
    return {
      outcome: 'created',
      seq: (lastSeqs[index] ?? Number.NaN) - draftsAfter(draft),
      version: (versions[index] ?? Number.NaN) - draftsAfter(draft),
      files: null,
      raised_to: at === drafts[place]?.createdAt ? null : at,
    }
  })
}

/** In the same chat. */
const draftsAfter = ({ chat, nth }: DraftPlace): number => chat.count - nth

/** The chats of the drafts, and the place of each draft. */
function shareOut(drafts: readonly MessageDraft[]): {
  readonly chats: readonly ChatShare[]
  readonly places: readonly DraftPlace[]
} {
  const byId = new Map<Id, ChatShare>()
  const places = drafts.map(({ chatId, createdAt }) => {
    const known = byId.get(chatId)
    const chat = known ?? { chatId, place: 0, count: 0, firstAt: createdAt, lastAt: createdAt }
    if (known === undefined) byId.set(chatId, chat)
    chat.count += 1
    if (createdAt > chat.lastAt) chat.lastAt = createdAt
    return { chat, nth: chat.count, at: chat.lastAt }
  })
  const chats = [...byId.values()].sort((a, b) => (a.chatId < b.chatId ? -1 : 1))
  for (const [index, chat] of chats.entries()) chat.place = index + 1
  return { chats, places }
}

/** What the functions that write drafts take of each of them, but for its chat. */
export const draftColumns = (drafts: readonly MessageDraft[]) => ({
  ids: uuidArray(drafts.map((draft) => draft.id)),
  senderIds: uuidArray(drafts.map((draft) => draft.senderId)),
  texts: textArray(drafts.map((draft) => draft.text)),
  replyToIds: uuidArray(drafts.map((draft) => draft.replyToId)),
  createdAts: timestampArray(drafts.map((draft) => draft.createdAt)),
})
