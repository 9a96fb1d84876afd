// Columns of messages and how a row becomes the object that everybody sees.
import type { Message } from '@parley/protocol'
import { time, timeOrNull } from './columns.ts'
import type { Row } from './postgres.ts'

export const messageColumns =
  'id, chat_id, seq, sender_id, text, reply_to_id, created_at, edited_at, deleted_at, version'

export const toMessage = (row: Row): Message => ({
  id: String(row.id),
  chat_id: String(row.chat_id),
  seq: Number(row.seq),
  sender_id: String(row.sender_id),
  text: row.text as string | null,
  reply_to_id: row.reply_to_id as string | null,
  created_at: time(row.created_at),
  edited_at: timeOrNull(row.edited_at),
  deleted_at: timeOrNull(row.deleted_at),
  version: Number(row.version),
})
