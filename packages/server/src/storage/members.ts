// Rows of members.
import type { Member, Role } from '@parley/protocol'
import type { MemberStore } from '../core/members/store.ts'
import { only, time, timeOrNull } from './columns.ts'
import { decodeCursor, pageOf } from './cursor.ts'
import type { Database, Row } from './postgres.ts'

export const memberColumns = 'chat_id, user_id, role, joined_at, joined_seq, read_seq, left_at, version'

export const toMember = (row: Row): Member => ({
  chat_id: String(row.chat_id),
  user_id: String(row.user_id),
  role: row.role as Role,
  joined_at: time(row.joined_at),
  joined_seq: Number(row.joined_seq),
  read_seq: Number(row.read_seq),
  left_at: timeOrNull(row.left_at),
  version: Number(row.version),
})

export function createMemberStore(database: Database): MemberStore {
  return {
    async find(chatId, userId) {
      const rows = await database.query(
        `SELECT ${memberColumns} FROM members WHERE chat_id = $1 AND user_id = $2 AND left_at IS NULL`,
        [chatId, userId],
        'member_find',
      )
      return rows[0] === undefined ? null : toMember(rows[0])
    },
    async add({ chatId, userId, role, at, seq, version }) {
      // Who comes back starts anew, but their cursor does not fall.
      const rows = await database.query(
        `INSERT INTO members AS m (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
         VALUES ($1, $2, $3, $4, $5, $5, $6)
         ON CONFLICT (chat_id, user_id) DO UPDATE SET role = $3, joined_at = $4, joined_seq = $5, read_seq = $5,
           read_at = NULL, muted_until = NULL, pinned_at = NULL, archived_at = NULL, version = $6, left_at = NULL
         RETURNING ${memberColumns}`,
        [chatId, userId, role, at, seq, version],
      )
      return toMember(only(rows))
    },
    async setRole(chatId, userId, role, version) {
      const rows = await database.query(
        `UPDATE members SET role = $3, version = $4 WHERE chat_id = $1 AND user_id = $2 AND left_at IS NULL
         RETURNING ${memberColumns}`,
        [chatId, userId, role, version],
      )
      return toMember(only(rows))
    },
    async remove(chatId, userId, at, version) {
      const rows = await database.query(
        `UPDATE members SET left_at = $3, version = $4 WHERE chat_id = $1 AND user_id = $2 AND left_at IS NULL
         RETURNING ${memberColumns}`,
        [chatId, userId, at, version],
      )
      return toMember(only(rows))
    },
    list: (chatId, filter) => list(database, chatId, filter),
    async ids(chatId) {
      const rows = await database.query<{ user_id: string }>(
        'SELECT user_id FROM members WHERE chat_id = $1 AND left_at IS NULL',
        [chatId],
      )
      return rows.map((row) => row.user_id)
    },
    async heir(chatId, leavingId) {
      const rows = await database.query<{ user_id: string }>(
        `SELECT user_id FROM members WHERE chat_id = $1 AND user_id <> $2 AND left_at IS NULL
         ORDER BY role = 'admin' DESC, joined_at, user_id LIMIT 1`,
        [chatId, leavingId],
      )
      return rows[0]?.user_id ?? null
    },
    async acquainted(userId, userIds) {
      const rows = await database.query<{ id: string }>(
        `SELECT o.id FROM unnest($2::uuid[]) AS o (id) WHERE EXISTS (
           SELECT FROM members theirs JOIN members mine ON mine.chat_id = theirs.chat_id
           JOIN chats c ON c.id = theirs.chat_id
           WHERE theirs.user_id = o.id AND theirs.left_at IS NULL AND mine.user_id = $1 AND mine.left_at IS NULL
             AND c.deleted_at IS NULL
         )`,
        [userId, userIds],
      )
      return rows.map((row) => row.id)
    },
  }
}

async function list(database: Database, chatId: string, filter: { limit: number; cursor?: string }) {
  const [joinedAt, userId] =
    filter.cursor === undefined ? [null, null] : decodeCursor(filter.cursor, ['time', 'id'])
  const rows = await database.query(
    `SELECT ${memberColumns} FROM members
     WHERE chat_id = $1 AND left_at IS NULL
       AND ($2::timestamptz IS NULL OR (joined_at, user_id) > ($2::timestamptz, $3::uuid))
     ORDER BY joined_at, user_id LIMIT $4`,
    [chatId, joinedAt, userId, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, toMember, (row) => [time(row.joined_at), String(row.user_id)])
}
