// Derived keys differ by purpose and secret and stay the same over restarts.
import { expect, test } from 'vitest'
import { createKeyedHash, deriveKey } from './keys.ts'

test('every purpose and every secret has its own key', () => {
  const keys = [
    deriveKey('one', 'access-tokens'),
    deriveKey('one', 'refresh-tokens'),
    deriveKey('two', 'access-tokens'),
    deriveKey('two', 'refresh-tokens'),
  ]
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(4)
  expect(keys.every((key) => key.length === 32)).toBe(true)
})

test('the derivation does not change: tokens must outlive an update of the server', () => {
  expect(deriveKey('secret', 'refresh-tokens').toString('hex')).toBe(
    'b2651fff72b97e17bdbc09a3611b4575d699496ceee08fd50ca9bbba90943592',
  )
})

test('a keyed hash is 32 bytes, depends on the text and on nothing else', () => {
  const hash = createKeyedHash('secret', 'refresh-tokens')
  expect(hash.digest('a')).toHaveLength(32)
  expect(hash.digest('a')).toEqual(createKeyedHash('secret', 'refresh-tokens').digest('a'))
  expect(hash.digest('a')).not.toEqual(hash.digest('b'))
})
