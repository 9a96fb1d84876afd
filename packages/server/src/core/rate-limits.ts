// How often one person or address may do what, where it is about what is done and not about what it costs (that is payers.ts). The
// limiter itself is a port; these are the rules.
import { AppError } from './errors.ts'

/** A token bucket: `burst` at once, refilled at `perMinute`. */
export interface RatePolicy {
  readonly burst: number
  readonly perMinute: number
}

export const ratePolicies = {
  /** Keyed by client address. */
  register: { burst: 20, perMinute: 5 },
  loginByAddress: { burst: 30, perMinute: 30 },
  /** Keyed by the account's login, so that many addresses do not help. */
  loginByAccount: { burst: 10, perMinute: 5 },
  /** Keyed by user. */
  password: { burst: 10, perMinute: 5 },
  /** What many others are told: a name, a picture, a title. */
  changeProfile: { burst: 20, perMinute: 20 },
  changeChat: { burst: 30, perMinute: 30 },
  changePreferences: { burst: 60, perMinute: 60 },
  createChat: { burst: 60, perMinute: 30 },
  changeMembers: { burst: 60, perMinute: 60 },
  sendMessage: { burst: 60, perMinute: 300 },
  editMessage: { burst: 60, perMinute: 120 },
  /** Files and avatars. */
  uploadFile: { burst: 30, perMinute: 30 },
  typing: { burst: 20, perMinute: 60 },
} as const satisfies Record<string, RatePolicy>

export type RateName = keyof typeof ratePolicies

interface RateDecision {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Seconds until one more is allowed; 0 when allowed. */
  readonly retryAfter: number
}

/** Takes one token from the bucket of `name` and `key`. */
export interface RateLimiter {
  take(name: RateName, key: string): RateDecision
}

/** Takes a token or throws `rate_limited`. */
export function requireRate(limiter: RateLimiter, name: RateName, key: string): void {
  const decision = limiter.take(name, key)
  if (!decision.allowed) {
    throw new AppError('rate_limited', { retryAfter: decision.retryAfter, limit: decision.limit })
  }
}
