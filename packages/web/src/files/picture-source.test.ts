// Which picture is shown, and when.
import type { File } from '@parley/protocol'
import { expect, test } from 'vitest'
import { pictureSource } from './picture-source.ts'

const file: File = {
  id: 'f',
  name: 'x.png',
  media_type: 'image/png',
  size: 200_000,
  width: 800,
  height: 600,
  created_at: '2026-11-21T12:00:00.000Z',
  has_thumbnail: false,
}

test('the thumbnail, where there is one', () => {
  expect(pictureSource({ ...file, has_thumbnail: true })).toBe('thumbnail')
  expect(pictureSource({ ...file, has_thumbnail: true, size: 9_000_000 })).toBe('thumbnail')
})

test('until there is one the picture itself if it is small, in bytes and in pixels', () => {
  expect(pictureSource(file)).toBe('original')
  expect(pictureSource({ ...file, size: 300_000 })).toBe('none')
  expect(pictureSource({ ...file, size: 6_000, width: 7_000, height: 7_000 })).toBe('none')
})
