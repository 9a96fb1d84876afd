import { expect, test } from 'vitest'
import { whenReady } from './maybe-promise.ts'

test('a known value is used in the same turn, through any number of steps', () => {
  expect(whenReady(1, (one) => whenReady(one + 1, (two) => two * 10))).toBe(20)
})

test('a value that has to be waited for makes the result a promise, and its failure too', async () => {
  expect(await whenReady(Promise.resolve(1), (one) => whenReady(one + 1, (two) => two * 10))).toBe(20)
  const failing = whenReady(Promise.reject(new Error('no answer')), () => 1)
  await expect(failing).rejects.toThrow('no answer')
})
