// Calls that are run together.
import { describe, expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { groupCalls } from './group-commit.ts'

/** A group whose batches wait until they are let go. */
function held(max = 100, keyOf: (input: string) => string = (input) => input) {
  const batches: string[][] = []
  let open: ((error?: unknown) => void)[] = []
  const arrived: (() => void)[] = []
  const { call } = groupCalls<string, string>({
    run: (batch) => {
      batches.push([...batch])
      for (const listener of arrived.splice(0)) listener()
      return new Promise((resolve, reject) => {
        open.push((error) =>
          error === undefined ? resolve(batch.map((input) => `${input}!`)) : reject(error),
        )
      })
    },
    keyOf,
    max,
  })
  return {
    call,
    batches,
    /** Resolves when that many batches were begun. */
    async begun(count: number) {
      while (batches.length < count) await new Promise<void>((resolve) => arrived.push(resolve))
    },
    finish(error?: unknown) {
      const waiting = open
      open = []
      for (const release of waiting) release(error)
    },
  }
}

describe('grouped calls', () => {
  test('of one turn are one batch, and those that come meanwhile are the next', async () => {
    const group = held()
    const first = [group.call('a'), group.call('b')]
    await group.begun(1)
    const second = [group.call('c'), group.call('d')]
    group.finish()
    expect(await Promise.all(first)).toEqual(['a!', 'b!'])
    await group.begun(2)
    group.finish()
    expect(await Promise.all(second)).toEqual(['c!', 'd!'])
    expect(group.batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  test('with the same key take turns, in order', async () => {
    const group = held(100, (input) => input[0] ?? '')
    const answers = Promise.all(['a1', 'b1', 'a2', 'c1'].map(group.call))
    await group.begun(1)
    group.finish()
    await group.begun(2)
    group.finish()
    expect(await answers).toEqual(['a1!', 'b1!', 'a2!', 'c1!'])
    expect(group.batches).toEqual([
      ['a1', 'b1'],
      ['a2', 'c1'],
    ])
  })

  test('beyond the largest batch wait for the next', async () => {
    const group = held(2)
    const answers = Promise.all(['a', 'b', 'c'].map(group.call))
    await group.begun(1)
    group.finish()
    await group.begun(2)
    group.finish()
    expect(await answers).toEqual(['a!', 'b!', 'c!'])
    expect(group.batches.map((batch) => batch.length)).toEqual([2, 1])
  })

  test('are run one by one when their batch fails, so that only those at fault fail', async () => {
    const { call } = groupCalls<number, number>({
      run: async (batch) => {
        if (batch.includes(2)) throw new Error('not 2')
        return batch
      },
      keyOf: String,
      max: 100,
    })
    const results = await Promise.allSettled([1, 2, 3].map(call))
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('fail together when the database is away', async () => {
    const group = held()
    const answers = Promise.allSettled(['a', 'b'].map(group.call))
    await group.begun(1)
    group.finish(new AppError('unavailable'))
    expect((await answers).map((answer) => answer.status)).toEqual(['rejected', 'rejected'])
    expect(group.batches).toHaveLength(1)
  })

  test('go on after a failure', async () => {
    const group = held()
    const failed = group.call('a')
    await group.begun(1)
    group.finish(new Error('once'))
    await expect(failed).rejects.toThrow('once')
    const later = group.call('b')
    await group.begun(2)
    group.finish()
    expect(await later).toBe('b!')
  })
})
