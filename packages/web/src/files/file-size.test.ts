// Sizes of files in words.
import { expect, test } from 'vitest'
import { fileSize } from './file-size.ts'

test.each([
  [0, 'en', '0 bytes'],
  [999, 'en', '999 bytes'],
  [1000, 'en', '1 kB'],
  [1_440_000, 'en', '1.4 MB'],
  [52_428_800, 'en', '52 MB'],
  [1_440_000, 'ru', '1,4 МБ'],
  [5_000_000_000_000, 'en', '5,000 GB'],
])('%d bytes in %s', (bytes, language, text) => {
  expect(fileSize(bytes, language).replaceAll('\u00a0', ' ')).toBe(text)
})
