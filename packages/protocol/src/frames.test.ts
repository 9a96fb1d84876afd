// The table of client frames against itself and against the table of calls.
import type { TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import { baseCost } from './cost.ts'
import { clientFrames, type FrameRules } from './frames.ts'
import { Id } from './ids.ts'
import { type Route, routes } from './rest.ts'

const rows = Object.entries(clientFrames)
const shared = rows.flatMap(([type, { schema, route }]) => (route === null ? [] : [{ type, schema, route }]))

test.each(rows)('%s is called so in the table and on the wire, and costs something', (type, row) => {
  const { schema, cost }: { readonly schema: TSchema } & FrameRules = row
  expect(schema).toMatchObject({ properties: { type: { const: type } } })
  expect(baseCost(cost)).toBeGreaterThan(0)
})

test('what orders frames is an id that each of them has', () => {
  for (const [, { schema, key }] of rows) {
    if (key === null) continue
    expect(schema.properties).toHaveProperty(key, Id)
    expect(schema.required).toContain(key)
  }
})

describe('a frame that does what a call does', () => {
  test.each(shared)('$type has the fields of $route', ({ schema, route }) => {
    const { params, body }: Route = routes[route]
    const bodyFields = body !== undefined && 'properties' in body ? body.properties : {}
    const { type, ref, ...fields }: Record<string, TSchema> = schema.properties
    const ofCall = { ...params?.properties, ...(bodyFields as Record<string, TSchema>) }
    expect(plain(fields)).toEqual(plain(ofCall))
  })

  test('stands for one call, and no call has two frames', () => {
    const names = shared.map(({ route }) => route)
    expect(new Set(names).size).toBe(names.length)
  })
})

/** As in documents: without the library's marks, among them that a field is optional, as the id of a message is in HTTP. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
