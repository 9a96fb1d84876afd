// How long to wait before trying again. Pure: the random number comes from the caller.

export const backoff = {
  base: 500,
  cap: 30_000,
  /** A connection that was ready this long counts as a success: the next failure starts from the base again. */
  steady: 10_000,
} as const

/**
 * Exponential back-off with full jitter, in milliseconds: evenly spread over 0 … min(cap, base × 2^attempt), so that
 * clients that lost the same server do not return together.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export const fullJitter = (attempt: number, random: number): number =>
  Math.floor(random * Math.min(backoff.cap, backoff.base * 2 ** Math.min(attempt, 30)))

/**
 * For what must not be repeated too soon by anybody's luck: between half of and the whole min(cap, base × 2^attempt), in
 * milliseconds. The halves alone, from attempt 1 on, allow 8 attempts in the first minute and 4 in each later one.
 */
export const equalJitter = (attempt: number, random: number): number =>
  Math.floor((Math.min(backoff.cap, backoff.base * 2 ** Math.min(attempt, 30)) * (1 + random)) / 2)

/** For a server that said "too fast": never soon, between half the cap and the cap. */
export const longJitter = (random: number): number => Math.floor((backoff.cap * (1 + random)) / 2)
