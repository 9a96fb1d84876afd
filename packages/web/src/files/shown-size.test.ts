// How large pictures are shown.
import type { File } from '@parley/protocol'
import { expect, test } from 'vitest'
import { shownSize } from './shown-size.ts'

const file = (width: number | null, height: number | null): File => ({
  id: 'f',
  name: 'x.png',
  media_type: 'image/png',
  size: 1,
  width,
  height,
  created_at: '2026-11-21T12:00:00.000Z',
  has_thumbnail: true,
})

test.each([
  [4000, 3000, { width: 320, height: 240 }],
  [300, 600, { width: 160, height: 320 }],
  [100, 50, { width: 100, height: 50 }],
  [8000, 20, { width: 320, height: 32 }],
])('%d × %d', (width, height, size) => {
  expect(shownSize(file(width, height))).toEqual(size)
})

test('what is no picture has none', () => {
  expect(shownSize(file(null, null))).toBeNull()
  expect(shownSize({ ...file(9, 9), has_thumbnail: false })).toBeNull()
})
