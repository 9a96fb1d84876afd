// Writes a batch of messages that are all simply to be created: migrations/0009_create_messages.sql.
import type { Id } from '@parley/protocol'
import type { MessageDraft } from '../core/messages/store.ts'
import { int4Array, textArray, timestampArray, uuidArray } from './binary-arrays.ts'
import type { Database } from './database.ts'

const createStatement = {
  name: 'messages.create',
  text: 'SELECT last_seqs, versions FROM create_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
}

export interface CreatedRow {
  readonly outcome: 'created'
  readonly seq: number
  readonly version: number
}

interface CreatedChats {
  /** Null when not all could simply be created: nothing was written then. */
  readonly last_seqs: readonly number[] | null
  readonly versions: readonly number[] | null
}

/** What a call of create_messages says of one chat. */
interface ChatShare {
  readonly chatId: Id
  /** From 1, in the order of the ids, in which two calls then wait for their locks. */
  place: number
  count: number
  lastAt: Date
}

/** Writes all drafts, which carry no files, or none: null when one of them has to be judged by itself. */
export async function createMessages(
  database: Database,
  drafts: readonly MessageDraft[],
): Promise<CreatedRow[] | null> {
  const { chats, ofDraft, backs } = shareOut(drafts)
  const [row] = await database.query<CreatedChats>(createStatement, [
    uuidArray(chats.map((chat) => chat.chatId)),
    int4Array(chats.map((chat) => chat.count)),
    timestampArray(chats.map((chat) => chat.lastAt)),
    uuidArray(drafts.map((draft) => draft.id)),
    int4Array(ofDraft.map((chat) => chat.place)),
    int4Array(backs),
    uuidArray(drafts.map((draft) => draft.senderId)),
    textArray(drafts.map((draft) => draft.text)),
    uuidArray(drafts.map((draft) => draft.replyToId)),
    timestampArray(drafts.map((draft) => draft.createdAt)),
  ])
  if (row === undefined) throw new Error('create_messages gave no row')
  const { last_seqs: lastSeqs, versions } = row
  if (lastSeqs === null || versions === null) return null
  return backs.map((back, index) => {
    const place = (ofDraft[index]?.place ?? 0) - 1
    return {
      outcome: 'created',
      seq: (lastSeqs[place] ?? Number.NaN) - back,
      version: (versions[place] ?? Number.NaN) - back,
    }
  })
}

/** The chats of the drafts; the chat of each draft; how many drafts come after it there. */
function shareOut(drafts: readonly MessageDraft[]): {
  readonly chats: readonly ChatShare[]
  readonly ofDraft: readonly ChatShare[]
  readonly backs: readonly number[]
} {
  const byId = new Map<Id, ChatShare>()
  const ofDraft = drafts.map(({ chatId, createdAt }) => {
    const known = byId.get(chatId)
    const chat = known ?? { chatId, place: 0, count: 0, lastAt: createdAt }
    if (known === undefined) byId.set(chatId, chat)
    chat.count += 1
    if (createdAt > chat.lastAt) chat.lastAt = createdAt
    return { chat, nth: chat.count }
  })
  const chats = [...byId.values()].sort((a, b) => (a.chatId < b.chatId ? -1 : 1))
  for (const [index, chat] of chats.entries()) chat.place = index + 1
  return {
    chats,
    ofDraft: ofDraft.map(({ chat }) => chat),
    backs: ofDraft.map(({ chat, nth }) => chat.count - nth),
  }
}
