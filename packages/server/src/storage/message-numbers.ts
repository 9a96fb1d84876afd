// The integers of messages in PostgreSQL: functions/number_blocks.sql makes them.

import { AppError } from '../core/errors.ts'
import { messagesPerBlock, type NumberedBlock } from '../core/messages/message-number.ts'
import type { MessageNumberStore } from '../core/messages/number-store.ts'
import { chatOf, isMember, memberOf } from './chat-views.ts'
import type { Database, Statement } from './database.ts'
import { isSequenceExhausted } from './database-faults.ts'

const columns = 'b.chat_id AS "chatId", b.block, b.base'

const findBlocks = {
  name: 'messageNumbers.blocks',
  text: `SELECT ${columns} FROM number_blocks($1::uuid[], $2::integer[]) b`,
}

const findAhead = {
  name: 'messageNumbers.blocksAhead',
  text: `
    SELECT ${columns}
    FROM (
      SELECT c.id, c.last_seq
      FROM ${chatOf('$1')} c
      CROSS JOIN ${memberOf('c.id', '$2')} m
      WHERE ${isMember('c', 'm')}
      OFFSET 0
    ) c
    CROSS JOIN LATERAL number_blocks(
      ARRAY[c.id, c.id],
      ARRAY[c.last_seq / ${messagesPerBlock}, (c.last_seq + $3::integer - 1) / ${messagesPerBlock}]::integer[]
    ) b`,
}

const findAt = {
  name: 'messageNumbers.blockAt',
  text: `SELECT ${columns} FROM message_number_blocks b WHERE b.base = $1`,
}

/** Integers of messages over a pool or a transaction. */
export function messageNumberStore(database: Database): MessageNumberStore {
  const ask = async (statement: Statement, values: readonly unknown[]): Promise<NumberedBlock[]> => {
    try {
      return await database.query<NumberedBlock>(statement, values)
    } catch (error) {
      throw isSequenceExhausted(error) ? new AppError('numbers_exhausted', {}, { cause: error }) : error
    }
  }
  return {
    blocks: (wanted) =>
      ask(findBlocks, [wanted.map(({ chatId }) => chatId), wanted.map(({ block }) => block)]),
    blocksAhead: (chatId, userId, count) => ask(findAhead, [chatId, userId, count]),
    async blockAt(base) {
      const [block] = await ask(findAt, [base])
      return block ?? null
    },
  }
}
