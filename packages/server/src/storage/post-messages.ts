// Writes new messages. Each way is a function of the database: post_messages judges any batch, post_messages_with_files one with files;
// post_message and create_messages are short cuts for what is simply to be created, alone or many at once.
import type { ErrorCode, Message } from '@parley/protocol'
import type { PostRefusal } from '../core/members/store.ts'
import type { MessageDraft, PostOutcome } from '../core/messages/store.ts'
import { int4Array, uuidArray } from './binary-arrays.ts'
import { type CreatedRow, createMessages, draftColumns } from './create-messages.ts'
import type { Database } from './database.ts'
import { type MessageRow, toFile, toMessage, toTime } from './rows.ts'

const judgeMessages = {
  name: 'messages.post',
  text: 'SELECT outcome, seq, version, stored, files, raised_to FROM post_messages($1, $2, $3, $4, $5, $6)',
}

const postMessage = {
  name: 'messages.postOne',
  text: 'SELECT outcome, seq, version, stored, files, raised_to FROM post_message($1, $2, $3, $4, $5)',
}

const judgeMessagesWithFiles = {
  name: 'messages.postWithFiles',
  text: 'SELECT outcome, seq, version, stored, files, raised_to FROM post_messages_with_files($1, $2, $3, $4, $5, $6, $7, $8)',
}

/** What the database says of one draft. */
type PostRow =
  | CreatedRow
  | {
      readonly outcome: 'stored'
      readonly stored: Omit<MessageRow, 'files'>
      readonly files: MessageRow['files']
    }
  | { readonly outcome: Refusal }

type Refusal = PostRefusal | Extract<ErrorCode, 'id_taken' | 'invalid_reply' | 'invalid_files'>

/** As `MessageStore.post` says. With `simpleWrites` what is simply to be created is written by the short cuts, where it can be. */
export async function postMessages(
  database: Database,
  drafts: readonly MessageDraft[],
  simpleWrites: boolean,
): Promise<PostOutcome[]> {
  if (drafts.length === 0) return []
  const rows =
    (simpleWrites ? await createDrafts(database, drafts) : null) ?? (await judgeDrafts(database, drafts))
  return drafts.map((draft, index) => {
    const row = rows[index]
    if (row === undefined)
      throw new Error(`post_messages gave ${rows.length} rows for ${drafts.length} drafts`)
    return toOutcome(draft, row)
  })
}

/** Every draft is judged by itself. */
const judgeDrafts = (database: Database, drafts: readonly MessageDraft[]): Promise<PostRow[]> =>
  drafts.some((draft) => draft.fileIds.length > 0)
    ? judgeWithFiles(database, drafts)
    : database.query<PostRow>(judgeMessages, columnsOf(drafts))

/** Null, with nothing written, when the drafts have to be judged. */
async function createDrafts(
  database: Database,
  drafts: readonly MessageDraft[],
): Promise<readonly PostRow[] | null> {
  if (drafts.some((draft) => draft.fileIds.length > 0)) return null
  const [draft, second] = drafts
  if (draft !== undefined && second === undefined && draft.replyToId === null) {
    const { id, chatId, senderId, text, createdAt } = draft
    return database.query<PostRow>(postMessage, [id, chatId, senderId, text, createdAt])
  }
  return createMessages(database, drafts)
}

/** The parameters of post_messages, and the first of post_messages_with_files. */
function columnsOf(drafts: readonly MessageDraft[]): Buffer[] {
  const { ids, senderIds, texts, replyToIds, createdAts } = draftColumns(drafts)
  return [ids, uuidArray(drafts.map((draft) => draft.chatId)), senderIds, texts, replyToIds, createdAts]
}

function judgeWithFiles(database: Database, drafts: readonly MessageDraft[]): Promise<PostRow[]> {
  const files = drafts.flatMap(({ fileIds }, index) =>
    fileIds.map((fileId) => ({ place: index + 1, fileId })),
  )
  const places = int4Array(files.map(({ place }) => place))
  const fileIds = uuidArray(files.map(({ fileId }) => fileId))
  return database.query<PostRow>(judgeMessagesWithFiles, [...columnsOf(drafts), places, fileIds])
}

function toOutcome(draft: MessageDraft, row: PostRow): PostOutcome {
  switch (row.outcome) {
    case 'created':
      return { status: 'created', message: createdMessage(draft, row) }
    case 'stored':
      return { status: 'stored', message: toMessage({ ...row.stored, files: row.files }) }
    default:
      return { status: 'refused', code: row.outcome }
  }
}

const createdMessage = (draft: MessageDraft, { seq, version, files, raised_to }: CreatedRow): Message => ({
  id: draft.id,
  chat_id: draft.chatId,
  seq,
  sender_id: draft.senderId,
  text: draft.text,
  files: (files ?? []).map(toFile),
  reply_to_id: draft.replyToId,
  created_at: toTime(raised_to ?? draft.createdAt),
  edited_at: null,
  deleted_at: null,
  version,
})
