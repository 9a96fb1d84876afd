// What a list of all chats costs whoever asks for it.
import { expect, test } from 'vitest'
import { createPayers } from '../../core/payers.ts'
import { paidPages } from './chat-lists.ts'

async function* pagesOf(...lengths: readonly number[]): AsyncGenerator<number[], void> {
  for (const length of lengths) yield Array(length).fill(2)
}

/** What a list takes of a full budget. */
async function costOf(pages: AsyncIterable<readonly number[]>, membersOf?: (chat: number) => number) {
  const rules = { burst: 1_000, perSecond: 1, patience: 1, atOnce: 1, waiting: 1 }
  const payer = createPayers(() => 0, { person: rules }).person('a')
  let found = 0
  for await (const page of paidPages(payer, pages, membersOf)) found += page.length
  let left = 0
  while (payer.take(1) === 'allowed') left += 1
  return { found, cost: rules.burst - left }
}

test('L2: a list costs by its chats and their members, and a short one what its call costs', async () => {
  const members = (count: number) => count
  expect(await costOf(pagesOf())).toEqual({ found: 0, cost: 0 })
  expect(await costOf(pagesOf(30), members)).toEqual({ found: 30, cost: 0 })
  const { found, cost } = await costOf(pagesOf(...Array(50).fill(100)), members)
  expect(found).toBe(5_000)
  expect(cost).toBeGreaterThan(0)
  expect((await costOf(pagesOf(...Array(25).fill(200)), members)).cost).toBe(cost)
  expect((await costOf(pagesOf(...Array(50).fill(100)))).cost).toBeLessThan(cost)
  expect((await costOf(pagesOf(1), () => 20_000)).cost).toBeGreaterThan(50)
})
