// Usernames from elsewhere: which of them can be kept, and what becomes of the others.
import { Username } from '@parley/protocol'
import fc from 'fast-check'
import { Check } from 'typebox/schema'
import { expect, test } from 'vitest'
import { isOfOneScript } from '../text/scripts.ts'
import { usernameCandidates } from './usernames.ts'

test.each([
  ['ada', 'ada'],
  ['Ада.Л', 'Ада.Л'],
  ['.ada.', '_ada_'],
  ['ada lovelace', 'ada_lovelace'],
  ['a\u200bda', 'ada'],
  ['x', 'x__'],
  ['\u0301ada', '_ada'],
])('A13 T4: %j becomes %j', (given, kept) => {
  expect(usernameCandidates(given).slice(0, 3)).toEqual([kept, `${kept}_2`, `${kept}_3`])
})

test('A13 T4: what mixes scripts, or shows nothing, is none', () => {
  for (const given of ['раypal', '', '...', '\u202e', '!!!']) expect(usernameCandidates(given)).toEqual([])
})

test('A13 T4: whatever is given, all that may be tried are usernames, and different ones', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (given) => {
      const candidates = usernameCandidates(given)
      expect(new Set(candidates).size).toBe(candidates.length)
      for (const one of candidates)
        expect([one, Check(Username, one), isOfOneScript(one)]).toEqual([one, true, true])
    }),
  )
})
