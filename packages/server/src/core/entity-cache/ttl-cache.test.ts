import { expect, test } from 'vitest'
import { TtlCache } from './ttl-cache.ts'

function cacheAt(start: number, bounds = { ttlMs: 100, max: 3 }) {
  const clock = { now: start }
  return { clock, cache: new TtlCache<string>(() => clock.now, bounds) }
}

test('an entry is there until its time is over, from the clock that was given', () => {
  for (const start of [0, 5_000]) {
    const { clock, cache } = cacheAt(start)
    cache.set('a', 'one')
    clock.now += 100
    expect(cache.get('a')).toBe('one')
    clock.now += 1
    expect(cache.get('a')).toBeUndefined()
  }
})

test('setting an entry again begins its time anew', () => {
  const { clock, cache } = cacheAt(0)
  cache.set('a', 'one')
  clock.now = 90
  cache.set('a', 'two')
  clock.now = 180
  expect(cache.get('a')).toBe('two')
})

test('beyond the bound goes what was asked for longest ago', () => {
  const { cache } = cacheAt(0)
  for (const key of ['a', 'b', 'c']) cache.set(key, key)
  cache.get('a')
  cache.set('d', 'd')
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c', 'd'])
})

test('forgetting is noticed, also of what was not there', () => {
  const { cache } = cacheAt(0)
  cache.set('a', 'one')
  const before = cache.generation
  cache.forget('b')
  expect(cache.generation).toBeGreaterThan(before)
  cache.forget('a')
  expect(cache.get('a')).toBeUndefined()
})
