import { limits } from '@parley/protocol'
import { expect, test } from 'vitest'
import { fileNumber, filesPerMessage } from './ids.ts'

test('every file that a message may have has an integer of its own', () => {
  expect(limits.filesPerMessage).toBeLessThanOrEqual(filesPerMessage)
  const numbers = [1, 2, 3].flatMap((message) =>
    Array.from({ length: limits.filesPerMessage }, (_, place) => fileNumber(message, place)),
  )
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
})

test('the integers of files stay what they were', () => {
  expect([fileNumber(1, 0), fileNumber(1, 9), fileNumber(257, 3)]).toEqual([1, 10, 4_100])
  expect(fileNumber(2 ** 27, 9)).toBeLessThan(2 ** 31)
})
