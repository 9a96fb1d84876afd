// Columns of chats and how a row becomes the object that everybody sees.
import type { Chat } from '@parley/protocol'
import { time, timeOrNull } from './columns.ts'
import type { Row } from './postgres.ts'

/** Of a table or alias `c`. */
export const chatColumns = `c.id, c.kind, c.title, c.description, c.posting, c.visibility, c.created_by, c.created_at,
  c.deleted_at, c.member_count, c.direct_user_ids, c.last_seq, c.version`

export const toChat = (row: Row): Chat => ({
  id: String(row.id),
  kind: row.kind as Chat['kind'],
  title: row.title as string | null,
  description: String(row.description),
  posting: row.posting as Chat['posting'],
  visibility: row.visibility as Chat['visibility'],
  created_by: String(row.created_by),
  created_at: time(row.created_at),
  deleted_at: timeOrNull(row.deleted_at),
  member_count: Number(row.member_count),
  direct_user_ids: row.direct_user_ids as string[] | null,
  last_seq: Number(row.last_seq),
  version: Number(row.version),
})
