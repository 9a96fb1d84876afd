import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileNameOf } from '../files/file-name.ts'
import { cleanLine, cleanLines } from './clean-text.ts'

test.each([
  ['Ada Lovelace', 'Ada Lovelace'],
  ['  Ada\t ', 'Ada'],
  ['a\r\nb\u2028c\td', 'a b c d'],
  ['a\u0000\u0007\u001b[31mb', 'a[31mb'],
  ['gnp.\u202egpj.exe', 'gnp.gpj.exe'],
  ['\u2066ab\u2069\u200f\u061c', 'ab'],
  ['a\u200b\u00ad\u2060\u3164\u115f\u034f\ufe0fb', 'ab'],
  ['a\u{e0020}\u{e0041}b', 'ab'],
  ['\u200d\u200d', ''],
  ['Жанна д’Арк', 'Жанна д’Арк'],
])('M7: the line %j becomes %j', (given, line) => {
  expect(cleanLine(given)).toBe(line)
})

test.each([
  ['emoji', '👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️‍🔥 1️⃣ ☺️ ☺︎ 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['Persian', 'می‌خواهم'],
  ['Hindi', 'क्‍ष क्‌ष'],
  ['Malayalam', 'ന്‍'],
  ['a variant of Han', '葛󠄀城'],
  ['Hebrew and Arabic', 'שלום مرحبا'],
  ['marks', 'e\u0301 Z\u0335\u0322'],
])('M7: %s keeps what belongs to it', (_, given) => {
  expect(cleanLine(given)).toBe(given.replace(/\u200d$/, ''))
  expect(cleanLines(given)).toBe(cleanLine(given))
})

test('M7: a text of lines keeps them, and loses the same otherwise', () => {
  expect(cleanLines(' a\r\nb\n\n\tc\u2029d\u202e\u0007\u200be ')).toBe('a\nb\n\n\tc\nde')
})

const parts = fc.constantFrom(
  ...[
    'a',
    ' ',
    '\n',
    '\t',
    '\u0000',
    '\u200d',
    '\u200c',
    '\ufe0f',
    '\u202e',
    '\u{e0067}',
    '\u{e007f}',
    '\u3164',
    '\u0301',
  ],
  ...['👩', '🚀', '🏽', '🏴', '❤', '1', 'ب', 'क', '्', '葛', '\u{e0100}', '\u180b', 'ᠠ', '\u115f'],
)
const hostile = fc.oneof(
  fc.array(parts, { maxLength: 20 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

test('M7: cleaning again changes nothing, adds nothing, and leaves no control and no turn of direction', () => {
  fc.assert(
    fc.property(hostile, (given) => {
      for (const clean of [cleanLine, cleanLines, fileNameOf]) {
        const cleaned = clean(given)
        expect(clean(cleaned)).toBe(cleaned)
        expect(cleaned.length).toBeLessThanOrEqual(Math.max(given.length, 'file'.length))
        expect(cleaned).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u3164\u115f]/)
        expect(cleaned.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u)
        expect(cleaned.isWellFormed()).toBe(true)
      }
      expect(cleanLine(given)).not.toMatch(/[\n\t\u2028\u2029]/)
    }),
    { numRuns: 1_000 },
  )
})
