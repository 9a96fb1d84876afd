// Token buckets in memory: how often one key may do a thing on this node.
import type { Clock } from '../core/ports.ts'
import { type RateLimiter, type RateName, type RatePolicy, ratePolicies } from '../core/rate-limits.ts'
import { type BucketPolicy, TokenBucket } from '../core/token-bucket.ts'

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
  const policies = mapPolicies(options.policies ?? ratePolicies)
  const maxBuckets = options.maxBuckets ?? 50_000
  // In the order of their last use.
  const buckets = new Map<string, TokenBucket>()

  return {
    take(name, key) {
      const policy = policies[name]
      const now = clock.now().getTime()
      const id = `${name}\n${key}`
      const bucket = buckets.get(id) ?? new TokenBucket(policy, now)
      const allowed = bucket.take(1, now)
      const left = bucket.level(now)
      buckets.delete(id)
      buckets.set(id, bucket)
      if (buckets.size > maxBuckets) forgetOldest(buckets)
      return {
        allowed,
        limit: policy.burst,
        remaining: Math.floor(left),
        retryAfter: allowed ? 0 : Math.ceil((1 - left) / policy.perSecond),
      }
    },
    // A bucket that was forgotten is full.
    giveBack: (name, key) => buckets.get(`${name}\n${key}`)?.giveBack(1, clock.now().getTime()),
  }
}

const mapPolicies = (policies: Readonly<Record<RateName, RatePolicy>>): Record<RateName, BucketPolicy> => {
  const entries = Object.entries(policies).map(([name, { burst, perMinute }]) => [
    name,
    { burst, perSecond: perMinute / 60 },
  ])
  return Object.fromEntries(entries)
}

function forgetOldest(buckets: Map<string, TokenBucket>): void {
  for (const id of buckets.keys()) {
    buckets.delete(id)
    return
  }
}

/** Allows everything: for benchmarks and tests, where the limits would be what is measured. */
export const unlimited: RateLimiter = {
  take: () => ({ allowed: true, limit: Infinity, remaining: Infinity, retryAfter: 0 }),
  giveBack: () => {},
}
