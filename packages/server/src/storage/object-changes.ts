// The one place that changes a message or a membership of a chat: the change takes the chat's next version and is written with it,
// in one statement. Whatever is changed here is found by sync, of whatever kind the change is. Creating messages is not here.
import { chatColumns, memberColumns, messageColumns } from './rows.ts'

/**
 * Takes the next version of the chat `chatId`, whose lock the caller holds, if there is what is to be written with it. As the
 * expression `chat` its row is there for the rest of the statement.
 */
const takeVersion = (chatId: string, memberCount: string, exists: string): string => `
  chat AS (
    UPDATE chats c SET version = c.version + 1, member_count = c.member_count + ${memberCount}
    WHERE c.id = ${chatId} AND ${exists}
    RETURNING ${chatColumns('c')}
  )`

/**
 * Changes the message $1 of the chat $2, which is not deleted, and gives it: `set` are assignments to its columns, `beside` further
 * expressions of the statement. The mark says for good that the message took a version after the one it was created with.
 */
export const changeMessage = (set: string, beside: readonly string[] = []): string => `
  WITH ${[
    takeVersion('$2', '0', 'EXISTS (SELECT FROM messages k WHERE k.id = $1 AND k.deleted_at IS NULL)'),
    ...beside,
  ].join(', ')}
  UPDATE messages m SET ${set}, version = chat.version, changed = true
  FROM chat
  WHERE m.id = $1 AND m.deleted_at IS NULL
  RETURNING ${messageColumns('m')}`

const isPresent =
  'EXISTS (SELECT FROM members k WHERE k.chat_id = $1 AND k.user_id = $2 AND k.left_at IS NULL)'

/** What a change of a membership gives: the member's columns, and the chat as it is then, as JSON. */
const memberAndChat = `${memberColumns('m')}, (SELECT row_to_json(chat) FROM chat) AS chat`

/** Changes the present membership of the person $2 in the chat $1; `memberCount` is added to the chat's. */
export const changeMember = (set: string, memberCount: string): string => `
  WITH ${takeVersion('$1', memberCount, isPresent)}
  UPDATE members m SET ${set}, version = chat.version
  FROM chat
  WHERE m.chat_id = $1 AND m.user_id = $2 AND m.left_at IS NULL
  RETURNING ${memberAndChat}`

/**
 * Makes the person $2, who is not in, a member of the chat $1 with the role $3 at the time $4, or when the last one joined if that is
 * later: who joined first is told by it. Who comes back starts like a new member, but a cursor never falls.
 */
export const insertMember = `
  WITH ${takeVersion('$1', '1', `NOT ${isPresent}`)}
  INSERT INTO members AS m (chat_id, user_id, role, joined_at, joined_seq, read_seq, version)
  SELECT chat.id, $2::uuid, $3::member_role,
    GREATEST($4::timestamptz, (SELECT max(k.joined_at) FROM members k WHERE k.chat_id = $1)), chat.last_seq, chat.last_seq, chat.version FROM chat
  ON CONFLICT (chat_id, user_id) DO UPDATE SET
    role = excluded.role, joined_at = excluded.joined_at, joined_seq = excluded.joined_seq,
    read_seq = GREATEST(m.read_seq, excluded.read_seq), read_at = NULL, version = excluded.version, left_at = NULL,
    muted_until = NULL, pinned_at = NULL, archived_at = NULL
  RETURNING ${memberAndChat}`
