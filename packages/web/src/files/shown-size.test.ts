// How large pictures are shown.
import { expect, test } from 'vitest'
import { shownSize } from './shown-size.ts'

test.each([
  [4000, 3000, { width: 320, height: 240 }],
  [300, 600, { width: 160, height: 320 }],
  [100, 50, { width: 100, height: 50 }],
  [8000, 20, { width: 320, height: 32 }],
])('%d × %d', (width, height, size) => {
  expect(shownSize({ width, height })).toEqual(size)
})

test('what is no picture has none', () => {
  expect(shownSize({ width: null, height: null })).toBeNull()
})
