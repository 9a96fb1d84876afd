// Messages by their place in the history: by seq, by offset, and by the read that passed them, in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { MessagePlace, MessagePlaceStore } from '../core/messages/place-store.ts'
import { lookUp } from './chat-views.ts'
import type { Database } from './database.ts'

const findAt = {
  name: 'messagePlaces.idAt',
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
const nthOldest = seqOfNth('messagePlaces.nthOldest', 'ASC')
const nthNewest = seqOfNth('messagePlaces.nthNewest', 'DESC')

// From the mark before (or from where the person joined) to the cursor.
const passedBy = {
  name: 'messagePlaces.passedBy',
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

/** Places of messages over a pool or a transaction. */
export function messagePlaceStore(database: Database): MessagePlaceStore {
  return {
    async idAt(chatId, seq) {
      const [row] = await database.query<{ id: Id }>(findAt, [chatId, seq])
      return row?.id ?? null
    },
    async seqOfNth(chatId, order, offset) {
      const statement = order === 'oldest' ? nthOldest : nthNewest
      const [row] = await database.query<{ seq: number }>(statement, [chatId, offset])
      return row?.seq ?? null
    },
    passedBy: (chatId, userId, seq, limit) =>
      database.query<MessagePlace>(passedBy, [chatId, userId, seq, limit]),
  }
}
