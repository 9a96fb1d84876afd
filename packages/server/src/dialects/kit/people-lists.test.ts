// D11: lists of people that are too long for one answer say where they go on.
import { expect, test } from 'vitest'
import type { Storage } from '../../core/ports.ts'
import { listEverybody } from './people-lists.ts'

const everybody = Array.from({ length: 10_007 }, (_, index) => ({ number: index + 1 }))

async function listed(query: { limit?: number; offset?: number; skip?: number }) {
  const list = async ({ offset, limit }: { offset: number; limit: number }) =>
    everybody.slice(offset, offset + limit)
  const ports = { storage: { stores: { people: { list } } } } as unknown as { storage: Storage }
  const actor = { userId: 'me', sessionId: 'a session' }
  const { people, headers } = await listEverybody(ports, actor, '/people', query)
  return { numbers: people.map(({ number }) => number), next: headers.link }
}

test('D11: all of a list are found by following it', async () => {
  const first = await listed({})
  expect(first.next).toBe('</people?skip=10000>; rel="next"')
  const rest = await listed({ skip: 10_000 })
  expect(rest.next).toBeUndefined()
  expect([...first.numbers, ...rest.numbers]).toEqual(everybody.map(({ number }) => number))
})

test('D11: a page says where the next one is', async () => {
  const page = await listed({ limit: 3, offset: 4 })
  expect(page).toEqual({ numbers: [5, 6, 7], next: '</people?skip=7>; rel="next"' })
})
