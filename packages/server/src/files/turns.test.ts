// Turns: few at once, the others in order.
import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('as many at once as may, and the others in the order in which they came', async () => {
  const turns = createTurns(2)
  const begun: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const all = gates.map((gate, index) =>
    turns.take(async () => {
      begun.push(index)
      await gate.promise
      return index
    }),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  gates[1]?.resolve()
  expect(await all[1]).toBe(1)
  expect(begun).toEqual([0, 1, 2])
  for (const gate of gates) gate.resolve()
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4])
})

test('work that fails hands its turn on', async () => {
  const turns = createTurns(1)
  const failed = turns.take(async () => {
    throw new Error('no')
  })
  const next = turns.take(async () => 'next')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('next')
  expect(await turns.take(async () => 'later')).toBe('later')
})
