import { describe, expect, test } from 'vitest'
import { createLatencyHistogram } from './latency-histogram.ts'

const filled = (values: Iterable<number>) => {
  const histogram = createLatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('latency histogram', () => {
  test('small values are exact', () => {
    const histogram = filled(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(histogram.percentile(0.5)).toBe(50)
    expect(histogram.percentile(0.99)).toBe(99)
    expect(histogram.percentile(1)).toBe(100)
  })

  test('percentiles of any size stay within 1.6 % of the sorted list', () => {
    const values = Array.from({ length: 20_000 }, (_, index) => Math.floor(1.0007 ** index) % 2_000_000_000)
    const sorted = values.toSorted((a, b) => a - b)
    const histogram = filled(values)
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0
      const told = histogram.percentile(share)
      expect(told).toBeGreaterThanOrEqual(exact)
      expect(told).toBeLessThanOrEqual(exact * 1.016 + 1)
    }
  })

  test('one slow value in a thousand shows in p99.9 and the maximum only', () => {
    const summary = filled([...Array.from({ length: 998 }, () => 1000), 50_000, 50_000]).summary()
    expect(summary.count).toBe(1000)
    expect(summary.p50).toBeCloseTo(1, 1)
    expect(summary.p99).toBeCloseTo(1, 1)
    expect(summary.p999).toBeCloseTo(50, 0)
    expect(summary.max).toBe(50)
  })

  test('values out of range are held at its ends', () => {
    const histogram = filled([-5, 2 ** 40])
    expect(histogram.percentile(0.5)).toBe(0)
    expect(histogram.percentile(1)).toBe(2 ** 31 - 1)
  })

  test('nothing recorded is all zero', () => {
    expect(createLatencyHistogram().summary()).toEqual({ count: 0, p50: 0, p99: 0, p999: 0, max: 0 })
  })
})
