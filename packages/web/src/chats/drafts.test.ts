// Drafts outlive a reload and never mix between people.
import { describe, expect, test, vi } from 'vitest'
import { Drafts } from './drafts.ts'

function memoryStorage(): Storage {
  const items = new Map<string, string>()
  return {
    get length() {
      return items.size
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  }
}

describe('drafts', () => {
  test('outlive a reload, each for its chat and person', () => {
    const storage = memoryStorage()
    new Drafts(storage, 'ada').set('chat', 'half a thought')
    expect(new Drafts(storage, 'ada').get('chat')).toBe('half a thought')
    expect(new Drafts(storage, 'ada').get('other')).toBe('')
    expect(new Drafts(storage, 'bob').get('chat')).toBe('')
  })

  test('are gone once empty', () => {
    const storage = memoryStorage()
    const drafts = new Drafts(storage, 'ada')
    drafts.set('chat', 'x')
    drafts.set('chat', '')
    expect(storage.getItem('parley.drafts.ada')).toBe('{}')
  })

  test('survive a broken store', () => {
    const storage = memoryStorage()
    storage.setItem('parley.drafts.ada', '{"chat": 1, "other":')
    expect(new Drafts(storage, 'ada').get('chat')).toBe('')
  })

  test('tell listeners of changes only', () => {
    const drafts = new Drafts(memoryStorage(), 'ada')
    const listener = vi.fn()
    const end = drafts.subscribe(listener)
    drafts.set('chat', 'x')
    drafts.set('chat', 'x')
    end()
    drafts.set('chat', 'y')
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
