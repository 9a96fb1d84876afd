// Messages in PostgreSQL: reading and changing them. Writing new ones is in post-messages.ts.
import type { Id, Message, Revision } from '@parley/protocol'
import type { MessagePage, MessageStore, PagePosition } from '../core/messages/store.ts'
import { lookUp } from './chat-views.ts'
import type { Database } from './database.ts'
import { changeMessage } from './object-changes.ts'
import { postMessages } from './post-messages.ts'
import { type MessageRow, messageColumns, type SqlTime, toMessage, toTime } from './rows.ts'

const findMessage = {
  name: 'messages.find',
  text: `SELECT ${messageColumns('m')} FROM messages m WHERE m.id = $1`,
}

// Because seqs have no holes, a page is a range of them. One row with nulls for the message says that the range is empty.
const pageMessages = {
  name: 'messages.page',
  text: `
    SELECT range.last_seq, ${messageColumns('m')}
    FROM ${lookUp(`
      SELECT c.last_seq, CASE $2
          WHEN 'end' THEN c.last_seq - $4 + 1
          WHEN 'before' THEN LEAST($3, c.last_seq + 1) - $4
          WHEN 'after' THEN $3 + 1
          WHEN 'around' THEN GREATEST(LEAST($3 - $4 / 2, c.last_seq - $4 + 1), 1)
        END AS first
      FROM chats c
      WHERE c.id = $1`)} range
    LEFT JOIN ${lookUp(`
      SELECT o.* FROM messages o
      WHERE o.chat_id = $1 AND o.seq >= range.first AND o.seq < range.first + $4
      ORDER BY o.seq`)} m ON true
    ORDER BY m.seq`,
}

const seqAt = { name: 'messages.seqAt', text: 'SELECT seq_at($1, $2) AS seq' }

const editMessage = {
  name: 'messages.edit',
  text: changeMessage('text = $3, edited_at = GREATEST($4, m.edited_at, m.created_at)', [
    `kept AS (
      INSERT INTO message_revisions (chat_id, message_id, version, text, at)
      SELECT k.chat_id, k.id, k.version, k.text, COALESCE(k.edited_at, k.created_at)
      FROM messages k
      WHERE k.id = $1 AND k.deleted_at IS NULL
    )`,
  ]),
}

const eraseMessage = {
  name: 'messages.erase',
  text: changeMessage('text = NULL, file_count = 0, deleted_at = GREATEST($3, m.edited_at, m.created_at)', [
    'forgotten AS (DELETE FROM message_revisions WHERE message_id = $1 AND chat_id = $2)',
    'detached AS (DELETE FROM message_files WHERE message_id = $1 AND chat_id = $2)',
  ]),
}

// The file is read with the message afterwards: what a statement writes it does not see.
const attachFile = {
  name: 'messages.attach',
  text: changeMessage('file_count = m.file_count + 1', [
    `attached AS (
      INSERT INTO message_files (chat_id, message_id, position, file_id)
      SELECT k.chat_id, k.id, k.file_count + 1, $3 FROM messages k WHERE k.id = $1
    )`,
  ]),
}

const refreshMessage = { name: 'messages.refresh', text: changeMessage('file_count = m.file_count') }

const revisions = {
  name: 'messages.revisions',
  text: 'SELECT text, at FROM message_revisions WHERE chat_id = $1 AND message_id = $2 ORDER BY version',
}

/** Messages over a pool or a transaction. */
export function messageStore(database: Database, simpleWrites: boolean): MessageStore {
  return {
    post: (drafts) => postMessages(database, drafts, simpleWrites),
    async find(messageId) {
      const [row] = await database.query<MessageRow>(findMessage, [messageId])
      return row === undefined ? null : toMessage(row)
    },
    page: (chatId, position, limit) => page(database, chatId, position, limit),
    async seqAt(chatId, at) {
      const [row] = await database.query<{ seq: number }>(seqAt, [chatId, at])
      return row?.seq ?? 1
    },
    async edit(message, text, at) {
      return written(await database.query<MessageRow>(editMessage, [message.id, message.chat_id, text, at]))
    },
    async erase(message, at) {
      return written(await database.query<MessageRow>(eraseMessage, [message.id, message.chat_id, at]))
    },
    async attach(message, fileId) {
      written(await database.query<MessageRow>(attachFile, [message.id, message.chat_id, fileId]))
      return written(await database.query<MessageRow>(findMessage, [message.id]))
    },
    async refresh(message) {
      return written(await database.query<MessageRow>(refreshMessage, [message.id, message.chat_id]))
    },
    async revisions(chatId, messageId) {
      const rows = await database.query<{ text: string; at: SqlTime }>(revisions, [chatId, messageId])
      return rows.map((row): Revision => ({ text: row.text, at: toTime(row.at) }))
    },
  }
}

interface PageRow extends Omit<MessageRow, 'id'> {
  readonly last_seq: number
  /** Null when the page is empty. */
  readonly id: Id | null
}

async function page(
  database: Database,
  chatId: Id,
  position: PagePosition,
  limit: number,
): Promise<MessagePage> {
  const seq = position.from === 'end' ? 0 : position.seq
  const rows = await database.query<PageRow>(pageMessages, [chatId, position.from, seq, limit])
  const lastSeq = rows[0]?.last_seq ?? 0
  const items = rows.flatMap((row) => (row.id === null ? [] : [toMessage({ ...row, id: row.id })]))
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined) {
    return {
      items,
      has_before: lastSeq > 0 && position.from === 'after',
      has_after: lastSeq > 0 && position.from === 'before',
    }
  }
  return { items, has_before: first.seq > 1, has_after: last.seq < lastSeq }
}

/** Whoever writes has found the message, not deleted, under the chat's lock. */
function written([row]: readonly MessageRow[]): Message {
  if (row === undefined) throw new Error('The message to change is not as the caller believes')
  return toMessage(row)
}
