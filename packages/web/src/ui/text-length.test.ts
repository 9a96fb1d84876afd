// Lengths as the server counts them, and dividing what is too long.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codePointLength, splitText } from './text-length.ts'

describe('the length of a text', () => {
  test.each([
    ['', 0],
    ['Ada', 3],
    ['👋', 1],
    ['👩‍🚀', 3],
    ['e\u0301', 2],
    ['\ud800a', 2],
  ])('V9: of %j is %d code points', (text, length) => {
    expect(codePointLength(text)).toBe(length)
  })
})

describe('a text that is too long', () => {
  test('V9: is divided between paragraphs, else lines, sentences, words', () => {
    expect(splitText('one two\n\nthree four', 12)).toEqual(['one two', 'three four'])
    expect(splitText('one two\nthree four', 12)).toEqual(['one two', 'three four'])
    expect(splitText('One two. Three four', 12)).toEqual(['One two.', 'Three four'])
    expect(splitText('one two three four', 12)).toEqual(['one two', 'three four'])
  })

  test('V9: is divided between characters where there is nothing else, never within one', () => {
    expect(splitText('abcdef', 4)).toEqual(['abcd', 'ef'])
    expect(splitText('👩‍🚀👩‍🚀👩‍🚀', 7)).toEqual(['👩‍🚀👩‍🚀', '👩‍🚀'])
  })

  test('V9: loses nothing but the spaces between the pieces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 1, max: 30 }),
        (text, most) => {
          const pieces = splitText(text, most)
          expect(pieces.join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''))
          for (const piece of pieces) {
            expect(codePointLength(piece)).toBeLessThanOrEqual(most)
            expect(piece.trim()).not.toBe('')
          }
        },
      ),
    )
  })
})
