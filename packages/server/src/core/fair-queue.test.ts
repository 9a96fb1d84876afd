// Turns: by key, in order within a key, bounded for a key and altogether.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deferred, turn } from '../realtime/test/fakes.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'

/** Works that are held until they are let go, and the order in which they began. */
function works(queue: FairQueue) {
  const begun: string[] = []
  const holds = new Map<string, ReturnType<typeof deferred<void>>>()
  return {
    begun,
    /** Asks for the work `name` of the key that is its first letter. */
    ask(name: string): Promise<string> {
      return queue.run(name.slice(0, 1), async () => {
        const hold = deferred<void>()
        holds.set(name, hold)
        begun.push(name)
        await hold.promise
        return name
      })
    },
    async finish(name: string): Promise<void> {
      holds.get(name)?.resolve()
      await turn()
    },
  }
}

test('keys take turns, however many works one of them has in line', async () => {
  const { ask, begun, finish } = works(createFairQueue({ width: 1, waitingPerKey: 3, waiting: 10 }))
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map(ask)
  for (let n = 0; n < all.length; n += 1) await finish(begun[n] ?? '')
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'])
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('one key has one place in line if nothing else is said, and loses it to nobody', async () => {
  const { ask, begun, finish } = works(createFairQueue({ width: 1, waiting: 2 }))
  const running = ask('a1')
  const waiting = ask('a2')
  await expect(ask('a3')).rejects.toMatchObject({ code: 'unavailable', data: { retryAfter: 1 } })
  const other = ask('b1')
  await expect(ask('c1')).rejects.toMatchObject({ code: 'unavailable' })
  for (const name of ['a1', 'a2', 'b1']) await finish(name)
  expect(await Promise.all([running, waiting, other])).toEqual(['a1', 'a2', 'b1'])
  expect(begun).toEqual(['a1', 'a2', 'b1'])
})

test('where all places are taken, the last of the longest line makes room for a key with a shorter one', async () => {
  const { ask, begun, finish } = works(createFairQueue({ width: 1, waitingPerKey: 3, waiting: 3 }))
  const crowd = ['a1', 'a2', 'a3', 'a4'].map(ask)
  const loser = expect(crowd[3]).rejects.toMatchObject({ code: 'unavailable' })
  const other = ask('b1')
  await loser
  // Now `a` has two places and `b` one: a second one of `b` would only turn them round.
  await expect(ask('b2')).rejects.toMatchObject({ code: 'unavailable' })
  for (const name of ['a1', 'a2', 'b1', 'a3']) await finish(name)
  expect(await Promise.all([...crowd.slice(0, 3), other])).toEqual(['a1', 'a2', 'a3', 'b1'])
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
})

test('work that fails hands its turn on', async () => {
  const queue = createFairQueue({ width: 1, waiting: 1 })
  const failed = queue.run('a', async () => {
    throw new Error('no')
  })
  const next = queue.run('b', async () => 'next')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('next')
  expect(await queue.run('a', async () => 'later')).toBe('later')
})

test('never more than the width at once, every work settles, and no key is served twice while another waits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 }),
      async (width, keys) => {
        const queue = createFairQueue({ width, waitingPerKey: 8, waiting: 20 })
        let running = 0
        let most = 0
        const begun: string[] = []
        const asked = keys.map((key) =>
          queue.run(key, async () => {
            begun.push(key)
            running += 1
            most = Math.max(most, running)
            await turn()
            running -= 1
          }),
        )
        const outcomes = await Promise.allSettled(asked)
        expect(most).toBeLessThanOrEqual(width)
        expect(begun).toHaveLength(outcomes.filter(({ status }) => status === 'fulfilled').length)
        // All asked before any was done, so what follows the first `width` works is dealt out in rounds.
        const dealt = begun.slice(width)
        for (const [index, key] of dealt.entries()) {
          const former = dealt.slice(0, index).lastIndexOf(key)
          if (former < 0) continue
          const between = dealt.slice(former + 1, index)
          for (const other of dealt.slice(index)) if (other !== key) expect(between).toContain(other)
        }
      },
    ),
    { numRuns: 60 },
  )
})
