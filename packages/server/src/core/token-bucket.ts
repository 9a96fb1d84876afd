// A token bucket: so much at once, and what flows in with time. Whose it is and what a refusal means is its owner's business.

export interface BucketPolicy {
  /** What the bucket holds; it is full at first. */
  readonly burst: number
  readonly perSecond: number
}

/**
 * Times are milliseconds of whatever clock the owner reads; the bucket reads none. A clock that was set back refills nothing,
 * and takes nothing away.
 */
export class TokenBucket {
  private readonly policy: BucketPolicy
  private tokens: number
  /** When `tokens` was right. */
  private at: number

  constructor(policy: BucketPolicy, now: number) {
    this.policy = policy
    this.tokens = policy.burst
    this.at = now
  }

  /** What is in it at that moment. */
  level(now: number): number {
    this.tokens = this.filled(now)
    return this.tokens
  }

  /** Takes the cost if there is as much, else nothing. */
  take(cost: number, now: number): boolean {
    const tokens = this.filled(now)
    const isEnough = tokens >= cost
    this.tokens = isEnough ? tokens - cost : tokens
    return isEnough
  }

  /** Puts back what was taken; no more than it holds. */
  giveBack(amount: number, now: number): void {
    this.tokens = Math.min(this.policy.burst, this.filled(now) + amount)
  }

  /** Takes the cost, or as much as there is; gives what is left. */
  drain(cost: number, now: number): number {
    const rest = this.filled(now) - cost
    const left = rest > 0 ? rest : 0
    this.tokens = left
    return left
  }

  /** To be stored by the caller, once: a field that holds a fraction is dear to write. */
  private filled(now: number): number {
    const { burst, perSecond } = this.policy
    const tokens = this.tokens + ((now - this.at) * perSecond) / 1_000
    const isBack = now < this.at
    this.at = now
    if (isBack) return this.tokens
    return tokens < burst ? tokens : burst
  }
}
