// Sends a message: exactly once by its id, durable before it is acknowledged.
import type { Id, Message } from '@parley/protocol'
import { v5 as uuidv5 } from 'uuid'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, IdSource } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import type { MessageWriter } from './message-writer.ts'
import { requireContent } from './text.ts'

export interface SendMessageInput {
  readonly chat_id: Id
  /** May be missing or empty with files. */
  readonly text?: string
  /** Own files, uploaded before; at most `limits.filesPerMessage`, none twice. */
  readonly file_ids?: readonly Id[]
  readonly reply_to_id?: Id | null
  /** Chosen by the sender; the same id again gives the stored message. */
  readonly id?: Id
  /** Stands in for an id: the same key of the same sender is the same message. */
  readonly idempotency_key?: string
}

export interface SentMessage {
  /** False when the message had been stored before. */
  readonly created: boolean
  readonly message: Message
}

/**
 * Whether the sender may post is checked in the transaction that stores the message. Throws `not_found`, `posting_restricted`,
 * `invalid_reply`, `invalid_files`, `too_many_files`, `id_taken`, `invalid_request`, `invalid_encoding`, `rate_limited`, `unavailable` (send again, same id).
 */
export async function sendMessage(
  ports: {
    readonly messageWriter: MessageWriter
    readonly clock: Clock
    readonly ids: IdSource
    readonly rateLimiter: RateLimiter
  },
  actor: Actor,
  input: SendMessageInput,
): Promise<SentMessage> {
  requireRate(ports.rateLimiter, 'sendMessage', actor.userId)
  const { text = '', file_ids: fileIds = [], idempotency_key: key } = input
  requireContent(text, fileIds)
  const outcome = await ports.messageWriter.post({
    id: input.id ?? (key === undefined ? ports.ids.next() : idOfKey(actor, key)),
    chatId: input.chat_id,
    senderId: actor.userId,
    text,
    fileIds,
    replyToId: input.reply_to_id ?? null,
    createdAt: ports.clock.now(),
  })
  if (outcome.status === 'refused') throw new AppError(outcome.code)
  return { created: outcome.status === 'created', message: outcome.message }
}

/** UUIDv5 (RFC 9562 §5.5) of the sender and the key. */
export const idOfKey = (actor: Actor, key: string): Id => uuidv5(key, actor.userId)
