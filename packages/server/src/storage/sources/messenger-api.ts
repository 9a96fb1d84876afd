// What "Messenger API" (github.com/endlessmeal/test_case_mango) keeps, as an import takes it.
//
// It says neither who made a chat nor when somebody joined: nobody was in one before having an account. Messages outlive their senders,
// nameless. A reading may be there twice. All columns that have no NOT NULL are filled by the program itself.
import { openForeignTables } from './foreign-tables.ts'
import type { OpenSource } from './open-source.ts'

/** Stands for all who deleted their accounts; the others' keys are numbers. */
const gone = `'gone'`

const tables = {
  people: `
    SELECT u.id::text AS key, u.username, u.email, u.username AS name, u.hashed_password AS hash,
      COALESCE(u.created_at, 'epoch') AS created_at, NULL::timestamptz AS gone_at
    FROM users u
    UNION ALL
    SELECT ${gone}, NULL, NULL, '', '', COALESCE(min(m.created_at), 'epoch'), COALESCE(max(m.created_at), 'epoch')
    FROM messages m WHERE m.sender_id IS NULL HAVING count(*) > 0`,
  chats: `
    SELECT c.id::text AS key, CASE WHEN c.is_group THEN 'group' ELSE 'direct or notes' END AS kind, NULLIF(c.name, '') AS title,
      'everyone' AS posting, 'private' AS visibility, COALESCE(c.created_at, 'epoch') AS created_at
    FROM chats c`,
  members: `
    SELECT p.chat_id::text AS chat, p.user_id::text AS person, 'member' AS role,
      COALESCE(GREATEST(c.created_at, u.created_at), 'epoch') AS joined_at
    FROM chat_participants p JOIN chats c ON c.id = p.chat_id JOIN users u ON u.id = p.user_id`,
  messages: `
    SELECT m.id::text AS key, m.chat_id::text AS chat, COALESCE(m.sender_id::text, ${gone}) AS sender, m.text,
      COALESCE(m.created_at, 'epoch') AS created_at
    FROM messages m`,
  reads: `
    SELECT r.message_id::text AS message, r.user_id::text AS person, COALESCE(min(r.read_at), 'epoch') AS at
    FROM message_reads r WHERE r.user_id IS NOT NULL
    GROUP BY r.message_id, r.user_id`,
} as const

/** As openForeignDatabase does. */
export const openMessengerApi = (url: string): Promise<OpenSource> =>
  openForeignTables('messenger-api', url, tables)
