// What windi-messenger (github.com/bodaue/windi-messenger) keeps, as an import takes it.
//
// It notes each message that somebody read, their own at once. Who is not in a group any more has no row there, but messages.
import { openForeignTables } from './foreign-tables.ts'
import type { OpenSource } from './open-source.ts'

const tables = {
  people: `
    SELECT u.id::text AS key, NULL AS username, u.email, u.name, u.hashed_password AS hash, u.created_at, NULL::timestamptz AS gone_at
    FROM users u`,
  chats: `
    SELECT c.id::text AS key, CASE lower(c.type::text) WHEN 'personal' THEN 'direct' ELSE 'group' END AS kind,
      COALESCE(g.title, c.name) AS title, 'everyone' AS posting, 'private' AS visibility, c.created_at
    FROM chats c LEFT JOIN groups g ON g.id = c.group_id`,
  members: `
    SELECT k.chat_id::text AS chat, k.user_id::text AS person, CASE WHEN k.user_id = g.creator_id THEN 'owner' ELSE 'member' END AS role,
      k.joined_at
    FROM chat_members k JOIN chats c ON c.id = k.chat_id LEFT JOIN groups g ON g.id = c.group_id`,
  messages: `
    SELECT m.id::text AS key, m.chat_id::text AS chat, m.sender_id::text AS sender, m.text, m.created_at FROM messages m`,
  reads:
    'SELECT r.message_id::text AS message, r.user_id::text AS person, r.read_at AS at FROM message_read_states r',
} as const

/** As openForeignDatabase does. */
export const openWindiMessenger = (url: string): Promise<OpenSource> =>
  openForeignTables('windi-messenger', url, tables)
