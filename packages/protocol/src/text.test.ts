import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePointLength, fits, isVisible } from './text.ts'

test.each([
  ['', 0],
  ['abc', 3],
  ['😀', 1],
  ['a😀b', 3],
  ['e\u0301', 2],
  ['👩‍🚀', 3],
  ['\ud83d', 1],
  ['\ude00\ud83d', 2],
  ['\ud83d\ud83d\ude00\ude00', 3],
])('M8: %j has %i code points', (text, length) => {
  expect(codePointLength(text)).toBe(length)
})

test('M8: every length is that of the code points, whatever the text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  )
  fc.assert(
    fc.property(anyText, fc.nat(20), (text, max) => {
      expect(codePointLength(text)).toBe([...text].length)
      expect(fits(text, max)).toBe([...text].length <= max)
    }),
  )
})

test.each([
  'a',
  '.',
  ' a',
  'я',
  '語',
  '😀',
  '🏽',
  '🇬',
  '1️⃣',
  '\u0301 a',
  '\u200b.',
  '\ufffd',
  '\ue000',
  '\u06dd',
  'ⴰ',
  'ㅎ',
])('M7: something of %j can be seen', (text) => {
  expect(isVisible(text)).toBe(true)
})

test.each([
  '',
  ' \n',
  '\u0007',
  '\u0301',
  'ा',
  '\u2800',
  '\u3164',
  '\u115f',
  '\u00ad',
  '\ufe0f',
  '\u{e0041}',
  '\u202e',
  '\u2067',
  '\ufeff',
  '\ufff9',
  '\ud83d',
])('M7: nothing of %j can be seen', (text) => {
  expect(isVisible(text)).toBe(false)
})

test('M7: adding what cannot be seen makes nothing visible or invisible', () => {
  const unseen = fc
    .array(fc.constantFrom(' ', '\u200b', '\u0301', '\u202e', '\u3164', '\u2800'))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), unseen, (text, more) => {
      expect(isVisible(more + text + more)).toBe(isVisible(text))
    }),
  )
})
