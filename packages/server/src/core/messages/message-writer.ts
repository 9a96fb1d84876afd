// Writes messages by group commit and tells of those that were created.
import type { Message } from '@parley/protocol'
import { InDoubtError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import { type Beside, groupCalls } from '../group-commit.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { MessageDraft, MessageStore, PostOutcome } from './store.ts'

export interface MessageWriter {
  /**
   * Resolves after the commit; the event of a created message is published by then. Rejects with `unavailable` when the outcome
   * is not known: the reconciler then sees to it that what was stored is published, and the same draft may be posted again. Drafts
   * posted to a chat one after another are numbered in that order.
   */
  post(draft: MessageDraft): Promise<PostOutcome>
  /** Resolves when nothing is waiting or on its way. */
  idle(): Promise<void>
}

export interface MessageWriterOptions {
  readonly store: Pick<MessageStore, 'post'>
  readonly bus: Pick<Bus, 'publish'>
  readonly reconciler: Pick<Reconciler, 'doubtMessages' | 'found'>
  /** Messages of one batch at most. */
  readonly maxBatch?: number
  readonly beside?: Beside
  /** Messages that may wait; beyond them `post` refuses with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
  /** Told what became of every batch that was written. */
  readonly onBatch?: (outcomes: readonly PostOutcome[]) => void
}

/**
 * While a disk that needs 5 ms for a flush is busy with a batch, the database works on the next one. Where a flush is quick a batch takes
 * so long only when the processors are what is short, and then a second one costs 5 % more of them. The share is where the next one
 * is ready for the disk as it ends with the last: on that disk batches take 8 ms, of which they wait 3 for the one before them.
 */
const defaultBeside: Beside = { lanes: 2, patience: 3, share: 0.6 }

export function createMessageWriter(options: MessageWriterOptions): MessageWriter {
  const { reconciler } = options
  const post = async (drafts: readonly MessageDraft[]): Promise<PostOutcome[]> => {
    try {
      return await options.store.post(drafts)
    } catch (error) {
      if (error instanceof InDoubtError) reconciler.doubtMessages(drafts.map((draft) => draft.id))
      throw error
    }
  }
  const group = groupCalls<MessageDraft, PostOutcome>({
    max: options.maxBatch ?? 512,
    maxWaiting: options.maxWaiting ?? 20_000,
    // The same id again waits for the next batch, where it is found stored.
    keyOf: (draft) => draft.id,
    subjectOf: (draft) => draft.chatId,
    beside: options.beside ?? defaultBeside,
    async run(drafts) {
      const outcomes = await post(drafts)
      options.onBatch?.(outcomes)
      const envelopes: Envelope[] = []
      for (const outcome of outcomes) {
        if (outcome.status === 'created') envelopes.push(created(outcome.message))
        else if (outcome.status === 'stored')
          reconciler.found(outcome.message.chat_id, outcome.message.version)
      }
      if (envelopes.length > 0) options.bus.publish(envelopes)
      return outcomes
    },
  })
  return { post: (draft) => group.call(draft), idle: () => group.idle() }
}

const created = (message: Message): Envelope => ({
  audience: { kind: 'chat', chat_id: message.chat_id },
  event: { type: 'message_created', chat_id: message.chat_id, version: message.version, message },
})
