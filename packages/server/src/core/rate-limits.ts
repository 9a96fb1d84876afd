// How often one person or address may do what, where it is about what is done and not about what it costs (that is payers.ts). The
// limiter itself is a port; these are the rules.
import { networkOf } from './address.ts'
import { AppError } from './errors.ts'

/** A token bucket: `burst` at once, refilled at `perMinute`. */
export interface RatePolicy {
  readonly burst: number
  readonly perMinute: number
}

export const ratePolicies = {
  /** Keyed by the client's address. */
  register: { burst: 20, perMinute: 5 },
  loginByAddress: { burst: 30, perMinute: 30 },
  /** Wrong guesses at a password, see check-password.ts for the keys; and changes of it, keyed by user. */
  password: { burst: 10, perMinute: 5 },
  /** Keyed by user. What many others are told: a name, a picture, a title. */
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

/** Of whoever is nobody yet. */
type AddressRateName = 'register' | 'loginByAddress'

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
  /** Puts one token back that was taken. */
  giveBack(name: RateName, key: string): void
}

/** Takes a token or throws `rate_limited`. */
export function requireRate(
  limiter: RateLimiter,
  name: Exclude<RateName, AddressRateName>,
  key: string,
): void {
  takeOrThrow(limiter, name, key)
}

/** `requireRate` for what is counted by address: all of an IPv6 /64 are one. */
export function requireAddressRate(limiter: RateLimiter, name: AddressRateName, address: string): void {
  takeOrThrow(limiter, name, networkOf(address))
}

function takeOrThrow(limiter: RateLimiter, name: RateName, key: string): void {
  const decision = limiter.take(name, key)
  if (!decision.allowed) {
    throw new AppError('rate_limited', { retryAfter: decision.retryAfter, limit: decision.limit })
  }
}
