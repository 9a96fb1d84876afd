// D11: lists of people that are too long for one answer say where they go on.
import { expect, test } from 'vitest'
import type { Storage } from '../../core/ports.ts'
import { listOthers } from './people-lists.ts'

const everybody = Array.from({ length: 2_007 }, (_, index) => ({ number: index + 1 }))

async function listed(self: number, query: { limit?: number; offset?: number; skip?: number }) {
  const list = async ({ offset, limit }: { offset: number; limit: number }) =>
    everybody.slice(offset, offset + limit)
  const ports = { storage: { stores: { people: { list } } } } as unknown as { storage: Storage }
  const actor = { userId: 'me', sessionId: 'a session' }
  const { people, headers } = await listOthers(ports, actor, self, '/people', query)
  return { numbers: people.map(({ number }) => number), next: headers.link }
}

test.each([1, 2, 999, 1_000, 1_001, 1_002, 2_000, 2_001, 2_007])(
  'D11: all of a list are found by following it, but %i who asks',
  async (self) => {
    const found: number[] = []
    let skip: number | undefined = 0
    const pages: (string | undefined)[] = []
    while (skip !== undefined) {
      const page = await listed(self, skip === 0 ? {} : { skip })
      found.push(...page.numbers)
      pages.push(page.next)
      skip = page.next === undefined ? undefined : Number(/skip=(\d+)/.exec(page.next)?.[1])
    }
    expect(pages).toEqual(['</people?skip=1000>; rel="next"', '</people?skip=2000>; rel="next"', undefined])
    expect(found).toEqual(everybody.map(({ number }) => number).filter((number) => number !== self))
  },
)

test.each([
  [1, [6, 7, 8]],
  [5, [6, 7, 8]],
  [6, [5, 7, 8]],
  [9, [5, 6, 7]],
])('D11: a page of whom %i sees says where the next one is', async (self, numbers) => {
  expect(await listed(self, { limit: 3, offset: 4 })).toEqual({
    numbers,
    next: '</people?skip=7>; rel="next"',
  })
})

test('D11: the last page says that there is none after it, whoever asks', async () => {
  for (const self of [1, 2_005, 2_006, 2_007]) {
    const page = await listed(self, { limit: 3, skip: 2_003 })
    expect([self, page.numbers.length, page.next]).toEqual([self, 3, undefined])
  }
})
