// How long a batch is left alone before another is begun beside it.

export interface BatchPaceRules {
  /** Milliseconds, at least. */
  readonly patience: number
  /**
   * Part of the time that batches usually take. One that is begun as soon as it may be takes the few calls that have come by then,
   * and those that come a moment later wait for two batches to end.
   */
  readonly share: number
}

export interface BatchPace {
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
