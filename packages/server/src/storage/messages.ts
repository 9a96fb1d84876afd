// Rows of messages.
import type { ErrorCode, Message } from '@parley/protocol'
import type { MessageDraft, MessageStore, PagePosition, PostOutcome } from '../core/messages/store.ts'
import { toTime } from '../core/ports.ts'
import { only, time } from './columns.ts'
import { messageColumns, toMessage } from './message-rows.ts'
import type { Database, Row } from './postgres.ts'

export function createMessageStore(database: Database): MessageStore {
  return {
    post: (drafts) => post(database, drafts),
    page: (chatId, position, limit) => page(database, chatId, position, limit),
    edit: (message, text, at, version) => edit(database, message, text, at, version),
    erase: (message, at, version) => erase(database, message, at, version),
    async find(messageId) {
      const rows = await database.query(
        `SELECT ${messageColumns} FROM messages WHERE id = $1`,
        [messageId],
        'message_find',
      )
      return rows[0] === undefined ? null : toMessage(rows[0])
    },
    async seqAt(chatId, at) {
      const rows = await database.query<{ seq: number }>(
        `SELECT COALESCE(
           (SELECT seq FROM messages WHERE chat_id = $1 AND created_at >= $2 ORDER BY seq LIMIT 1),
           (SELECT last_seq + 1 FROM chats WHERE id = $1)) AS seq`,
        [chatId, at],
      )
      return Number(only(rows).seq)
    },
    async revisions(chatId, messageId) {
      const rows = await database.query(
        'SELECT text, at FROM message_revisions WHERE chat_id = $1 AND message_id = $2 ORDER BY version',
        [chatId, messageId],
      )
      return rows.map((row) => ({ text: String(row.text), at: time(row.at) }))
    },
  }
}

async function post(database: Database, drafts: readonly MessageDraft[]): Promise<PostOutcome[]> {
  const rows = await database.query(
    'SELECT outcome, seq, version, stored FROM post_messages($1, $2, $3, $4, $5, $6)',
    [
      drafts.map((draft) => draft.id),
      drafts.map((draft) => draft.chatId),
      drafts.map((draft) => draft.senderId),
      drafts.map((draft) => draft.text),
      drafts.map((draft) => draft.replyToId),
      drafts.map((draft) => draft.createdAt),
    ],
    'post_messages',
  )
  return drafts.map((draft, index) => outcomeOf(draft, only(rows.slice(index, index + 1))))
}

function outcomeOf(draft: MessageDraft, row: Row): PostOutcome {
  if (row.outcome === 'created') return { status: 'created', message: messageOf(draft, row) }
  if (row.outcome === 'stored') return { status: 'stored', message: toMessage(row.stored as Row) }
  return { status: 'refused', code: row.outcome as ErrorCode }
}

/** The function gives back only what it decided; the rest is what was sent. */
const messageOf = (draft: MessageDraft, row: Row): Message => ({
  id: draft.id,
  chat_id: draft.chatId,
  seq: Number(row.seq),
  sender_id: draft.senderId,
  text: draft.text,
  reply_to_id: draft.replyToId,
  created_at: toTime(draft.createdAt),
  edited_at: null,
  deleted_at: null,
  version: Number(row.version),
})

/** One run of seqs: `seq > low AND seq < high`, from that end, ascending. */
async function run(
  database: Database,
  chatId: string,
  range: { low: number; high: number; from: 'low' | 'high'; limit: number },
): Promise<Message[]> {
  const order = range.from === 'low' ? 'ASC' : 'DESC'
  const rows = await database.query(
    `SELECT ${messageColumns} FROM messages WHERE chat_id = $1 AND seq > $2 AND seq < $3
     ORDER BY seq ${order} LIMIT $4`,
    [chatId, range.low, range.high, range.limit],
    `message_page_${range.from}`,
  )
  const messages = rows.map(toMessage)
  return range.from === 'low' ? messages : messages.reverse()
}

const end = Number.MAX_SAFE_INTEGER

async function page(database: Database, chatId: string, position: PagePosition, limit: number) {
  switch (position.from) {
    case 'end':
      return backwards(
        await run(database, chatId, { low: 0, high: end, from: 'high', limit: limit + 1 }),
        limit,
        false,
      )
    case 'before': {
      const items = await run(database, chatId, {
        low: 0,
        high: position.seq,
        from: 'high',
        limit: limit + 1,
      })
      return backwards(items, limit, await exists(database, chatId, position.seq))
    }
    case 'after': {
      const items = await run(database, chatId, {
        low: position.seq,
        high: end,
        from: 'low',
        limit: limit + 1,
      })
      const before = position.seq > 0 && (await exists(database, chatId, 1))
      return { items: items.slice(0, limit), has_before: before, has_after: items.length > limit }
    }
    case 'around': {
      const half = Math.floor(limit / 2)
      const [below, above] = await Promise.all([
        run(database, chatId, { low: 0, high: position.seq, from: 'high', limit: limit + 1 }),
        run(database, chatId, { low: position.seq - 1, high: end, from: 'low', limit: limit + 1 }),
      ])
      // Where one side is short, the other fills the page.
      const aboveCount = Math.min(above.length, Math.max(limit - half, limit - below.length))
      const belowCount = Math.min(below.length, limit - aboveCount)
      return {
        items: [...below.slice(below.length - belowCount), ...above.slice(0, aboveCount)],
        has_before: below.length > belowCount,
        has_after: above.length > aboveCount,
      }
    }
  }
}

const backwards = (items: Message[], limit: number, hasAfter: boolean) => ({
  items: items.slice(-limit),
  has_before: items.length > limit,
  has_after: hasAfter,
})

/** Whether the chat has a message with that number or a greater one; numbers are dense. */
async function exists(database: Database, chatId: string, seq: number): Promise<boolean> {
  const rows = await database.query('SELECT FROM messages WHERE chat_id = $1 AND seq >= $2 LIMIT 1', [
    chatId,
    seq,
  ])
  return rows.length > 0
}

async function edit(
  database: Database,
  message: Message,
  text: string,
  at: Date,
  version: number,
): Promise<Message> {
  await database.query(
    `INSERT INTO message_revisions (chat_id, message_id, version, text, at)
     SELECT chat_id, id, version, text, COALESCE(edited_at, created_at) FROM messages WHERE chat_id = $1 AND seq = $2`,
    [message.chat_id, message.seq],
  )
  const rows = await database.query(
    `UPDATE messages SET text = $3, edited_at = $4, version = $5 WHERE chat_id = $1 AND seq = $2
     RETURNING ${messageColumns}`,
    [message.chat_id, message.seq, text, at, version],
  )
  return toMessage(only(rows))
}

async function erase(database: Database, message: Message, at: Date, version: number): Promise<Message> {
  await database.query('DELETE FROM message_revisions WHERE chat_id = $1 AND message_id = $2', [
    message.chat_id,
    message.id,
  ])
  const rows = await database.query(
    `UPDATE messages SET text = NULL, deleted_at = $3, version = $4 WHERE chat_id = $1 AND seq = $2
     RETURNING ${messageColumns}`,
    [message.chat_id, message.seq, at, version],
  )
  return toMessage(only(rows))
}
