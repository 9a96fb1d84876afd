// Writes messages by group commit and tells of those that were created.
import type { Bus, Envelope } from '../events.ts'
import { groupCalls } from '../group-commit.ts'
import type { MessageDraft, MessageStore, PostOutcome } from './store.ts'

export interface MessageWriter {
  /**
   * Resolves after the commit; the event of a created message is published by then. Rejects with `unavailable` when the outcome
   * is not known: the same draft may be posted again. Drafts posted one after another are numbered in that order.
   */
  post(draft: MessageDraft): Promise<PostOutcome>
  /** Resolves when nothing is waiting or on its way. */
  idle(): Promise<void>
}

export interface MessageWriterOptions {
  readonly store: Pick<MessageStore, 'post'>
  readonly bus: Pick<Bus, 'publish'>
  /** Messages of one batch at most. */
  readonly maxBatch?: number
  /** Messages that may wait; beyond them `post` refuses with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
  /** Told what became of every batch that was written. */
  readonly onBatch?: (outcomes: readonly PostOutcome[]) => void
}

export function createMessageWriter(options: MessageWriterOptions): MessageWriter {
  const group = groupCalls<MessageDraft, PostOutcome>({
    max: options.maxBatch ?? 512,
    maxWaiting: options.maxWaiting ?? 20_000,
    // The same id again waits for the next batch, where it is found stored.
    keyOf: (draft) => draft.id,
    async run(drafts) {
      const outcomes = await options.store.post(drafts)
      options.onBatch?.(outcomes)
      const envelopes = outcomes.flatMap((outcome) =>
        outcome.status === 'created' ? [created(outcome.message)] : [],
      )
      if (envelopes.length > 0) options.bus.publish(envelopes)
      return outcomes
    },
  })
  return { post: (draft) => group.call(draft), idle: () => group.idle() }
}

const created = (message: Extract<PostOutcome, { status: 'created' }>['message']): Envelope => ({
  audience: { kind: 'chat', chat_id: message.chat_id },
  event: { type: 'message_created', chat_id: message.chat_id, version: message.version, message },
})
