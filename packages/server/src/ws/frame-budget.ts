// How many frames a socket may send: a token bucket, and patience for those who keep running over it.

export interface BudgetRules {
  /** Frames at once. */
  readonly burst: number
  readonly perSecond: number
  /** Refusals before the socket is ended; forgiven when the bucket has filled up again. */
  readonly patience: number
}

const defaultBudget: BudgetRules = { burst: 100, perSecond: 50, patience: 100 }

/** For measurements and tests; more than any socket can send. */
export const unlimitedFrames: BudgetRules = { burst: 1e9, perSecond: 1e9, patience: 0 }

export class FrameBudget {
  private readonly rules: BudgetRules
  private tokens: number
  private refusals = 0
  private at: number

  /** Times are milliseconds of a monotonic clock. */
  constructor(now: number, rules: BudgetRules = defaultBudget) {
    this.rules = rules
    this.tokens = rules.burst
    this.at = now
  }

  /** `refused`: this frame is not to be carried out. `exhausted`: nor is any other. */
  take(now: number): 'allowed' | 'refused' | 'exhausted' {
    const { burst, perSecond, patience } = this.rules
    this.tokens = Math.min(burst, this.tokens + ((now - this.at) * perSecond) / 1_000)
    this.at = now
    if (this.tokens === burst) this.refusals = 0
    if (this.tokens >= 1) {
      this.tokens -= 1
      return 'allowed'
    }
    this.refusals += 1
    return this.refusals > patience ? 'exhausted' : 'refused'
  }
}
