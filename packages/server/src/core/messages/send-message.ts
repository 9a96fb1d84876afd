// Sends a message: exactly once by its id, durable before it is acknowledged.
import type { Id, Message } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, IdSource } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import type { KeyIds } from './key-store.ts'
import type { MessageWriter } from './message-writer.ts'
import type { PostOutcome } from './store.ts'
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

export interface SendMessagePorts {
  readonly messageWriter: MessageWriter
  readonly clock: Clock
  readonly ids: IdSource
  readonly keyIds: KeyIds
  readonly rateLimiter: RateLimiter
}

/**
 * Whether the sender may post is checked in the transaction that stores the message. Throws `not_found`, `posting_restricted`,
 * `invalid_reply`, `invalid_files`, `too_many_files`, `id_taken`, `invalid_request`, `invalid_encoding`, `rate_limited`, `unavailable` (send again, same id).
 */
export async function sendMessage(
  ports: SendMessagePorts,
  actor: Actor,
  input: SendMessageInput,
): Promise<SentMessage> {
  requireMaySend(ports, actor, input)
  const { id, idempotency_key: key } = input
  if (id === undefined && key !== undefined) {
    return sentAs(await postMessage(ports, actor, input, await ports.keyIds.idOf(actor, key)))
  }
  return sentAs(await postMessage(ports, actor, input, id ?? ports.ids.next()))
}

/** What is checked before the database is asked for anything. */
export function requireMaySend(
  ports: Pick<SendMessagePorts, 'rateLimiter'>,
  actor: Actor,
  { text = '', file_ids: fileIds = [] }: SendMessageInput,
): void {
  requireRate(ports.rateLimiter, 'sendMessage', actor.userId)
  requireContent(text, fileIds)
}

/** Expects `requireMaySend`. Reaches the message writer in the turn of the call. */
export const postMessage = (
  ports: Pick<SendMessagePorts, 'messageWriter' | 'clock'>,
  actor: Actor,
  { chat_id, text = '', file_ids: fileIds = [], reply_to_id }: SendMessageInput,
  id: Id,
): Promise<PostOutcome> =>
  ports.messageWriter.post({
    id,
    chatId: chat_id,
    senderId: actor.userId,
    text,
    fileIds,
    replyToId: reply_to_id ?? null,
    createdAt: ports.clock.now(),
  })

export function sentAs(outcome: PostOutcome): SentMessage {
  if (outcome.status === 'refused') throw new AppError(outcome.code)
  return { created: outcome.status === 'created', message: outcome.message }
}
