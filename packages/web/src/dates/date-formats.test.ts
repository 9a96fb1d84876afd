// What a chat list and a timeline say about a time.
import { describe, expect, test } from 'vitest'
import { createDateFormats, daysAgo } from './date-formats.ts'

const at = (text: string) => new Date(text).getTime()
const now = at('2026-11-21T12:00:00')
const english = createDateFormats('en-GB')
const russian = createDateFormats('ru')

describe('dates', () => {
  test('count local days, not spans of 24 hours', () => {
    expect(daysAgo(at('2026-11-20T23:59:00'), at('2026-11-21T00:01:00'))).toBe(1)
    expect(daysAgo(at('2026-11-21T00:01:00'), at('2026-11-21T23:59:00'))).toBe(0)
  })

  test('in the chat list are a time today, a weekday this week, and a date before', () => {
    expect(english.short(at('2026-11-21T09:05:00'), now)).toBe('09:05')
    expect(english.short(at('2026-11-18T09:05:00'), now)).toBe('Wed')
    expect(english.short(at('2026-02-03T09:05:00'), now)).toBe('3 Feb')
    expect(english.short(at('2024-02-03T09:05:00'), now)).toBe('03/02/24')
  })

  test('name the year of a day only when it is another year', () => {
    expect(english.day(at('2026-02-03T09:05:00'), now)).toBe('3 February')
    expect(russian.day(at('2025-02-03T09:05:00'), now)).toBe('3 февраля 2025 г.')
  })

  test('say how long ago, and never that it is yet to come', () => {
    expect(english.ago(at('2026-11-21T11:55:00'), now)).toBe('5 minutes ago')
    expect(english.ago(at('2026-11-21T12:00:20'), now)).toBe('this minute')
    expect(english.ago(at('2026-11-21T08:00:00'), now)).toBe('4 hours ago')
    expect(english.ago(at('2026-11-20T23:00:00'), now)).toBe('yesterday')
    expect(russian.ago(at('2026-11-18T23:00:00'), now)).toBe('3 дня назад')
    expect(english.ago(at('2026-01-18T23:00:00'), now)).toBe('18 January 2026')
  })
})
