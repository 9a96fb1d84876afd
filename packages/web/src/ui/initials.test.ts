// Initials and colours of avatars.
import { describe, expect, test } from 'vitest'
import { avatarColour, initials } from './initials.ts'

describe('an avatar', () => {
  test('shows the first letters of the first and the last word', () => {
    expect(initials('Ada Lovelace')).toBe('AL')
    expect(initials('анна мария де ла крус')).toBe('АК')
    expect(initials('weekend')).toBe('W')
  })

  test('keeps an emoji whole and ignores punctuation', () => {
    expect(initials('👩‍🚀 Space')).toBe('👩‍🚀S')
    expect(initials('— (Design) team —')).toBe('DT')
  })

  test('draws no tower of marks', () => {
    expect(initials(`A${'\u0301\u0316'.repeat(50)}da`)).toHaveLength(3)
  })

  test('shows a question mark for a name without letters', () => {
    expect(initials(' … ')).toBe('?')
  })

  test('has one of eight colours, always the same for an id', () => {
    const colours = Array.from({ length: 200 }, (_, index) => avatarColour(`id-${index}`))
    expect(new Set(colours).size).toBe(8)
    expect(avatarColour('id-7')).toBe(colours[7])
  })
})
