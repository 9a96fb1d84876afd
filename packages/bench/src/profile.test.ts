import { describe, expect, test } from 'vitest'
import { type CpuProfile, selfTimes } from './profile.ts'

const node = (id: number, functionName: string, url: string, lineNumber: number) => ({
  id,
  callFrame: { functionName, url, lineNumber },
})

const profile: CpuProfile = {
  nodes: [node(1, '(idle)', '', -1), node(2, 'write', 'file:///a/b/c/hub.ts', 9), node(3, '', 'node:net', 0)],
  startTime: 1000,
  samples: [1, 2, 2, 3, 2],
  timeDeltas: [100, 100, 100, 200, 100],
}

describe('profile', () => {
  test('self times count the samples between the two moments only', () => {
    expect(selfTimes(profile, 1150, 1550, 10)).toEqual([
      { place: 'write b/c/hub.ts:10', share: 0.5 },
      { place: '(anonymous) node:net:1', share: 0.5 },
    ])
  })

  test('the largest comes first and only so many', () => {
    expect(selfTimes(profile, 0, 10_000, 1)).toEqual([{ place: 'write b/c/hub.ts:10', share: 0.5 }])
  })
})
