// When the timeline follows its end.
import { describe, expect, test } from 'vitest'
import { followsAfterScroll, type View } from './following.ts'

const atEnd: View = { offset: 1400, viewport: 600, size: 2000 }

describe('the end of the timeline', () => {
  test('V2: is followed however the window, the keyboard or the composer change its height', () => {
    const smaller = { ...atEnd, viewport: 300 }
    expect(followsAfterScroll(true, atEnd, smaller, false)).toBe(true)
    expect(followsAfterScroll(true, atEnd, { offset: 1300, viewport: 400, size: 2000 }, false)).toBe(true)
    expect(followsAfterScroll(true, atEnd, { offset: 1380, viewport: 600, size: 2400 }, false)).toBe(true)
  })

  test('V2: is followed while it moves away below', () => {
    expect(followsAfterScroll(true, atEnd, { ...atEnd, size: 2900 }, false)).toBe(true)
    expect(followsAfterScroll(true, atEnd, { ...atEnd, size: 2900, offset: 1500 }, true)).toBe(true)
  })

  test('V2: is left by scrolling up, also while rows are measured', () => {
    const up = { ...atEnd, offset: 1300 }
    expect(followsAfterScroll(true, atEnd, up, false)).toBe(false)
    expect(followsAfterScroll(true, atEnd, { ...up, size: 2040 }, true)).toBe(false)
    expect(followsAfterScroll(true, atEnd, { ...atEnd, offset: 1370 }, true)).toBe(true)
  })

  test('V2: is followed again by who comes back to it, and by nobody else', () => {
    const above = { ...atEnd, offset: 700 }
    expect(followsAfterScroll(false, above, { ...atEnd, offset: 1380 }, true)).toBe(true)
    expect(followsAfterScroll(false, above, { ...above, offset: 900 }, true)).toBe(false)
  })
})
