// A few at a time, in line.
import { expect, test } from 'vitest'
import { deferred, turn } from '../realtime/test/fakes.ts'
import { createSemaphore } from './semaphore.ts'

test('runs no more than its width at once, in the order of arrival, and goes on after a failure', async () => {
  const semaphore = createSemaphore(2)
  const begun: number[] = []
  const works = [0, 1, 2, 3].map(() => deferred<void>())
  const runs = works.map((work, index) =>
    semaphore.run(() => {
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

test('as many at once as may, and the others in the order in which they came', async () => {
  const semaphore = createSemaphore(2)
  const begun: number[] = []
  const holds = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const all = holds.map((hold, index) =>
    semaphore.run(async () => {
      begun.push(index)
      await hold.promise
      return index
    }),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  holds[1]?.resolve()
  expect(await all[1]).toBe(1)
  expect(begun).toEqual([0, 1, 2])
  for (const hold of holds) hold.resolve()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4])
})

test('work that fails hands its turn on', async () => {
  const semaphore = createSemaphore(1)
  const failed = semaphore.run(async () => {
    throw new Error('no')
  })
  const next = semaphore.run(async () => 'next')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('next')
  expect(await semaphore.run(async () => 'later')).toBe('later')
})
