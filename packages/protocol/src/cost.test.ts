// What calls and frames cost, against their tables and the budgets out of which it is paid.
import { describe, expect, test } from 'vitest'
import { baseCost, type Cost, costText, sizeCost } from './cost.ts'
import { clientFrames } from './frames.ts'
import { budgets, limits } from './limits.ts'
import { type Route, routes } from './rest.ts'

const calls = Object.entries(routes as Readonly<Record<string, Route>>)

/** The most that the field of that name may hold. */
const largest: Readonly<Record<string, number>> = {
  limit: limits.pageMax,
  member_ids: limits.membersPerCall,
  user_ids: limits.membersPerCall,
  chats: limits.resumeChats,
}

const dearest = (cost: Cost): number =>
  typeof cost === 'number' ? cost : cost.call + cost.each * (largest[cost.of] ?? Number.NaN)

const fieldsOf = ({ query, body }: Route): string[] => {
  const members =
    body === undefined ? [] : 'anyOf' in body ? (body.anyOf as { properties: object }[]) : [body]
  return [query ?? {}, ...members].flatMap((schema) =>
    'properties' in schema ? Object.keys(schema.properties as object) : [],
  )
}

describe('L1: what everything costs', () => {
  test.each(calls)('%s costs something, by a field that it has', (_, route) => {
    expect(baseCost(route.cost)).toBeGreaterThan(0)
    if (typeof route.cost === 'object') expect(fieldsOf(route)).toContain(route.cost.of)
  })

  test.each(calls)('%s at its dearest is within what a person or an address has', (_, { auth, cost }) => {
    const { burst } = auth === 'user' ? budgets.person : budgets.address
    expect(dearest(cost)).toBeLessThan(burst / 2)
  })

  test.each(Object.entries(clientFrames))('the frame %s at its dearest is, too', (_, { cost }) => {
    expect(dearest(cost)).toBeLessThan(budgets.person.burst / 2)
  })

  test('what is counted is a list, a map, ids in a text, or a number', () => {
    const cost = { call: 2, each: 0.5, of: 'of' }
    const sizes = [['a', 'b'], { a: 1, b: 2 }, 'a,b', 2].map((of) => sizeCost(cost, {}, { of }))
    expect(sizes).toEqual([1, 1, 1, 1])
    expect(sizeCost({ ...cost, otherwise: 50 }, undefined, {})).toBe(25)
    expect(sizeCost(cost, {})).toBe(0)
    expect(sizeCost(3, { of: [1] })).toBe(0)
  })

  test('documents say it', () => {
    expect([costText(3), costText(routes.sync.cost)]).toEqual(['3', '3 + 0.05 for each of chats'])
  })
})
