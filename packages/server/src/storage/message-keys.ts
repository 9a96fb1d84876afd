// Keys of messages in PostgreSQL.
import type { Id } from '@parley/protocol'
import { groupCalls } from '../core/group-commit.ts'
import type { MessageKey, MessageKeyStore } from '../core/messages/key-store.ts'
import { lookUp } from './chat-views.ts'
import type { Database } from './database.ts'

const noteKeys = {
  name: 'messageKeys.note',
  text: `
    INSERT INTO message_keys (chat_id, message_id, key)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])
    ON CONFLICT DO NOTHING`,
}

const forgetKey = {
  name: 'messageKeys.forget',
  text: 'DELETE FROM message_keys WHERE chat_id = $1 AND message_id = $2',
}

const findFormerUntil = { name: 'messageKeys.formerUntil', text: 'SELECT until FROM former_key_ids' }

const findKeys = {
  name: 'messageKeys.keysOf',
  text: `
    SELECT k.message_id, k.key
    FROM unnest($2::uuid[]) AS wanted (id)
    CROSS JOIN ${lookUp('SELECT o.* FROM message_keys o WHERE o.chat_id = $1 AND o.message_id = wanted.id')} k`,
}

/** Keys of one batch at most. */
const maxBatch = 256

/** Keys over a pool, where those that come at the same time are written together, or over a transaction. */
export function messageKeyStore(database: Database): MessageKeyStore {
  const note = async (entries: readonly MessageKey[]) => {
    await database.query(noteKeys, [
      entries.map(({ chatId }) => chatId),
      entries.map(({ messageId }) => messageId),
      entries.map(({ key }) => key),
    ])
    return entries.map(() => undefined)
  }
  const group = groupCalls<MessageKey, undefined>({
    run: note,
    keyOf: ({ messageId }) => messageId,
    max: maxBatch,
  })
  return {
    async note(entry) {
      await (database.inTransaction ? note([entry]) : group.call(entry))
    },
    async forget(chatId, messageId) {
      await database.query(forgetKey, [chatId, messageId])
    },
    async formerUntil() {
      const [row] = await database.query<{ until: Date }>(findFormerUntil, [])
      return row?.until ?? null
    },
    async keysOf(chatId, messageIds) {
      if (messageIds.length === 0) return new Map()
      const rows = await database.query<{ message_id: Id; key: string }>(findKeys, [chatId, messageIds])
      return new Map(rows.map((row) => [row.message_id, row.key]))
    },
  }
}
