// What a token bucket holds, gives and gets, at times of our own.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

const policy = { burst: 10, perSecond: 5 }

test('is full at first, and gives what it has and no more', () => {
  const bucket = new TokenBucket(policy, 0)
  expect(bucket.level(0)).toBe(10)
  expect([bucket.take(4, 0), bucket.take(6, 0), bucket.take(1, 0)]).toEqual([true, true, false])
  expect(bucket.level(0)).toBe(0)
})

test('a cost that is more than there is takes nothing', () => {
  const bucket = new TokenBucket(policy, 0)
  expect(bucket.take(11, 0)).toBe(false)
  expect(bucket.level(0)).toBe(10)
})

test('what flows in is kept up to the burst', () => {
  const bucket = new TokenBucket(policy, 0)
  bucket.take(10, 0)
  expect(bucket.level(400)).toBe(2)
  expect(bucket.level(60_000)).toBe(10)
})

test('draining takes what there is', () => {
  const bucket = new TokenBucket(policy, 0)
  expect([bucket.drain(7, 0), bucket.drain(7, 0), bucket.drain(0, 200)]).toEqual([3, 0, 1])
})

test('a clock that is set back neither fills nor empties it, and it fills again from there', () => {
  const bucket = new TokenBucket(policy, 10_000)
  bucket.take(10, 10_000)
  expect(bucket.level(0)).toBe(0)
  expect(bucket.level(200)).toBe(1)
})

test('never gives more than the burst and what flowed in', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: 200,
  })
  fc.assert(
    fc.property(steps, (waits) => {
      const bucket = new TokenBucket(policy, 0)
      let now = 0
      let given = 0
      for (const [wait, cost] of waits) {
        now += wait
        if (bucket.take(cost, now)) given += cost
      }
      expect(given).toBeLessThanOrEqual(policy.burst + (now * policy.perSecond) / 1_000 + 1e-6)
    }),
  )
})
