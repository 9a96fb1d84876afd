// What "Chat Application" (github.com/issim91/fast-api-chat) keeps, as an import takes it.
//
// Its times are UTC without saying so, and hardly a column must be filled. It keeps the members of groups alone: who is in a private chat is known
// by what they wrote. Whether a message was read is kept, but neither by whom nor when: where two talk it was the other one.
import { openForeignTables } from './foreign-tables.ts'
import type { OpenSource } from './open-source.ts'

const timeOf = (column: string) => `COALESCE(${column}, 'epoch')::timestamptz`
const isPrivate = `c.type::text IS DISTINCT FROM 'GROUP'`

const tables = {
  people: `
    SELECT u.id::text AS key, u.username, u.email, COALESCE(u.username, u.email, '') AS name, u.hashed_password AS hash,
      ${timeOf('u.created_at')} AS created_at, NULL::timestamptz AS gone_at
    FROM users u`,
  chats: `
    SELECT c.id::text AS key, CASE WHEN ${isPrivate} THEN 'direct' ELSE 'group' END AS kind,
      COALESCE(NULLIF(g.name, ''), NULLIF(c.name, '')) AS title, 'everyone' AS posting, 'private' AS visibility,
      ${timeOf('c.created_at')} AS created_at
    FROM chats c LEFT JOIN groups g ON g.chat_id = c.id`,
  members: `
    SELECT DISTINCT g.chat_id::text AS chat, k.user_id::text AS person,
      CASE WHEN k.user_id = g.creator_id THEN 'owner' ELSE 'member' END AS role, ${timeOf('g.created_at')} AS joined_at
    FROM group_members k JOIN groups g ON g.id = k.group_id
    UNION ALL
    SELECT DISTINCT c.id::text, m.sender_id::text, 'member', ${timeOf('c.created_at')}
    FROM messages m JOIN chats c ON c.id = m.chat_id
    WHERE ${isPrivate}`,
  messages: `
    SELECT m.id::text AS key, m.chat_id::text AS chat, m.sender_id::text AS sender, m.text, ${timeOf('m.timestamp')} AS created_at
    FROM messages m`,
  reads: `
    SELECT m.id::text AS message, (p.first + p.second - m.sender_id)::text AS person, ${timeOf('m.timestamp')} AS at
    FROM messages m
    JOIN chats c ON c.id = m.chat_id
    JOIN (
      SELECT k.chat_id, min(k.sender_id) AS first, max(k.sender_id) AS second FROM messages k
      GROUP BY k.chat_id HAVING count(DISTINCT k.sender_id) = 2
    ) p ON p.chat_id = c.id
    WHERE ${isPrivate} AND m.is_read`,
} as const

/** As openForeignDatabase does. */
export const openChatApplication = (url: string): Promise<OpenSource> =>
  openForeignTables('chat-application', url, tables)
