// The chat as one person sees it: the SQL of ChatView, for one chat, for a page of the chat list, and for a resume.
import type { ChatView, Role } from '@parley/protocol'
import { chatColumns, toChat } from './chat-rows.ts'
import { time, timeOrNull } from './columns.ts'
import { decodeCursor, pageOf } from './cursor.ts'
import { toMessage } from './message-rows.ts'
import type { Database, Row } from './postgres.ts'

/**
 * Of a chat `c` and the person's own row `m` of members, whose id is $1. Nothing is counted where the cursor stands at the end. The two smallest
 * cursors tell the smallest of the others without reading all members.
 */
export const viewColumns = `${chatColumns}, c.active_at, m.role, m.joined_seq, m.read_seq, m.muted_until, m.pinned_at, m.archived_at,
  (SELECT row_to_json(l) FROM messages l WHERE l.chat_id = c.id AND l.seq = c.last_seq AND m.user_id IS NOT NULL) AS last_message,
  CASE WHEN m.user_id IS NULL OR m.read_seq >= c.last_seq THEN 0 ELSE (
    SELECT count(*) FROM messages u
    WHERE u.chat_id = c.id AND u.seq > m.read_seq AND u.sender_id <> m.user_id AND u.deleted_at IS NULL
  ) END AS unread_count,
  CASE WHEN m.user_id IS NULL THEN 0 WHEN c.member_count = 1 THEN c.last_seq ELSE (
    SELECT o.read_seq FROM members o
    WHERE o.chat_id = c.id AND o.left_at IS NULL AND o.user_id <> m.user_id
    ORDER BY o.read_seq, o.user_id LIMIT 1
  ) END AS fully_read_seq`

export const toView = (row: Row): ChatView => ({
  ...toChat(row),
  last_message: row.last_message === null ? null : toMessage(row.last_message as Row),
  role: row.role as Role | null,
  joined_seq: Number(row.joined_seq ?? 0),
  read_seq: Number(row.read_seq ?? 0),
  unread_count: Number(row.unread_count),
  fully_read_seq: Number(row.fully_read_seq ?? 0),
  muted_until: timeOrNull(row.muted_until),
  pinned: row.pinned_at !== null,
  archived: row.archived_at !== null,
})

export async function findView(database: Database, chatId: string, userId: string): Promise<ChatView | null> {
  const rows = await database.query(
    `SELECT ${viewColumns} FROM chats c
     LEFT JOIN members m ON m.chat_id = c.id AND m.user_id = $1 AND m.left_at IS NULL
     WHERE c.id = $2 AND c.deleted_at IS NULL
       AND (m.user_id IS NOT NULL OR (c.kind = 'group' AND c.visibility = 'public'))`,
    [userId, chatId],
    'chat_view',
  )
  return rows[0] === undefined ? null : toView(rows[0])
}

export interface ViewFilter {
  readonly limit: number
  readonly cursor?: string
  readonly archived?: boolean
}

const beginning = ['infinity', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const
const notPinned = '-infinity'

/** Pinned first, the latest pinned at the top; then by activity. */
export async function listViews(database: Database, userId: string, filter: ViewFilter) {
  const position = filter.cursor === undefined ? beginning : viewPosition(filter.cursor)
  // Sorted by the keys alone first; what a view costs is then paid for the page only.
  const rows = await database.query(
    `WITH mine AS (
       SELECT c.id, COALESCE(m.pinned_at, '-infinity') AS pin FROM members m JOIN chats c ON c.id = m.chat_id
       WHERE m.user_id = $1 AND m.left_at IS NULL AND c.deleted_at IS NULL
         AND ($2::boolean IS NULL OR (m.archived_at IS NOT NULL) = $2)
         AND (COALESCE(m.pinned_at, '-infinity'), c.active_at, c.id) < ($3::timestamptz, $4::timestamptz, $5::uuid)
       ORDER BY pin DESC, c.active_at DESC, c.id DESC LIMIT $6
     )
     SELECT ${viewColumns} FROM mine JOIN chats c ON c.id = mine.id
     JOIN members m ON m.chat_id = c.id AND m.user_id = $1
     ORDER BY mine.pin DESC, c.active_at DESC, c.id DESC`,
    [userId, filter.archived ?? null, ...position, filter.limit + 1],
    'chat_views',
  )
  return pageOf(rows, filter.limit, toView, viewCursor)
}

/** Where a view stands in the order of the list. */
export const viewCursor = (row: Row): string[] => [
  timeOrNull(row.pinned_at) ?? notPinned,
  time(row.active_at),
  String(row.id),
]

function viewPosition(cursor: string): unknown[] {
  const parts = decodeCursor(cursor, ['string', 'time', 'id'])
  if (parts[0] !== notPinned) decodeCursor(cursor, ['time', 'time', 'id'])
  return parts
}
