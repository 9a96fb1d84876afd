// Token buckets in memory: how often one key may do a thing on this node.
import type { Clock } from '../core/ports.ts'
import { type RateLimiter, type RateName, type RatePolicy, ratePolicies } from '../core/rate-limits.ts'

interface Bucket {
  tokens: number
  /** When `tokens` was right, in milliseconds since 1970. */
  at: number
}

export interface RateLimiterOptions {
  readonly policies?: Readonly<Record<RateName, RatePolicy>>
  /**
   * Buckets remembered at most. The one used longest ago is forgotten first: it has had the most time to fill up again, so
   * forgetting it gives away the least.
   */
  readonly maxBuckets?: number
}

/** Every key of every policy has its own bucket, full at first. */
export function createRateLimiter(clock: Clock, options: RateLimiterOptions = {}): RateLimiter {
  const policies = options.policies ?? ratePolicies
  const maxBuckets = options.maxBuckets ?? 50_000
  // In the order of their last use.
  const buckets = new Map<string, Bucket>()

  return {
    take(name, key) {
      const policy = policies[name]
      const perMs = policy.perMinute / 60_000
      const now = clock.now().getTime()
      const id = `${name}\n${key}`
      const bucket = buckets.get(id) ?? { tokens: policy.burst, at: now }
      // A clock that was set back refills nothing, and does not take anything away.
      const elapsed = Math.max(0, now - bucket.at)
      const tokens = Math.min(policy.burst, bucket.tokens + elapsed * perMs)
      const allowed = tokens >= 1
      bucket.tokens = allowed ? tokens - 1 : tokens
      bucket.at = now
      buckets.delete(id)
      buckets.set(id, bucket)
      if (buckets.size > maxBuckets) forgetOldest(buckets)
      return {
        allowed,
        limit: policy.burst,
        remaining: Math.floor(bucket.tokens),
        retryAfter: allowed ? 0 : Math.ceil((1 - tokens) / perMs / 1000),
      }
    },
  }
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  for (const id of buckets.keys()) {
    buckets.delete(id)
    return
  }
}

/** Allows everything: for benchmarks and tests, where the limits would be what is measured. */
export const unlimited: RateLimiter = {
  take: () => ({ allowed: true, limit: Infinity, remaining: Infinity, retryAfter: 0 }),
}
