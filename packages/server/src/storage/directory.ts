// Look-ups by integer, by place in the history, and of many chats at once, in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { ChatFacts, DirectoryStore, MessagePlace } from '../core/directory/store.ts'
import { chatOf, lookUp } from './chat-views.ts'
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
  name: 'directory.chats',
  text: `
    SELECT ${columns}
    FROM (SELECT k.* FROM chat_numbers k WHERE k.chat_id = ANY ($1::uuid[]) OFFSET 0) n
    CROSS JOIN ${chatOf('n.chat_id')} c`,
}

const findChatsByNumbers = {
  name: 'directory.chatsByNumbers',
  text: `
    SELECT ${columns}
    FROM (SELECT k.* FROM chat_numbers k WHERE k.number = ANY ($1::bigint[]) OFFSET 0) n
    CROSS JOIN ${chatOf('n.chat_id')} c`,
}

const messageAt = {
  name: 'directory.messageAt',
  text: 'SELECT id FROM messages WHERE chat_id = $1 AND seq = $2',
}

// The inner queries walk the primary key, so that no sort is ever tried.
const seqOfNth = (name: string, direction: 'ASC' | 'DESC') => ({
  name,
  text: `
    SELECT seq FROM (
      SELECT seq, deleted_at FROM messages WHERE chat_id = $1 ORDER BY seq ${direction} OFFSET 0
    ) m
    WHERE deleted_at IS NULL
    ORDER BY seq ${direction}
    OFFSET $2 LIMIT 1`,
})
const nthOldest = seqOfNth('directory.nthOldest', 'ASC')
const nthNewest = seqOfNth('directory.nthNewest', 'DESC')

// From the mark before (or from where the person joined) to the cursor.
const passedBy = {
  name: 'directory.passedBy',
  text: `
    SELECT m.id, m.seq, m.sender_id
    FROM ${lookUp(`
      SELECT GREATEST(o.joined_seq, COALESCE((
        SELECT r.seq FROM read_marks r
        WHERE r.chat_id = $1 AND r.user_id = $2 AND r.seq < $3
        ORDER BY r.seq DESC
        LIMIT 1
      ), 0)) AS seq
      FROM members o
      WHERE o.chat_id = $1 AND o.user_id = $2`)} since
    CROSS JOIN LATERAL (
      SELECT o.id, o.seq, o.sender_id FROM messages o
      WHERE o.chat_id = $1 AND o.seq > since.seq AND o.seq <= $3 AND o.sender_id <> $2 AND o.deleted_at IS NULL
      ORDER BY o.seq DESC
      LIMIT $4
    ) m`,
}

const findMembers = {
  name: 'directory.members',
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

/** Look-ups over a pool or a transaction. */
export function directoryStore(database: Database): DirectoryStore {
  return {
    async chats(chatIds) {
      return (await database.query<ChatFactsRow>(findChats, [chatIds])).map(toFacts)
    },
    async chatsByNumbers(numbers) {
      return (await database.query<ChatFactsRow>(findChatsByNumbers, [numbers])).map(toFacts)
    },
    async messageAt(chatId, seq) {
      const [row] = await database.query<{ id: Id }>(messageAt, [chatId, seq])
      return row?.id ?? null
    },
    async seqOfNth(chatId, order, offset) {
      const statement = order === 'oldest' ? nthOldest : nthNewest
      const [row] = await database.query<{ seq: number }>(statement, [chatId, offset])
      return row?.seq ?? null
    },
    passedBy: (chatId, userId, seq, limit) =>
      database.query<MessagePlace>(passedBy, [chatId, userId, seq, limit]),
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
