// Which of the own chats a search finds, and in which order.
import { describe, expect, test } from 'vitest'
import { matchRank } from './match-rank.ts'

describe('a search among the own chats', () => {
  test('prefers words that begin with the query', () => {
    expect(matchRank('гр', ['Новая группа'])).toBe(2)
    expect(matchRank('ADA', ['Somebody', 'ada'])).toBe(2)
    expect(matchRank('elace', ['Ada Lovelace'])).toBe(1)
  })

  test('finds nothing in other names', () => {
    expect(matchRank('x', ['Ada', ''])).toBe(0)
  })
})
