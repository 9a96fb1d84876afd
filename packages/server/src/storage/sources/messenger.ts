// What "Messenger" (github.com/anygalaty/messenger) keeps, as an import takes it.
//
// Its groups, in which the creator posts and the others read, have tables of their own, besides those of its chats, some of which have
// many people. Its times are UTC without saying so. It has no time of an account, a joining or a reading, and no reading in groups.
import { openForeignTables } from './foreign-tables.ts'
import type { OpenSource } from './open-source.ts'

/** What a group, or a message in one, has before its key, which could be one of a chat. */
const inGroup = `'group:' ||`

const tables = {
  // An account is as old as the oldest chat or group that was made with it; where there is none it is from now.
  people: `
    SELECT u.id AS key, NULL AS username, u.email, u.name, u.password AS hash, COALESCE(t.first_at, now()) AS created_at,
      NULL::timestamptz AS gone_at
    FROM users u
    LEFT JOIN (
      SELECT s.user_id, min(s.at) AT TIME ZONE 'UTC' AS first_at
      FROM (
        SELECT p.user_id, c.created_at AS at FROM chat_participants p JOIN chats c ON c.id = p.chat_id
        UNION ALL
        SELECT g.creator_id, g.created_at FROM groups g
      ) s
      GROUP BY s.user_id
    ) t ON t.user_id = u.id`,
  chats: `
    SELECT c.id AS key, CASE c.chat_type WHEN 'personal' THEN 'direct' ELSE 'group' END AS kind, NULL AS title, 'everyone' AS posting,
      'private' AS visibility, c.created_at AT TIME ZONE 'UTC' AS created_at
    FROM chats c
    UNION ALL
    SELECT ${inGroup} g.id, 'group', g.name, 'admins', g.group_type::text, g.created_at AT TIME ZONE 'UTC' FROM groups g`,
  members: `
    SELECT p.chat_id AS chat, p.user_id AS person, 'member' AS role, c.created_at AT TIME ZONE 'UTC' AS joined_at
    FROM chat_participants p JOIN chats c ON c.id = p.chat_id
    UNION ALL
    SELECT ${inGroup} p.group_id, p.user_id, CASE WHEN p.user_id = g.creator_id THEN 'owner' ELSE 'member' END,
      g.created_at AT TIME ZONE 'UTC'
    FROM group_participants p JOIN groups g ON g.id = p.group_id`,
  messages: `
    SELECT m.id AS key, m.chat_id AS chat, m.sender_id AS sender, m.text, m.created_at AT TIME ZONE 'UTC' AS created_at FROM messages m
    UNION ALL
    SELECT ${inGroup} m.id, ${inGroup} m.group_id, m.sender_id, m.text, m.created_at AT TIME ZONE 'UTC' FROM group_messages m`,
  // Whoever read a message did so when it came, for all that is known.
  reads: `
    SELECT r.message_id AS message, r.user_id AS person, m.created_at AT TIME ZONE 'UTC' AS at
    FROM message_reads r JOIN messages m ON m.id = r.message_id`,
} as const

/** As openForeignDatabase does. */
export const openMessenger = (url: string): Promise<OpenSource> => openForeignTables('messenger', url, tables)
