// How many frames a socket may send: a token bucket, and patience for those who keep running over it.
import { type BucketPolicy, TokenBucket } from '../core/token-bucket.ts'

/** In units of what frames cost. */
export interface BudgetRules extends BucketPolicy {
  /** Refusals before the socket is ended; forgiven when the bucket has filled up again. */
  readonly patience: number
}

const defaultBudget: BudgetRules = { burst: 100, perSecond: 50, patience: 100 }

/** For measurements and tests; more than any socket can send. */
export const unlimitedFrames: BudgetRules = { burst: 1e9, perSecond: 1e9, patience: 0 }

export class FrameBudget {
  private readonly rules: BudgetRules
  private readonly bucket: TokenBucket
  private refusals = 0

  /** Times are milliseconds of a monotonic clock. */
  constructor(now: number, rules: BudgetRules = defaultBudget) {
    this.rules = rules
    this.bucket = new TokenBucket(rules, now)
  }

  /** `refused`: this frame is not to be carried out. `exhausted`: nor is any other. */
  take(now: number, cost = 1): 'allowed' | 'refused' | 'exhausted' {
    const { burst, patience } = this.rules
    if (this.bucket.level(now) === burst) this.refusals = 0
    if (this.bucket.take(cost, now)) return 'allowed'
    this.refusals += 1
    return this.refusals > patience ? 'exhausted' : 'refused'
  }
}
