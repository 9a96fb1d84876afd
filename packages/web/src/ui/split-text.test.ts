// Dividing a text that is too long for one message.
import { codePointLength } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitText } from './split-text.ts'

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
