import { describe, expect, test } from 'vitest'
import { createBatchPace } from './batch-pace.ts'

/** A pace whose clock is set by hand. */
function paceWith(rules: { patience: number; share: number }) {
  let time = 1000
  const pace = createBatchPace(rules, () => time)
  const pass = (milliseconds: number): void => {
    time += milliseconds
  }
  return { ...pace, pass }
}

describe('another batch may be begun', () => {
  test('when the latest was left alone for the patience', () => {
    const pace = paceWith({ patience: 3, share: 0.6 })
    pace.tried()
    expect(pace.left()).toBe(3)
    pace.pass(2)
    expect(pace.left()).toBe(1)
    pace.pass(5)
    expect(pace.left()).toBe(0)
    pace.tried()
    expect(pace.left()).toBe(3)
  })

  test('later where batches take long, and early again when they no longer do', () => {
    const pace = paceWith({ patience: 3, share: 0.5 })
    for (let batch = 0; batch < 50; batch += 1) pace.took(20)
    pace.tried()
    expect(pace.left()).toBeCloseTo(10, 1)
    for (let batch = 0; batch < 50; batch += 1) pace.took(1)
    expect(pace.left()).toBe(3)
  })

  test('no later for a single batch that was held up', () => {
    const pace = paceWith({ patience: 3, share: 0.6 })
    for (let batch = 0; batch < 50; batch += 1) pace.took(4)
    pace.took(10_000)
    pace.tried()
    expect(pace.left()).toBeLessThan(6)
  })
})
