// The token bucket of a socket.
import { expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

const rules = { burst: 10, perSecond: 5, patience: 3 }
const takeMany = (budget: FrameBudget, count: number, at: number) =>
  Array.from({ length: count }, () => budget.take(at))

test('allows a burst, then what flows in', () => {
  const budget = new FrameBudget(0, rules)
  expect(takeMany(budget, 11, 0)).toEqual([...Array(10).fill('allowed'), 'refused'])
  expect(takeMany(budget, 3, 400)).toEqual(['allowed', 'allowed', 'refused'])
})

test('takes what a frame costs, and nothing for one that there is not enough for', () => {
  const budget = new FrameBudget(0, rules)
  expect([budget.take(0, 8), budget.take(0, 3), budget.take(0, 2)]).toEqual(['allowed', 'refused', 'allowed'])
})

test('loses patience with those who keep on', () => {
  const budget = new FrameBudget(0, rules)
  takeMany(budget, 10, 0)
  expect(takeMany(budget, 4, 0)).toEqual(['refused', 'refused', 'refused', 'exhausted'])
})

test('a sender that stays a little above the rate is found out in time', () => {
  const budget = new FrameBudget(0, rules)
  const results = Array.from({ length: 200 }, (_, index) => budget.take(index * 125))
  expect(results).toContain('exhausted')
})

test('forgives once the bucket is full again', () => {
  const budget = new FrameBudget(0, rules)
  takeMany(budget, 13, 0)
  expect(takeMany(budget, 13, 10_000)).toEqual([...Array(10).fill('allowed'), ...Array(3).fill('refused')])
})
