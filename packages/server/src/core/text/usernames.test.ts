import { describe, expect, test } from 'vitest'
import { usernameOf } from './given-texts.ts'
import { skeleton } from './look-alikes.ts'
import { isOfOneScript } from './scripts.ts'

test.each([
  'ada',
  'Ada.Lovelace-1_2',
  'विकास',
  'हिन्दी_1',
  'ทดสอบ',
  'น้ำ',
  'Жанна',
  'ΝΙΚΟΣ',
  'עברית',
  'مستخدم',
  'بهزاد',
  'தமிழ்',
  'မြန်မာ',
  'ខ្មែរ',
  '田中さん',
  'カタカナabc',
  '한국abc',
  'ㄅㄆ漢abc',
  'İbrahim',
  'naïve',
  '１２３ａｂｃ',
  '_ada_',
  '-ada-',
])('A13: %s is a username', (given) => {
  expect(usernameOf(given)).toBe(given.normalize('NFC'))
})

test.each([
  ['Latin and Cyrillic', 'pаypal'],
  ['Latin and Greek', 'αdmin'],
  ['Cyrillic and Greek', 'αдмин'],
  ['Latin and Hebrew', 'adaא'],
  ['Hangul and Japanese', '한カ'],
  ['a mark at the beginning', '\u0301ada'],
  ['a dot at the beginning', '.ada'],
  ['a dot at the end', 'ada.'],
  ['dots', '...'],
  ['nothing but signs', '_-_'],
  ['nothing but marks', '\u0301\u0302\u0303'],
  ['a filler that counts as a letter', 'ada\u3164'],
  ['fillers alone', '\u3164\u115f\u1160'],
  ['a selector that counts as a mark', 'ada\ufe0f'],
  ['a joiner', 'a\u200dda'],
  ['a turn of direction', 'ada\u202e'],
  ['a space', 'a da'],
  ['a line break', 'ada\n'],
  ['tags', 'ada\u{e0041}'],
])('A13: no username has %s', (_, given) => {
  expect(() => usernameOf(given)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

describe('A13: the skeleton', () => {
  test.each([
    ['раура', 'paypa'],
    ['РАУРА', 'PAYPA'],
    ['ОКО', 'oko'],
    ['ΝΙΚΟ', 'niko'],
    ['Ꭺᏼᴄ'.slice(0, 2), 'ab'],
    ['ѕсоре', 'scope'],
  ])('of %s is that of %s', (one, other) => {
    expect(isOfOneScript(one)).toBe(true)
    expect(skeleton(one)).toBe(skeleton(other))
  })

  test.each([
    ['userl', 'user1'],
    ['userO', 'user0'],
    ['rn', 'm'],
    ['Анна', 'Anna'],
    ['дом', 'dom'],
    ['Борис', 'Boris'],
  ])('of %s is not that of %s', (one, other) => {
    expect(skeleton(one)).not.toBe(skeleton(other))
  })
})
