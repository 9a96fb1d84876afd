// Which messages are shown large.
import { describe, expect, test } from 'vitest'
import { isEmojiOnly } from './emoji-only.ts'

describe('a large message', () => {
  test.each(['👍', '🎉 🎉', '👩‍👩‍👧‍👦', '🇪🇺❤️', '☕️', ' 👋🏽 '])('is %j', (text) => {
    expect(isEmojiOnly(text)).toBe(true)
  })

  test.each(['', '1', '#', 'ok 👍', '👍👍👍👍', '©'])('is not %j', (text) => {
    expect(isEmojiOnly(text)).toBe(false)
  })
})
