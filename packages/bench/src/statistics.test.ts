import { expect, test } from 'vitest'
import { median, percentile, ratio } from './statistics.ts'

test('medians are in the middle, between two for even numbers, and there is none of nothing', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNull()
})

test('a percentile is the smallest value that the share does not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(values, 0.5)).toBe(50)
  expect(percentile(values, 0.95)).toBe(95)
  expect(percentile(values, 1)).toBe(100)
  expect(percentile([7], 0)).toBe(7)
  expect(percentile([], 0.5)).toBeNull()
})

test('a ratio of something unknown, or to nothing, is unknown', () => {
  expect(ratio(6, 4)).toBe(1.5)
  expect(ratio(null, 4)).toBeNull()
  expect(ratio(6, 0)).toBeNull()
})
