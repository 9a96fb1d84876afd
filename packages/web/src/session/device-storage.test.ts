// What a device keeps, or does not.
import { describe, expect, test } from 'vitest'
import { deviceStorage } from './device-storage.ts'
import { eraseAccount, hasDrafts } from './local-account.ts'

/** A browser's storage that can be told to refuse. */
function fakeStorage(): Storage & { refuses: 'nothing' | 'writing' | 'everything' } {
  const items = new Map<string, string>()
  const check = (kind: 'reading' | 'writing') => {
    if (storage.refuses === 'everything' || storage.refuses === kind) {
      throw new DOMException('no', kind === 'writing' ? 'QuotaExceededError' : 'SecurityError')
    }
  }
  const storage: ReturnType<typeof fakeStorage> = {
    refuses: 'nothing',
    get length() {
      check('reading')
      return items.size
    },
    clear: () => items.clear(),
    getItem: (key) => {
      check('reading')
      return items.get(key) ?? null
    },
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => {
      check('reading')
      items.delete(key)
    },
    setItem: (key, value) => {
      check('writing')
      items.set(key, value)
    },
  }
  return storage
}

describe('K3: what a device keeps', () => {
  test('outlives the page where it may', () => {
    const kept = fakeStorage()
    deviceStorage(kept).setItem('a', '1')
    expect(deviceStorage(kept).getItem('a')).toBe('1')
    expect(deviceStorage(kept).length).toBe(1)
  })

  test.each(['writing', 'everything'] as const)(
    'lasts as long as the page where %s is refused',
    (refuses) => {
      const kept = fakeStorage()
      kept.setItem('a', 'before')
      kept.refuses = refuses
      const storage = deviceStorage(kept)
      storage.setItem('a', '1')
      storage.setItem('b', '2')
      expect([storage.getItem('a'), storage.getItem('b'), storage.key(1)]).toEqual(['1', '2', 'b'])
      storage.removeItem('a')
      expect(storage.getItem('a')).toBeNull()
      storage.clear()
      expect(storage.length).toBe(0)
    },
  )

  test('is memory alone without any', () => {
    const storage = deviceStorage(undefined)
    storage.setItem('a', '1')
    expect(storage.getItem('a')).toBe('1')
  })
})

describe('K5: what a device keeps of an account', () => {
  test('is known by the account’s id, and goes alone', () => {
    const storage = deviceStorage(fakeStorage())
    storage.setItem('parley.draft.ana', '{"chat":"half a thought"}')
    storage.setItem('parley.draft.ben', '{}')
    storage.setItem('parley.handed.carl.m', '{"chatId":"chat","draft":{"text":"on its way"}}')
    storage.setItem('parley.theme', 'dark')
    const owners = ['ana', 'ben', 'carl'].filter((userId) => hasDrafts(storage, userId))
    expect(owners).toEqual(['ana', 'carl'])
    for (const userId of owners) eraseAccount(storage, userId)
    expect(hasDrafts(storage, 'carl')).toBe(false)
    expect(hasDrafts(storage, 'ana')).toBe(false)
    expect([storage.getItem('parley.draft.ben'), storage.getItem('parley.theme')]).toEqual(['{}', 'dark'])
  })
})
