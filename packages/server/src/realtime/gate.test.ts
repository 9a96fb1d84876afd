// A few at a time, in line.
import { expect, test } from 'vitest'
import { createGate } from './gate.ts'
import { deferred, turn } from './test/fakes.ts'

test('runs no more than its width at once, in the order of arrival, and goes on after a failure', async () => {
  const gate = createGate(2)
  const begun: number[] = []
  const works = [0, 1, 2, 3].map(() => deferred<void>())
  const runs = works.map((work, index) =>
    gate.run(() => {
      begun.push(index)
      return work.promise
    }),
  )
  await turn()
  expect(begun).toEqual([0, 1])
  works[1]?.reject(new Error('failed'))
  await expect(runs[1]).rejects.toThrow('failed')
  expect(begun).toEqual([0, 1, 2])
  for (const work of works) work.resolve()
  await Promise.all([runs[0], runs[2], runs[3]])
  expect(begun).toEqual([0, 1, 2, 3])
})
