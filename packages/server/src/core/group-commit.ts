// Runs concurrent calls together: while one batch is on its way the next one fills. A lone call is not delayed, and a busy
// server pays for one commit instead of hundreds. Where a commit takes long, another batch can be begun beside it, for other
// subjects: its work is done while the disk is busy.
import { AppError } from './errors.ts'

export interface GroupOptions<In, Out> {
  /** Answers in the order of the batch. */
  readonly run: (batch: readonly In[]) => Promise<readonly Out[]>
  /** Two calls with the same key are never in one batch; the later one is in a later batch. */
  readonly keyOf: (input: In) => string
  /** Calls about the same subject are run in the order in which they came. The key unless given. */
  readonly subjectOf?: (input: In) => string
  /** Calls of one batch at most. */
  readonly max: number
  /** Calls that may wait; beyond them one is refused with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
  /** One batch after another unless given. */
  readonly beside?: Beside
}

/** How long a batch is left alone before another is begun beside it. */
export interface BatchPaceRules {
  /** Milliseconds, at least. */
  readonly patience: number
  /**
   * Part of the time that batches usually take. One that is begun as soon as it may be takes the few calls that have come by then,
   * and those that come a moment later wait for two batches to end.
   */
  readonly share: number
}

/** When batches are on their way beside each other; no two about one subject. */
export interface Beside extends BatchPaceRules {
  /** Batches at once. */
  readonly lanes: number
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
  const { maxWaiting = Number.POSITIVE_INFINITY, beside = { lanes: 1, patience: 0, share: 0 } } = options
  const now = () => performance.now()
  const pace = createBatchPace(beside, now)
  const subjectOf = options.subjectOf ?? options.keyOf
  let waiting: Waiting<In, Out>[] = []
  let running = 0
  /** Subjects of the batches on their way. */
  const busy = new Set<string>()
  let isTurnDue = false
  let isTimerDue = false
  const idleListeners: (() => void)[] = []

  const begin = (): void => {
    pace.tried()
    const { batch, rest } = splitOff(waiting, { ...options, subjectOf, busy })
    waiting = rest
    if (batch.length > 0) void runBeside(batch)
  }

  const runBeside = async (batch: readonly Waiting<In, Out>[]): Promise<void> => {
    running += 1
    for (const { input } of batch) busy.add(subjectOf(input))
    const begunAt = now()
    await runBatch(batch, options.run)
    pace.took(now() - begunAt)
    for (const { input } of batch) busy.delete(subjectOf(input))
    running -= 1
    if (running === 0 && waiting.length > 0) begin()
    plan()
  }

  /** Sees to it that those who wait are begun with in time. */
  const plan = (): void => {
    if (waiting.length === 0) {
      if (running === 0) for (const listener of idleListeners.splice(0)) listener()
    } else if (running === 0) {
      if (isTurnDue) return
      isTurnDue = true
      // Everything that arrives in this turn of the event loop joins the first batch.
      setImmediate(() => {
        isTurnDue = false
        if (running === 0) begin()
        plan()
      })
    } else if (running < beside.lanes && !isTimerDue) {
      isTimerDue = true
      setTimeout(() => {
        isTimerDue = false
        if (running > 0 && running < beside.lanes && pace.left() === 0) begin()
        plan()
      }, pace.left())
    }
  }

  return {
    call(input) {
      if (waiting.length >= maxWaiting) return Promise.reject(new AppError('unavailable', { retryAfter: 1 }))
      return new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject })
        plan()
      })
    },
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => idleListeners.push(resolve)),
  }
}

interface BatchPace {
  /** A batch was begun, or could not be for those on their way. */
  tried(): void
  /** A batch took so many milliseconds. */
  took(milliseconds: number): void
  /** Milliseconds until another may be begun; 0 at once. */
  left(): number
}

/** What takes longer is a stall, which counts as no more than this. */
const longest = 50
/** Each batch counts for an eighth, as in the round-trip times of RFC 6298. */
const weight = 1 / 8

/** `now` gives milliseconds. */
export function createBatchPace({ patience, share }: BatchPaceRules, now: () => number): BatchPace {
  let usual = 0
  let triedAt = 0
  return {
    tried() {
      triedAt = now()
    },
    took(milliseconds) {
      usual += (Math.min(milliseconds, longest) - usual) * weight
    },
    left: () => Math.max(0, triedAt + Math.max(patience, usual * share) - now()),
  }
}

interface SplitRules<In> {
  readonly max: number
  readonly keyOf: (input: In) => string
  readonly subjectOf: (input: In) => string
  /** Subjects that have to wait. */
  readonly busy: ReadonlySet<string>
}

/** The next batch of those that wait, and the others in their order: behind a call that has to wait is all that is about its subject. */
function splitOff<In, Out>(
  waiting: readonly Waiting<In, Out>[],
  { max, keyOf, subjectOf, busy }: SplitRules<In>,
): { readonly batch: Waiting<In, Out>[]; readonly rest: Waiting<In, Out>[] } {
  const batch: Waiting<In, Out>[] = []
  const rest: Waiting<In, Out>[] = []
  const keys = new Set<string>()
  const held = new Set<string>()
  for (const [index, call] of waiting.entries()) {
    if (batch.length === max) return { batch, rest: rest.concat(waiting.slice(index)) }
    const key = keyOf(call.input)
    const subject = subjectOf(call.input)
    if (busy.has(subject) || held.has(subject) || keys.has(key)) {
      held.add(subject)
      rest.push(call)
    } else {
      keys.add(key)
      batch.push(call)
    }
  }
  return { batch, rest }
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
