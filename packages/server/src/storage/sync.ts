// What a client that was away has missed: one statement, so one snapshot and one round trip, whatever the number of chats.
import { type Id, limits } from '@parley/protocol'
import type { Changes, SyncStore } from '../core/sync/store.ts'
import { toView, viewColumns, viewCursor } from './chat-views.ts'
import { only } from './columns.ts'
import { pageOf } from './cursor.ts'
import { memberColumns, toMember } from './members.ts'
import { messageColumns, toMessage } from './message-rows.ts'
import type { Database, Row } from './postgres.ts'

export function createSyncStore(database: Database): SyncStore {
  return {
    changesSince: (userId, versions) => changes(database, 'all', userId, versions),
    changesOf: (userId, versions) => changes(database, 'asked', userId, versions),
  }
}

const columnsOf = (alias: string, columns: string): string =>
  columns
    .split(',')
    .map((column) => `${alias}.${column.trim()}`)
    .join(', ')

/**
 * $1 the person, $2 and $3 the chats asked about and their versions, $4 chats of the list. Every version is one changed
 * object, so the distance of versions bounds what there is to list, and nothing need be counted: $5 in one chat, $6 in all.
 */
const statement = (which: 'all' | 'asked'): string => `
  WITH asked AS (
    SELECT a.chat_id, a.version FROM unnest($2::uuid[], $3::bigint[]) AS a (chat_id, version)
  ), mine AS (
    SELECT c.id, c.version, c.active_at, m.pinned_at FROM members m JOIN chats c ON c.id = m.chat_id
    WHERE m.user_id = $1 AND m.left_at IS NULL AND c.deleted_at IS NULL
      ${which === 'asked' ? 'AND m.chat_id IN (SELECT chat_id FROM asked)' : ''}
  ), behind AS (
    SELECT mine.id, asked.version, mine.version - asked.version AS distance,
      sum(mine.version - asked.version) OVER (ORDER BY mine.active_at DESC, mine.id DESC) AS total
    FROM asked JOIN mine ON mine.id = asked.chat_id
    WHERE mine.version > asked.version
  ), listed AS (
    SELECT id, version FROM behind WHERE distance <= $5 AND total <= $6
  ), top AS (
    SELECT id FROM mine ORDER BY COALESCE(pinned_at, '-infinity') DESC, active_at DESC, id DESC LIMIT $4 + 1
  )
  SELECT
    (SELECT COALESCE(json_agg(v), '[]') FROM (
      SELECT ${viewColumns} FROM top JOIN chats c ON c.id = top.id JOIN members m ON m.chat_id = c.id AND m.user_id = $1
      ORDER BY COALESCE(m.pinned_at, '-infinity') DESC, c.active_at DESC, c.id DESC
    ) v) AS chats,
    (SELECT COALESCE(json_agg(x), '[]') FROM (
      SELECT ${columnsOf('t', messageColumns)} FROM listed JOIN messages t ON t.chat_id = listed.id AND t.version > listed.version
      ORDER BY t.chat_id, t.seq
    ) x) AS messages,
    (SELECT COALESCE(json_agg(x), '[]') FROM (
      SELECT ${columnsOf('t', memberColumns)} FROM listed JOIN members t ON t.chat_id = listed.id AND t.version > listed.version
      ORDER BY t.chat_id, t.version
    ) x) AS members,
    (SELECT COALESCE(json_agg(id), '[]') FROM behind WHERE distance > $5 OR total > $6) AS gaps,
    (SELECT COALESCE(json_agg(chat_id), '[]') FROM asked WHERE chat_id NOT IN (SELECT id FROM mine)) AS removed`

const statements = { all: statement('all'), asked: statement('asked') } as const

async function changes(
  database: Database,
  which: 'all' | 'asked',
  userId: Id,
  versions: Readonly<Record<Id, number>>,
): Promise<Changes> {
  const listed = which === 'all' ? limits.readyChats : limits.resumeChats
  const values = [
    userId,
    Object.keys(versions),
    Object.values(versions),
    listed,
    limits.resumeObjectsPerChat,
    limits.resumeObjects,
  ]
  const row = only(await database.query(statements[which], values, `changes_${which}`))
  const chats = pageOf(row.chats as Row[], listed, toView, viewCursor)
  return {
    chats: chats.items,
    next_cursor: chats.next_cursor,
    messages: (row.messages as Row[]).map(toMessage),
    members: (row.members as Row[]).map(toMember),
    gaps: row.gaps as Id[],
    removed: row.removed as Id[],
  }
}
