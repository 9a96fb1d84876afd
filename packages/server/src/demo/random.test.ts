import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

const take = (seed: number): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: 20 }, random.next)
}

test('the same seed gives the same sequence, another seed another one', () => {
  expect(take(7)).toEqual(take(7))
  expect(take(7)).not.toEqual(take(8))
})

test('numbers stay within their bounds and reach both ends', () => {
  const random = createRandom(3)
  const drawn = new Set(Array.from({ length: 300 }, () => random.int(2, 5)))
  expect([...drawn].sort()).toEqual([2, 3, 4, 5])
  expect(take(1).every((x) => x >= 0 && x < 1)).toBe(true)
})

test('a weight of zero is never chosen', () => {
  const random = createRandom(5)
  const drawn = new Set(Array.from({ length: 200 }, () => random.weighted([0, 3, 0, 1])))
  expect([...drawn].sort()).toEqual([1, 3])
})

test('shuffling keeps every item once; picking from nothing is refused', () => {
  const random = createRandom(9)
  expect(random.shuffle([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5])
  expect(() => random.pick([])).toThrow(RangeError)
})
