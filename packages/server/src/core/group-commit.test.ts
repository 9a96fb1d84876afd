// Calls that are run together.
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { createBatchPace, type GroupOptions, groupCalls } from './group-commit.ts'

/** A group whose batches wait until they are let go. */
function held(options: Partial<GroupOptions<string, string>> = {}) {
  const batches: string[][] = []
  const open: ((error?: unknown) => void)[] = []
  const arrived: (() => void)[] = []
  const { call, idle } = groupCalls<string, string>({
    keyOf: (input) => input,
    max: 100,
    ...options,
    run: (batch) => {
      batches.push([...batch])
      for (const listener of arrived.splice(0)) listener()
      return new Promise((resolve, reject) => {
        open.push((error) =>
          error === undefined ? resolve(batch.map((input) => `${input}!`)) : reject(error),
        )
      })
    },
  })
  return {
    call,
    idle,
    batches,
    /** Resolves when that many batches were begun. */
    async begun(count: number) {
      while (batches.length < count) await new Promise<void>((resolve) => arrived.push(resolve))
    },
    /** Ends all batches that are on their way. */
    finish(error?: unknown) {
      for (const release of open.splice(0)) release(error)
    },
    /** Ends the oldest of them. */
    finishOne() {
      open.shift()?.()
    },
  }
}

const initial = (input: string): string => input[0] ?? ''

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
    const group = held({ keyOf: initial })
    const answers = Promise.all(['a1', 'b1', 'a2', 'c1'].map(group.call))
    await group.begun(1)
    group.finish()
    await group.begun(2)
    group.finish()
    expect(await answers).toEqual(['a1!', 'b1!', 'a2!', 'c1!'])
    expect(group.batches).toEqual([['a1', 'b1', 'c1'], ['a2']])
  })

  test('beyond the largest batch wait for the next', async () => {
    const group = held({ max: 2 })
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

describe('beside a batch that takes long', () => {
  const lanes = (patience: number) => held({ subjectOf: initial, beside: { lanes: 2, patience, share: 0 } })

  test('another is begun, without what is about the same subject', async () => {
    const group = lanes(1)
    const answers = [group.call('a1')]
    await group.begun(1)
    answers.push(group.call('a2'), group.call('b1'), group.call('a3'), group.call('c1'))
    await group.begun(2)
    expect(group.batches).toEqual([['a1'], ['b1', 'c1']])
    group.finishOne()
    await group.begun(3)
    group.finish()
    expect(await Promise.all(answers)).toEqual(['a1!', 'a2!', 'b1!', 'a3!', 'c1!'])
    expect(group.batches[2]).toEqual(['a2', 'a3'])
  })

  test('no third one is begun, nor one that could only wait', async () => {
    const group = lanes(1)
    const answers = [group.call('a1')]
    await group.begun(1)
    answers.push(group.call('a2'))
    await setTimeout(20)
    expect(group.batches).toEqual([['a1']])
    answers.push(group.call('b1'))
    await group.begun(2)
    answers.push(group.call('c1'))
    await setTimeout(20)
    expect(group.batches).toEqual([['a1'], ['b1']])
    group.finish()
    await group.begun(3)
    group.finish()
    expect(await Promise.all(answers)).toEqual(['a1!', 'a2!', 'b1!', 'c1!'])
    expect(group.batches[2]).toEqual(['a2', 'c1'])
  })

  test('nothing is begun while the batch is young, or when there is one lane', async () => {
    for (const group of [lanes(60_000), held({ subjectOf: initial })]) {
      const first = group.call('a1')
      await group.begun(1)
      const second = group.call('b1')
      await setTimeout(20)
      expect(group.batches).toEqual([['a1']])
      group.finish()
      await group.begun(2)
      group.finish()
      expect(await Promise.all([first, second])).toEqual(['a1!', 'b1!'])
    }
  })

  test('a call of later is not kept waiting by the patience', async () => {
    const group = lanes(60_000)
    const early = group.call('a1')
    await group.begun(1)
    const late = group.call('b1')
    group.finish()
    await group.begun(2)
    group.finish()
    await Promise.all([early, late])
    const later = group.call('c1')
    await group.begun(3)
    group.finish()
    expect(await later).toBe('c1!')
  })

  test('idle waits for all of them and for those that wait', async () => {
    const group = lanes(1)
    const answers = [group.call('a1')]
    await group.begun(1)
    answers.push(group.call('b1'))
    await group.begun(2)
    answers.push(group.call('a2'))
    let isIdle = false
    const idle = group.idle().then(() => {
      isIdle = true
    })
    group.finish()
    await group.begun(3)
    expect(isIdle).toBe(false)
    group.finish()
    await Promise.all([...answers, idle])
    expect(isIdle).toBe(true)
  })
})

/** A pace whose clock is set by hand. */
function paceWith(rules: { patience: number; share: number }) {
  let time = 1000
  const pace = createBatchPace(rules, () => time)
  const pass = (milliseconds: number): void => {
    time += milliseconds
  }
  return { ...pace, pass }
}

describe('another batch may be begun', () => {
  test('when the latest was left alone for the patience', () => {
    const pace = paceWith({ patience: 3, share: 0.6 })
    pace.tried()
    expect(pace.left()).toBe(3)
    pace.pass(2)
    expect(pace.left()).toBe(1)
    pace.pass(5)
    expect(pace.left()).toBe(0)
    pace.tried()
    expect(pace.left()).toBe(3)
  })

  test('later where batches take long, and early again when they no longer do', () => {
    const pace = paceWith({ patience: 3, share: 0.5 })
    for (let batch = 0; batch < 50; batch += 1) pace.took(20)
    pace.tried()
    expect(pace.left()).toBeCloseTo(10, 1)
    for (let batch = 0; batch < 50; batch += 1) pace.took(1)
    expect(pace.left()).toBe(3)
  })

  test('no later for a single batch that was held up', () => {
    const pace = paceWith({ patience: 3, share: 0.6 })
    for (let batch = 0; batch < 50; batch += 1) pace.took(4)
    pace.took(10_000)
    pace.tried()
    expect(pace.left()).toBeLessThan(6)
  })
})
