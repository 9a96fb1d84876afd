// Read cursors: the column of members, and the list of their moves.
import type { CursorMove, LowCursors, ReadStore } from '../core/reads/store.ts'
import { only, time } from './columns.ts'
import type { Database, Row } from './postgres.ts'

/** Of a chat `c`: the two members who have read least. */
const lowCursors = `(SELECT json_agg(json_build_array(l.user_id, l.read_seq) ORDER BY l.read_seq, l.user_id) FROM (
    SELECT o.user_id, o.read_seq FROM members o WHERE o.chat_id = c.id AND o.left_at IS NULL
    ORDER BY o.read_seq, o.user_id LIMIT 2
  ) l)`

/** Alone in a chat, everybody else has read everything. */
function toLowCursors(value: unknown, lastSeq: number): LowCursors {
  const [first, second] = (value ?? []) as [string, number][]
  return {
    holder: first?.[0] ?? null,
    lowest: first?.[1] ?? lastSeq,
    second: second?.[1] ?? lastSeq,
  }
}

export function createReadStore(database: Database): ReadStore {
  return {
    advance: (chatId, userId, seq, at) => advance(database, chatId, userId, seq, at),
    async lowCursors(chatId) {
      const rows = await database.query(
        `SELECT c.last_seq, ${lowCursors} AS low FROM chats c WHERE c.id = $1`,
        [chatId],
      )
      const row = only(rows)
      return toLowCursors(row.low, Number(row.last_seq))
    },
    async readersOf(chatId, seq, senderId) {
      // Who joined later than the message counts from the time of joining.
      const rows = await database.query(
        `SELECT m.user_id, COALESCE(
           (SELECT r.at FROM read_marks r WHERE r.chat_id = m.chat_id AND r.user_id = m.user_id AND r.seq >= $2
              AND r.at >= m.joined_at ORDER BY r.seq LIMIT 1),
           m.joined_at) AS at
         FROM members m WHERE m.chat_id = $1 AND m.left_at IS NULL AND m.user_id <> $3 AND m.read_seq >= $2
         ORDER BY at, m.user_id`,
        [chatId, seq, senderId],
      )
      return rows.map((row) => ({ user_id: String(row.user_id), at: time(row.at) }))
    },
  }
}

/**
 * Two statements with a commit in between, and no lock on the chat, which would hold up those who send: of two people who read at once, the later to
 * commit sees both cursors in the second statement, so that "read by all" is not missed.
 */
async function advance(
  database: Database,
  chatId: string,
  userId: string,
  seq: number,
  at: Date,
): Promise<CursorMove | null> {
  const before = await raise(database, chatId, userId, seq, at)
  if (before === undefined) return null
  const [after] = await database.query(
    `SELECT c.last_seq, c.version, c.member_count, m.read_seq, COALESCE(m.read_at, m.joined_at) AS at, ${lowCursors} AS low,
       CASE WHEN m.read_seq >= c.last_seq THEN 0 ELSE (
         SELECT count(*) FROM messages u
         WHERE u.chat_id = c.id AND u.seq > m.read_seq AND u.sender_id <> $2 AND u.deleted_at IS NULL
       ) END AS unread_count
     FROM chats c JOIN members m ON m.chat_id = c.id AND m.user_id = $2 AND m.left_at IS NULL
     WHERE c.id = $1 AND c.deleted_at IS NULL`,
    [chatId, userId],
    'read_after',
  )
  return after === undefined ? null : toMove(before, after)
}

const toMove = (before: Row, after: Row): CursorMove => ({
  seq: Number(after.read_seq),
  at: time(after.at),
  moved: before.moved === true,
  unreadCount: Number(after.unread_count),
  version: Number(after.version),
  memberCount: Number(after.member_count),
  before: toLowCursors(before.low, Number(before.last_seq)),
  after: toLowCursors(after.low, Number(after.last_seq)),
})

/** Raises the cursor if it is below, and notes when. The low cursors are those of before. */
async function raise(database: Database, chatId: string, userId: string, seq: number, at: Date) {
  const [row] = await database.query(
    `WITH present AS (
       SELECT c.id, c.last_seq, LEAST($3::bigint, c.last_seq) AS wanted, ${lowCursors} AS low
       FROM chats c JOIN members m ON m.chat_id = c.id AND m.user_id = $2 AND m.left_at IS NULL
       WHERE c.id = $1 AND c.deleted_at IS NULL
     ), moved AS (
       UPDATE members m SET read_seq = p.wanted, read_at = $4 FROM present p
       WHERE m.chat_id = p.id AND m.user_id = $2 AND m.left_at IS NULL AND m.read_seq < p.wanted
       RETURNING m.read_seq
     ), noted AS (
       INSERT INTO read_marks (chat_id, user_id, seq, at) SELECT $1, $2, read_seq, $4 FROM moved ON CONFLICT DO NOTHING
     )
     SELECT p.low, p.last_seq, EXISTS (SELECT FROM moved) AS moved FROM present p`,
    [chatId, userId, seq, at],
    'read_raise',
  )
  return row
}
