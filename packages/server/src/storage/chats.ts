// Rows of chats.
import type { Preferences } from '@parley/protocol'
import type { ChatChange, ChatStore, NewChat } from '../core/chats/store.ts'
import { chatColumns, toChat } from './chat-rows.ts'
import { findView, listViews } from './chat-views.ts'
import { fold, only, timeOrNull } from './columns.ts'
import { decodeCursor, pageOf } from './cursor.ts'
import type { Database, Row } from './postgres.ts'

export function createChatStore(database: Database): ChatStore {
  const find = async (chatId: string, lock: string) => {
    const rows = await database.query(
      `SELECT ${chatColumns} FROM chats c WHERE c.id = $1 AND c.deleted_at IS NULL ${lock}`,
      [chatId],
      lock === '' ? 'chat_find' : 'chat_lock',
    )
    return rows[0] === undefined ? null : toChat(rows[0])
  }
  return {
    insert: (chat) => insert(database, chat),
    update: (chatId, change) => update(database, chatId, change),
    updatePreferences: (chatId, userId, change, at) =>
      updatePreferences(database, chatId, userId, change, at),
    searchPublic: (filter) => searchPublic(database, filter),
    view: (chatId, userId) => findView(database, chatId, userId),
    views: (userId, filter) => listViews(database, userId, filter),
    find: (chatId) => find(chatId, ''),
    lock: (chatId) => find(chatId, 'FOR NO KEY UPDATE'),
    async findDirect(userA, userB) {
      const rows = await database.query<{ chat_id: string }>(
        'SELECT chat_id FROM direct_chats WHERE user_low = LEAST($1::uuid, $2::uuid) AND user_high = GREATEST($1::uuid, $2::uuid)',
        [userA, userB],
      )
      return rows[0]?.chat_id ?? null
    },
    async claimDirect(userA, userB, chatId) {
      const rows = await database.query(
        `INSERT INTO direct_chats (user_low, user_high, chat_id)
         VALUES (LEAST($1::uuid, $2::uuid), GREATEST($1::uuid, $2::uuid), $3) ON CONFLICT DO NOTHING RETURNING chat_id`,
        [userA, userB, chatId],
      )
      return rows.length > 0
    },
    async advance(chatId, change) {
      const rows = await database.query(
        `UPDATE chats c SET version = c.version + 1, member_count = c.member_count + $2 WHERE c.id = $1
         RETURNING ${chatColumns}`,
        [chatId, change.memberCount],
        'chat_advance',
      )
      return toChat(only(rows))
    },
    async idsOf(userId) {
      const rows = await database.query<{ chat_id: string }>(
        `SELECT m.chat_id FROM members m JOIN chats c ON c.id = m.chat_id
         WHERE m.user_id = $1 AND m.left_at IS NULL AND c.deleted_at IS NULL`,
        [userId],
        'chat_ids_of',
      )
      return rows.map((row) => row.chat_id)
    },
  }
}

async function insert(database: Database, chat: NewChat) {
  const userIds = chat.members.map((member) => member.userId)
  const rows = await database.query(
    `INSERT INTO chats AS c (id, kind, title, title_key, description, posting, visibility, created_by, created_at,
       direct_user_ids, member_count, version, active_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $9) RETURNING ${chatColumns}`,
    [
      chat.id,
      chat.kind,
      chat.title,
      chat.title === null ? null : fold(chat.title),
      chat.description,
      chat.posting,
      chat.visibility,
      chat.createdBy,
      chat.createdAt,
      chat.kind === 'direct' ? [...userIds].sort() : null,
      userIds.length,
    ],
  )
  await database.query(
    `INSERT INTO members (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
     SELECT $1, u, r, $4, 0, 0, 1 FROM unnest($2::uuid[], $3::member_role[]) AS x (u, r)`,
    [chat.id, userIds, chat.members.map((member) => member.role), chat.createdAt],
  )
  return toChat(only(rows))
}

async function update(database: Database, chatId: string, change: ChatChange) {
  const rows = await database.query(
    `UPDATE chats c SET version = c.version + 1, title = COALESCE($2, c.title), title_key = COALESCE($3, c.title_key),
       description = COALESCE($4, c.description), posting = COALESCE($5, c.posting),
       visibility = COALESCE($6, c.visibility), deleted_at = COALESCE($7, c.deleted_at)
     WHERE c.id = $1 RETURNING ${chatColumns}`,
    [
      chatId,
      change.title ?? null,
      change.title === undefined ? null : fold(change.title),
      change.description ?? null,
      change.posting ?? null,
      change.visibility ?? null,
      change.deletedAt ?? null,
    ],
  )
  return toChat(only(rows))
}

async function updatePreferences(
  database: Database,
  chatId: string,
  userId: string,
  change: { mutedUntil?: Date | null; pinned?: boolean; archived?: boolean },
  at: Date,
): Promise<Preferences | null> {
  const rows = await database.query(
    `UPDATE members SET
       muted_until = CASE WHEN $4 THEN $5::timestamptz ELSE muted_until END,
       pinned_at = CASE WHEN $6::boolean THEN COALESCE(pinned_at, $3) WHEN NOT $6 THEN NULL ELSE pinned_at END,
       archived_at = CASE WHEN $7::boolean THEN COALESCE(archived_at, $3) WHEN NOT $7 THEN NULL ELSE archived_at END
     WHERE chat_id = $1 AND user_id = $2 AND left_at IS NULL
       AND EXISTS (SELECT FROM chats c WHERE c.id = $1 AND c.deleted_at IS NULL)
     RETURNING muted_until, pinned_at, archived_at`,
    [
      chatId,
      userId,
      at,
      change.mutedUntil !== undefined,
      change.mutedUntil ?? null,
      change.pinned ?? null,
      change.archived ?? null,
    ],
  )
  return rows[0] === undefined ? null : toPreferences(rows[0])
}

const toPreferences = (row: Row): Preferences => ({
  muted_until: timeOrNull(row.muted_until),
  pinned: row.pinned_at !== null,
  archived: row.archived_at !== null,
})

async function searchPublic(database: Database, filter: { query?: string; limit: number; cursor?: string }) {
  const [titleKey, id] =
    filter.cursor === undefined ? ['', null] : decodeCursor(filter.cursor, ['string', 'id'])
  const rows = await database.query(
    `SELECT ${chatColumns}, c.title_key FROM chats c
     WHERE c.visibility = 'public' AND c.deleted_at IS NULL AND strpos(c.title_key, $1) > 0
       AND ($3::uuid IS NULL OR (c.title_key, c.id) > ($2 COLLATE "C", $3::uuid))
     ORDER BY c.title_key, c.id LIMIT $4`,
    [fold(filter.query?.trim() ?? ''), titleKey, id, filter.limit + 1],
  )
  return pageOf(rows, filter.limit, toChat, (row) => [String(row.title_key), String(row.id)])
}
