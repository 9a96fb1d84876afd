// Token buckets: bursts, refill, separate keys, bounded memory.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RatePolicy, ratePolicies } from '../core/rate-limits.ts'
import { createRateLimiter, unlimited } from './rate-limiter.ts'

function clockAt(time: number) {
  const clock = { time, now: () => new Date(clock.time) }
  return clock
}

const withPolicy = (policy: RatePolicy) => ({ ...ratePolicies, typing: policy })

describe('the rate limiter', () => {
  test('allows the burst, then says when one more is allowed', () => {
    const clock = clockAt(0)
    const limiter = createRateLimiter(clock, { policies: withPolicy({ burst: 3, perMinute: 6 }) })
    const take = () => limiter.take('typing', 'user')
    expect([take(), take(), take()].map((decision) => decision.remaining)).toEqual([2, 1, 0])
    expect(take()).toEqual({ allowed: false, limit: 3, remaining: 0, retryAfter: 10 })
    clock.time = 9_999
    expect(take().allowed).toBe(false)
    clock.time = 10_000
    expect(take()).toEqual({ allowed: true, limit: 3, remaining: 0, retryAfter: 0 })
  })

  test('what is given back can be taken again, and a bucket is never more than full', () => {
    const limiter = createRateLimiter(clockAt(0), { policies: withPolicy({ burst: 2, perMinute: 1 }) })
    const take = () => limiter.take('typing', 'user').allowed
    limiter.giveBack('typing', 'user')
    expect([take(), take(), take()]).toEqual([true, true, false])
    limiter.giveBack('typing', 'user')
    expect([take(), take()]).toEqual([true, false])
    for (let n = 0; n < 5; n += 1) limiter.giveBack('typing', 'user')
    expect([take(), take(), take()]).toEqual([true, true, false])
  })

  test('keys and policies do not share a bucket', () => {
    const limiter = createRateLimiter(clockAt(0), { policies: withPolicy({ burst: 1, perMinute: 1 }) })
    expect(limiter.take('typing', 'a').allowed).toBe(true)
    expect(limiter.take('typing', 'a').allowed).toBe(false)
    expect(limiter.take('typing', 'b').allowed).toBe(true)
    expect(limiter.take('sendMessage', 'a').allowed).toBe(true)
  })

  test('a clock that is set back neither refills nor blocks for long', () => {
    const clock = clockAt(1_000_000)
    const limiter = createRateLimiter(clock, { policies: withPolicy({ burst: 1, perMinute: 60 }) })
    expect(limiter.take('typing', 'a').allowed).toBe(true)
    clock.time = 0
    expect(limiter.take('typing', 'a').allowed).toBe(false)
    clock.time = 1_000
    expect(limiter.take('typing', 'a').allowed).toBe(true)
  })

  test('forgets the key used longest ago when it would remember too many', () => {
    const limiter = createRateLimiter(clockAt(0), {
      policies: withPolicy({ burst: 1, perMinute: 1 }),
      maxBuckets: 2,
    })
    for (const key of ['a', 'b', 'a', 'c']) limiter.take('typing', key)
    expect(limiter.take('typing', 'a').allowed).toBe(false)
    expect(limiter.take('typing', 'b').allowed).toBe(true)
  })

  test('never allows more than the burst and the refill of the time that passed', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 120 }),
        (waits, burst, rate) => {
          const clock = clockAt(0)
          const limiter = createRateLimiter(clock, { policies: withPolicy({ burst, perMinute: rate }) })
          let allowed = 0
          for (const wait of waits) {
            clock.time += wait
            if (limiter.take('typing', 'a').allowed) allowed += 1
          }
          expect(allowed).toBeLessThanOrEqual(burst + (clock.time / 60_000) * rate + 1e-6)
        },
      ),
    )
  })
})

test('without limits everything is allowed', () => {
  const decisions = Array.from({ length: 1000 }, () => unlimited.take('register', 'x'))
  expect(decisions.every((decision) => decision.allowed)).toBe(true)
})
