// Who pays for calls: budgets in the units of the protocol, patience, calls at once, bounded memory.
import { limits } from '@parley/protocol'
import { expect, test } from 'vitest'
import { deferred } from '../realtime/test/fakes.ts'
import { afford, type BudgetRules, charge, createPayers, freePayers, type Payer } from './payers.ts'

const rules: BudgetRules = { burst: 10, perSecond: 5, patience: 3, atOnce: 2, waiting: 2 }

function start(max?: number) {
  const clock = { time: 0, chance: 1 }
  const payers = createPayers(() => clock.time, {
    ...{ person: rules, address: rules, random: () => clock.chance },
    ...(max && { max }),
  })
  return { clock, payers }
}
const takeMany = (payer: Payer, count: number) => Array.from({ length: count }, () => payer.take(1))

test('L2: a person has a burst, and what flows in', () => {
  const { clock, payers } = start()
  expect(takeMany(payers.person('a'), 11)).toEqual([...Array(10).fill('allowed'), 'refused'])
  clock.time = 400
  expect(takeMany(payers.person('a'), 3)).toEqual(['allowed', 'allowed', 'refused'])
})

test('L2: nobody pays for another, nor an address for a person', () => {
  const { payers } = start()
  takeMany(payers.person('a'), 11)
  expect(payers.person('b').take(10)).toBe('allowed')
  expect(payers.address('a').take(10)).toBe('allowed')
})

test('L1: what costs more than there is takes nothing, and says how long to wait', () => {
  const { payers } = start()
  const payer = payers.person('a')
  expect([payer.take(8), payer.take(3), payer.take(2)]).toEqual(['allowed', 'refused', 'allowed'])
  expect(payer.wait(5)).toBe(1)
  expect(() => charge(payer, 7)).toThrow(
    expect.objectContaining({ code: 'rate_limited', data: { retryAfter: 2 } }),
  )
})

test('L2: what goes on with an answer waits for what it costs, and counts as no refusal', async () => {
  const payer = createPayers(() => performance.now(), { person: { ...rules, perSecond: 50 } }).person('a')
  await afford(payer, 8)
  const began = performance.now()
  await afford(payer, 8)
  expect(performance.now() - began).toBeGreaterThan(100)
  const refusals = takeMany(payer, 20).filter((taken) => taken !== 'allowed')
  expect(refusals.slice(0, rules.patience)).toEqual(Array(rules.patience).fill('refused'))
})

test('L2: patience with those who keep on ends, and comes back when the budget is full', () => {
  const { clock, payers } = start()
  const payer = payers.person('a')
  takeMany(payer, 10)
  expect(takeMany(payer, 4)).toEqual(['refused', 'refused', 'refused', 'exhausted'])
  clock.time = 10_000
  expect(takeMany(payer, 13)).toEqual([...Array(10).fill('allowed'), ...Array(3).fill('refused')])
})

test('L2: the longer somebody keeps on, the later the refusals, fifteen seconds at most, and not all at once', () => {
  const { clock, payers } = start()
  const payer = payers.person('a')
  takeMany(payer, 10)
  const lateness = [4, 2, 3, 100].map((count) => {
    takeMany(payer, count)
    return payer.lateness()
  })
  expect(lateness).toEqual([2_000, 3_000, 4_500, 15_000].map((ms) => expect.closeTo(ms, -1)))
  clock.chance = 0
  expect(payer.lateness()).toBe(10_000)
  clock.time = 10_000
  takeMany(payer, 1)
  expect(payer.lateness()).toBe(1_000)
})

test('L2: whoever stays a little above the rate is found out in time', () => {
  const { clock, payers } = start()
  const results = Array.from({ length: 200 }, (_, index) => {
    clock.time = index * 125
    return payers.person('a').take(1)
  })
  expect(results).toContain('exhausted')
})

test('L3: what a crowd of one address may do comes one after another, at a pace', async () => {
  const clock = { time: 10_000 }
  const rich = { ...rules, burst: 1_000, pace: 1_000 }
  const payers = createPayers(() => clock.time, { person: rich, address: rich })
  const came: string[] = []
  const come = async (address: string, name: string) => {
    await payers.address(address).turn(100)
    came.push(name)
  }
  // Two are within the head start; those of the one address wait for each other, and not the other address for them.
  await Promise.all([come('a', 'a1'), come('a', 'a2'), come('a', 'a3'), come('b', 'b1')])
  expect(came).toEqual(['a1', 'a2', 'b1', 'a3'])
  expect(payers.person('a').turn(100)).toBeNull()
})

test('L4: a few calls of a person run at once, some wait, and the sessions take turns', async () => {
  const { payers } = start()
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const call = (lane: string, name: string) =>
    payers.person('a').run(lane, async () => {
      begun.push(name)
      const end = deferred<void>()
      ends.set(name, end.resolve)
      await end.promise
      return name
    })
  const calls = [call('bot', '1'), call('bot', '2'), call('bot', '3'), call('phone', '4')]
  // In the turn of the call.
  expect(begun).toEqual(['1', '2'])
  await expect(call('bot', '5')).rejects.toMatchObject({ code: 'rate_limited' })
  // Somebody else does not wait.
  expect(await payers.person('b').run('x', async () => 'b')).toBe('b')
  for (const name of ['1', '2', '3', '4']) {
    await expect.poll(() => ends.get(name)).toBeDefined()
    ends.get(name)?.()
  }
  expect(await Promise.all(calls)).toEqual(['1', '2', '3', '4'])
})

test('L4: a call that fails gives its place back', async () => {
  const { payers } = start()
  for (let count = 0; count < 10; count += 1) {
    await expect(payers.person('a').run('x', () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    )
  }
  expect(await payers.person('a').run('x', async () => 1)).toBe(1)
})

test('L4: so many uploads of a person may be under way, and another one is refused', async () => {
  const payer = start().payers.person('a')
  const end = deferred<string>()
  const uploads = Array.from({ length: limits.uploadsAtOnce }, () => payer.upload(() => end.promise))
  await expect(payer.upload(async () => 'one more')).rejects.toMatchObject({ code: 'rate_limited' })
  end.resolve('done')
  await Promise.all(uploads)
  expect(await payer.upload(async () => 'one more')).toBe('one more')
})

test('I8 L2: of too many the one is forgotten that gives nothing away', () => {
  const { payers } = start(3)
  takeMany(payers.address('spent'), 11)
  for (let count = 0; count < 50; count += 1) payers.address(`quiet ${count}`)
  expect(payers.address('spent').take(1)).toBe('refused')
})

test('I8 L2: even when everybody has spent something, no more are remembered', () => {
  const { payers } = start(3)
  for (let count = 0; count < 50; count += 1) takeMany(payers.address(`spent ${count}`), 11)
  expect(payers.address('spent 0').take(1)).toBe('allowed')
})

test('without limits nobody pays or waits', async () => {
  const payer = freePayers.person('a')
  expect(new Set(Array.from({ length: 1_000 }, () => payer.take(1_000)))).toEqual(new Set(['allowed']))
  expect([payer.wait(1), await payer.run('x', async () => 1)]).toEqual([0, 1])
})
