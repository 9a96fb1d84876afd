import { baseCost, budgets, limits } from '@parley/protocol'
import { expect, test } from 'vitest'
import { dialects } from '../all.ts'
import { bodyCost, queryCost, routeCost } from './costs.ts'

const pages = dialects.flatMap(({ name, routes }) =>
  routes
    .filter(({ query }) => query?.properties.limit !== undefined)
    .map((route) => ({ name: `${name} ${route.method} ${route.path}`, cost: routeCost(route) })),
)

test('there are pages in several dialects', () => {
  expect(new Set(pages.map(({ name }) => name.split(' ')[0])).size).toBeGreaterThan(2)
})

test.each(pages)('L1: however many are asked for, a page costs what it holds: $name', ({ cost }) => {
  const full = queryCost(cost, { limit: limits.pageMax })
  expect(full).toBeGreaterThan(queryCost(cost, { limit: 1 }))
  expect(queryCost(cost, { limit: Number.MAX_SAFE_INTEGER })).toBe(full)
  expect(baseCost(cost) + full).toBeLessThanOrEqual(budgets.person.burst / 2)
})

test('L1: what a body lists costs by its number', () => {
  expect(bodyCost({ user_ids: [1, 2, 3], name: 'x' })).toBeCloseTo(3 * bodyCost([1]))
  expect([bodyCost(null), bodyCost('text')]).toEqual([0, 0])
})
