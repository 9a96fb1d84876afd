// The group commit: while one batch of messages is on its way to the database, the next one fills. An idle server adds no
// delay, a busy one writes hundreds of messages per commit. There is one lane, so a chat's messages keep their order.
import { AppError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Log } from '../ports.ts'
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
  readonly log: Log
  /** Messages of one batch at most. */
  readonly maxBatch?: number
  /** Messages that may wait; beyond them `post` refuses with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
  /** Told the size of every batch that was written. */
  readonly onBatch?: (size: number) => void
}

interface Waiting {
  readonly draft: MessageDraft
  readonly resolve: (outcome: PostOutcome) => void
  readonly reject: (error: unknown) => void
}

export function createMessageWriter(options: MessageWriterOptions): MessageWriter {
  const maxBatch = options.maxBatch ?? 512
  const maxWaiting = options.maxWaiting ?? 20_000
  let waiting: Waiting[] = []
  let running = false
  let idleListeners: (() => void)[] = []

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const { batch, rest } = takeBatch(waiting, maxBatch)
      waiting = rest
      await write(batch)
    }
    running = false
    const listeners = idleListeners
    idleListeners = []
    for (const listener of listeners) listener()
  }

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      settle(batch, await options.store.post(batch.map((item) => item.draft)))
    } catch (error) {
      if (batch.length > 1 && !isUnavailable(error)) {
        // One draft that the database refuses must not take the others with it.
        for (const item of batch) await write([item])
        return
      }
      options.log.error({ err: error, size: batch.length }, 'a batch of messages was not written')
      for (const item of batch) item.reject(error)
    }
  }

  const settle = (batch: readonly Waiting[], outcomes: readonly PostOutcome[]): void => {
    const envelopes: Envelope[] = []
    for (const [index, item] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) {
        item.reject(new AppError('internal'))
        continue
      }
      item.resolve(outcome)
      if (outcome.status === 'created') envelopes.push(created(outcome.message))
    }
    options.onBatch?.(batch.length)
    if (envelopes.length > 0) options.bus.publish(envelopes)
  }

  return {
    post(draft) {
      if (waiting.length >= maxWaiting) return Promise.reject(new AppError('unavailable', { retryAfter: 1 }))
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject })
        if (running) return
        running = true
        // Everything that arrives in this turn of the event loop joins the first batch.
        setImmediate(run)
      })
    },
    idle() {
      return running ? new Promise((resolve) => idleListeners.push(resolve)) : Promise.resolve()
    },
  }
}

/** The longest run from the front without a repeated id; repeats wait for the next batch, where they are found stored. */
function takeBatch(waiting: readonly Waiting[], max: number): { batch: Waiting[]; rest: Waiting[] } {
  const ids = new Set<string>()
  let size = 0
  for (const { draft } of waiting) {
    if (size === max || ids.has(draft.id)) break
    ids.add(draft.id)
    size += 1
  }
  return { batch: waiting.slice(0, size), rest: waiting.slice(size) }
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'unavailable'

const created = (message: Extract<PostOutcome, { status: 'created' }>['message']): Envelope => ({
  audience: { kind: 'chat', chat_id: message.chat_id },
  event: { type: 'message_created', chat_id: message.chat_id, version: message.version, message },
})
