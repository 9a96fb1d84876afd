// Chats by integer, many chats at once, and who is in many of them, in PostgreSQL.
import type { ChatFacts, ChatFactsStore } from '../core/chats/facts-store.ts'
import { chatOf } from './chat-views.ts'
import type { Database } from './database.ts'
import { type MemberRow, memberColumns, type SqlTime, toMember, toTime } from './rows.ts'

interface ChatFactsRow extends Omit<ChatFacts, 'created_at' | 'deleted_at'> {
  readonly created_at: SqlTime
  readonly deleted_at: SqlTime | null
}

/** Of a chat `c` and its row `n` of chat_numbers. */
const columns =
  'c.id, n.number, c.kind, c.title, c.posting, c.visibility, c.created_by, c.created_at, c.direct_user_ids, c.deleted_at'

const findChats = {
  name: 'chatFacts.byIds',
  text: `
    SELECT ${columns}
    FROM (SELECT k.* FROM chat_numbers k WHERE k.chat_id = ANY ($1::uuid[]) OFFSET 0) n
    CROSS JOIN ${chatOf('n.chat_id')} c`,
}

const findChatsByNumbers = {
  name: 'chatFacts.byNumbers',
  text: `
    SELECT ${columns}
    FROM (SELECT k.* FROM chat_numbers k WHERE k.number = ANY ($1::bigint[]) OFFSET 0) n
    CROSS JOIN ${chatOf('n.chat_id')} c`,
}

const findMembers = {
  name: 'chatFacts.members',
  text: `
    SELECT ${memberColumns('m')}
    FROM unnest($1::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
      SELECT * FROM members o
      WHERE o.chat_id = c.id AND o.left_at IS NULL
      ORDER BY o.joined_at, o.user_id
      LIMIT $2
    ) m`,
}

/** Facts about chats over a pool or a transaction. */
export function chatFactsStore(database: Database): ChatFactsStore {
  return {
    async byIds(chatIds) {
      return (await database.query<ChatFactsRow>(findChats, [chatIds])).map(toFacts)
    },
    async byNumbers(numbers) {
      return (await database.query<ChatFactsRow>(findChatsByNumbers, [numbers])).map(toFacts)
    },
    async members(chatIds, perChat) {
      return (await database.query<MemberRow>(findMembers, [chatIds, perChat])).map(toMember)
    },
  }
}

const toFacts = (row: ChatFactsRow): ChatFacts => ({
  ...row,
  created_at: toTime(row.created_at),
  deleted_at: row.deleted_at === null ? null : toTime(row.deleted_at),
})
