// Entries as a store gives them back. Those that version 0.1 of the SDK kept have the names of the wire.
import type { OutboxEntry } from '../types.ts'

/** Names of the first version and what became of them. */
const formerNames: Readonly<Record<string, keyof OutboxEntry>> = {
  chat_id: 'chatId',
  sender_id: 'senderId',
  file_ids: 'fileIds',
  reply_to_id: 'replyToId',
  created_at: 'createdAt',
}

/** Throws a `TypeError` for what never was an entry. */
export const readEntry = (value: unknown): OutboxEntry => {
  if (typeof value !== 'object' || value === null) throw new TypeError('The outbox holds what is no entry')
  const entry = Object.fromEntries(Object.entries(value).map(([name, of]) => [formerNames[name] ?? name, of]))
  if (!isEntry(entry)) throw new TypeError('The outbox holds what is no entry')
  return entry
}

const isEntry = (value: { readonly [name: string]: unknown }): value is typeof value & OutboxEntry =>
  ['id', 'chatId', 'senderId', 'text'].every((name) => typeof value[name] === 'string') &&
  typeof value.createdAt === 'number'
