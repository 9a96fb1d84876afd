// Which messages a person has on screen.
import { describe, expect, test } from 'vitest'
import { lowestSeq } from './on-screen.ts'

const rows = (...heights: number[]) => {
  let top = -100
  return heights.map((height, index) => {
    top += height
    return { seq: index + 1, top: top - height, bottom: top }
  })
}

describe('the lowest message on screen', () => {
  test('V3: is the last one of which the end is on screen', () => {
    expect(lowestSeq(rows(50, 100, 100, 100), 200)).toBe(3)
    expect(lowestSeq(rows(50, 100, 100, 100), 90)).toBe(2)
  })

  test('V3: is one taller than the screen when it fills the lower half', () => {
    expect(lowestSeq(rows(150, 900), 200)).toBe(2)
    expect(lowestSeq(rows(150, 70, 900), 200)).toBe(2)
  })

  test('V3: is none where there is none', () => {
    expect(lowestSeq([], 200)).toBe(0)
    expect(lowestSeq(rows(90), 200)).toBe(0)
    expect(lowestSeq(rows(150, 50), 0)).toBe(0)
  })
})
