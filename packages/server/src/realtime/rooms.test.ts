// Which versions count as published.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PublishedVersions } from './rooms.ts'

describe('published versions', () => {
  test('rise one by one', () => {
    const versions = new PublishedVersions(3)
    expect([versions.note(4), versions.note(5), versions.contiguous]).toEqual([true, true, 5])
  })

  test('show a hole until it is closed', () => {
    const versions = new PublishedVersions(0)
    versions.note(1)
    versions.note(3)
    expect(versions.contiguous).toBe(1)
    expect(versions.note(2)).toBe(true)
    expect(versions.contiguous).toBe(3)
  })

  test('are each noted once, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 })),
        fc.integer({ min: 0, max: 10 }),
        (given, base) => {
          const versions = new PublishedVersions(base)
          const noted = new Set<number>()
          for (const version of given) {
            expect(versions.note(version)).toBe(version > base && !noted.has(version))
            if (version > base) noted.add(version)
            let through = base
            while (noted.has(through + 1)) through += 1
            expect(versions.contiguous).toBe(through)
          }
        },
      ),
    )
  })

  test('below a version that all is known of count as published', () => {
    const versions = new PublishedVersions(0)
    versions.note(5)
    versions.noteAll(4)
    expect([versions.contiguous, versions.note(2), versions.note(5), versions.note(6)]).toEqual([
      5,
      false,
      false,
      true,
    ])
  })

  test('that stand beyond a hole are bounded', () => {
    const versions = new PublishedVersions(0)
    for (let version = 2; version <= 10_002; version += 1) versions.note(version)
    expect(versions.contiguous).toBe(10_002)
  })
})
