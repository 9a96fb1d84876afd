// Which rooms are paced, on a clock that stands still until it is moved.
import { expect, test } from 'vitest'
import { type PaceRules, WritePace } from './write-pace.ts'

const rules: PaceRules = { interval: 25, followers: 3, perSecond: 50 }
const followers = (count: number) => new Set(Array.from({ length: count }, () => ({})))

/** `run` tells events at an even rate and gives how many of them were paced. */
function start(given: PaceRules = rules) {
  let now = 1_000
  const pace = new WritePace(() => now, given)
  const run = (room: ReadonlySet<object>, events: number, perSecond: number): number => {
    let paced = 0
    for (let count = 0; count < events; count += 1) {
      now += 1_000 / perSecond
      if (pace.timingFor(room) === 'paced') paced += 1
    }
    return paced
  }
  return { pace, run }
}

test('a small room is never paced, however busy it is', () => {
  const { run } = start()
  expect(run(followers(2), 1_000, 10_000)).toBe(0)
})

test('a large room is never paced while its events come slowly', () => {
  const { run } = start()
  expect(run(followers(1_000), 1_000, 49)).toBe(0)
})

test('nothing is paced when the interval is 0', () => {
  const { run } = start({ ...rules, interval: 0 })
  expect(run(followers(1_000), 1_000, 10_000)).toBe(0)
})

test('a large room is paced soon after it became busy, and no longer soon after it became quiet', () => {
  const { run } = start()
  const room = followers(3)
  expect(run(room, 30, 100)).toBeGreaterThan(5)
  expect(run(room, 100, 100)).toBe(100)
  expect(run(room, 30, 20)).toBeLessThan(15)
  expect(run(room, 100, 20)).toBe(0)
})

test('a burst in a quiet room leaves at once', () => {
  const { run } = start()
  const room = followers(3)
  expect(run(room, 10, 1_000_000)).toBe(0)
  run(room, 1, 1)
  expect(run(room, 8, 1_000_000)).toBe(0)
})

test('each room has a rate of its own', () => {
  const { run } = start()
  const [busy, quiet] = [followers(3), followers(3)]
  expect(run(busy, 100, 1_000)).toBeGreaterThan(80)
  expect(run(quiet, 10, 1_000)).toBe(0)
})
