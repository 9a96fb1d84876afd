// Runs concurrent calls together: while one batch is on its way the next one fills. A lone call is not delayed, and a busy
// server pays for one commit instead of hundreds. There is one lane, so calls keep their order.
import { AppError } from './errors.ts'

export interface GroupOptions<In, Out> {
  /** Answers in the order of the batch. Batches run one after another. */
  readonly run: (batch: readonly In[]) => Promise<readonly Out[]>
  /** Two calls with the same key are never in one batch; the later one is in a later batch. */
  readonly keyOf: (input: In) => string
  /** Calls of one batch at most. */
  readonly max: number
  /** Calls that may wait; beyond them one is refused with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
}

export interface Group<In, Out> {
  /** Resolves or rejects with the call's own part of its batch. */
  call(input: In): Promise<Out>
  /** Resolves when nothing waits and nothing is on its way. */
  idle(): Promise<void>
}

interface Waiting<In, Out> {
  readonly input: In
  readonly resolve: (output: Out) => void
  readonly reject: (error: unknown) => void
}

/**
 * Makes one call of many. When a batch fails with anything but `unavailable`, its calls are run one by
 * one, so that only those at fault fail.
 */
export function groupCalls<In, Out>(options: GroupOptions<In, Out>): Group<In, Out> {
  const maxWaiting = options.maxWaiting ?? Number.POSITIVE_INFINITY
  let waiting: Waiting<In, Out>[] = []
  let running = false
  const idleListeners: (() => void)[] = []

  const runAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const size = batchSize(waiting, options)
      const batch = waiting.slice(0, size)
      waiting = waiting.slice(size)
      await runBatch(batch, options.run)
    }
    running = false
    for (const listener of idleListeners.splice(0)) listener()
  }

  return {
    call(input) {
      if (waiting.length >= maxWaiting) return Promise.reject(new AppError('unavailable', { retryAfter: 1 }))
      return new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject })
        if (running) return
        running = true
        // Everything that arrives in this turn of the event loop joins the first batch.
        setImmediate(runAll)
      })
    },
    idle: () => (running ? new Promise((resolve) => idleListeners.push(resolve)) : Promise.resolve()),
  }
}

function batchSize<In, Out>(waiting: readonly Waiting<In, Out>[], options: GroupOptions<In, Out>): number {
  const keys = new Set<string>()
  for (const { input } of waiting) {
    const key = options.keyOf(input)
    if (keys.size === options.max || keys.has(key)) break
    keys.add(key)
  }
  return keys.size
}

async function runBatch<In, Out>(
  batch: readonly Waiting<In, Out>[],
  run: GroupOptions<In, Out>['run'],
): Promise<void> {
  try {
    const outputs = await run(batch.map((call) => call.input))
    if (outputs.length !== batch.length) throw new Error('A batch must answer each of its calls')
    for (const [index, call] of batch.entries()) call.resolve(outputs[index] as Out)
  } catch (error) {
    const lost = error instanceof AppError && error.code === 'unavailable'
    if (batch.length > 1 && !lost) for (const call of batch) await runBatch([call], run)
    else for (const call of batch) call.reject(error)
  }
}
