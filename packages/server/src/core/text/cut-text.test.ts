import { codePointLength } from '@parley/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, cutToBytes } from './cut-text.ts'

const clusters = (text: string): string[] =>
  Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment)

test.each([
  ['abc', 2, 'ab'],
  ['abc', 3, 'abc'],
  ['😀😀😀', 2, '😀😀'],
  ['a👨‍👩‍👧b', 3, 'a'],
  ['a👨‍👩‍👧b', 6, 'a👨‍👩‍👧'],
  ['🇺🇦🇬🇧', 3, '🇺🇦'],
  ['ae\u0301', 2, 'a'],
  ['कि', 1, ''],
  ['a\r\nb', 2, 'a'],
  [`e${'\u0301'.repeat(90)}`, 50, ''],
])('M8: %j cut to %i is %j', (text, max, cut) => {
  expect(cutText(text, max)).toBe(cut)
})

const unit = fc.constantFrom(
  'a',
  '\u0301',
  '😀',
  '👩',
  '\u200d',
  '🚀',
  '🇺',
  '🏽',
  '\r',
  '\n',
  'क',
  '्',
  'ष',
  'ᄀ',
  'ᅡ',
  'ᆨ',
  '\ufe0f',
)
const text = fc.array(unit, { maxLength: 60 }).map((units) => units.join(''))

test('M8: a cut takes the most whole characters that fit, and half of none', () => {
  fc.assert(
    fc.property(text, fc.nat(40), (given, max) => {
      for (const [cut, sizeOf] of [
        [cutText, codePointLength],
        [cutToBytes, Buffer.byteLength],
      ] as const) {
        const shortened = cut(given, max)
        const whole = clusters(given)
        let kept = ''
        for (const cluster of whole) {
          if (sizeOf(kept + cluster) > max) break
          kept += cluster
        }
        expect(shortened).toBe(kept)
        expect(shortened.isWellFormed()).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('M8: a cut takes no longer for what lies behind it', () => {
  const long = '👩‍'.repeat(2_000_000)
  const began = performance.now()
  expect(cutText(long, 100)).toBe('')
  expect(performance.now() - began).toBeLessThan(100)
})
