// Entries as a store gives them back, and whose they are. Those of version 0.1 of the SDK were messages, with the names of the wire.
import type { AccountKey, OutboxEntry } from '../types.ts'

/** Names of the first version and what became of them. */
const formerNames: Readonly<Record<string, string>> = {
  chat_id: 'chatId',
  sender_id: 'senderId',
  file_ids: 'fileIds',
  reply_to_id: 'replyToId',
  created_at: 'createdAt',
}

/** Throws a `TypeError` for what never was an entry. */
export const readEntry = (value: unknown): OutboxEntry => {
  if (typeof value !== 'object' || value === null) throw new TypeError('The outbox holds what is no entry')
  const named = Object.entries(value).map(([name, of]) => [formerNames[name] ?? name, of])
  const entry: Record<string, unknown> = { kind: 'message', ...Object.fromEntries(named) }
  if (!isEntry(entry)) throw new TypeError('The outbox holds what is no entry')
  return entry
}

/** An entry without a server was kept by a version that knew one server only: its account is told by the id alone. */
export const isOf = (entry: OutboxEntry, { origin, userId }: AccountKey): boolean =>
  entry.senderId === userId && (entry.origin === undefined || entry.origin === origin)

/** What each kind has besides what all have. */
const fields: Readonly<Record<OutboxEntry['kind'], Readonly<Record<string, 'string' | 'number'>>>> = {
  message: { text: 'string' },
  edit: { messageId: 'string', text: 'string' },
  deletion: { messageId: 'string' },
  read: { seq: 'number' },
}

const isEntry = (value: Readonly<Record<string, unknown>>): value is typeof value & OutboxEntry => {
  const { kind } = value
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) return false
  const needed = {
    ...{ id: 'string', chatId: 'string', senderId: 'string', createdAt: 'number' },
    ...fields[kind as OutboxEntry['kind']],
  }
  return Object.entries(needed).every(([name, type]) => typeof value[name] === type)
}
