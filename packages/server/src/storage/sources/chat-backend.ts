// What "Chat API", a program of which only the main file is published, keeps, as an import takes it.
//
// Its tables are found by their columns. It has chats of two and of somebody alone, files, and no reading; it does not say when an account was
// made, which is not later than the first chat or message of its owner. Paths of files begin with the folder that it serves them from.
import { findTables } from './foreign-catalog.ts'
import type { ForeignDatabase } from './foreign-database.ts'
import { type ForeignTables, openForeignTables } from './foreign-tables.ts'
import type { OpenSource } from './open-source.ts'

const expected = {
  users: { names: ['users', 'user'], columns: ['id', 'email', 'name', 'hashed_password'] },
  chats: { names: ['chats', 'chat'], columns: ['id', 'user1_id', 'user2_id', 'created_at'] },
  messages: {
    names: ['messages', 'message'],
    columns: ['id', 'chat_id', 'sender_id', 'text', 'created_at', 'edited_at'],
  },
  files: {
    names: ['message_files', 'message_file', 'messagefiles', 'messagefile'],
    columns: ['id', 'message_id', 'filename', 'file_path', 'file_size'],
  },
} as const

const timeOf = (column: string) => `COALESCE(${column}::timestamptz, 'epoch')`

async function findThem(database: ForeignDatabase): Promise<ForeignTables> {
  const { users, chats, messages, files } = await findTables(database, 'chat-backend', expected)
  return {
    people: `
      SELECT u.id::text AS key, NULL AS username, u.email, COALESCE(u.name, u.email, '') AS name, u.hashed_password AS hash,
        COALESCE(s.first_at, now()) AS created_at, NULL::timestamptz AS gone_at
      FROM ${users} u
      LEFT JOIN (
        SELECT p.person, min(p.at) AS first_at
        FROM (
          SELECT c.user1_id AS person, c.created_at::timestamptz AS at FROM ${chats} c
          UNION ALL SELECT c.user2_id, c.created_at::timestamptz FROM ${chats} c
          UNION ALL SELECT m.sender_id, m.created_at::timestamptz FROM ${messages} m
        ) p
        GROUP BY p.person
      ) s ON s.person = u.id`,
    chats: `
      SELECT c.id::text AS key, 'direct or notes' AS kind, NULL AS title, 'everyone' AS posting, 'private' AS visibility,
        ${timeOf('c.created_at')} AS created_at
      FROM ${chats} c`,
    // Both places of a chat may be one person's.
    members: `
      SELECT c.id::text AS chat, c.user1_id::text AS person, 'member' AS role, ${timeOf('c.created_at')} AS joined_at
      FROM ${chats} c
      UNION
      SELECT c.id::text, c.user2_id::text, 'member', ${timeOf('c.created_at')} FROM ${chats} c`,
    messages: `
      SELECT m.id::text AS key, m.chat_id::text AS chat, m.sender_id::text AS sender, m.text, ${timeOf('m.created_at')} AS created_at
      FROM ${messages} m`,
    edits: `
      SELECT m.id::text AS message, m.edited_at::timestamptz AS at FROM ${messages} m WHERE m.edited_at IS NOT NULL`,
    files: `
      SELECT f.message_id::text AS message, f.id::text AS key, f.id AS place, COALESCE(f.filename, '') AS name,
        regexp_replace(COALESCE(f.file_path, ''), '^media/', '') AS path, f.file_size AS size
      FROM ${files} f`,
  }
}

/** As openForeignDatabase does. */
export const openChatBackend = (url: string): Promise<OpenSource> =>
  openForeignTables('chat-backend', url, findThem)
