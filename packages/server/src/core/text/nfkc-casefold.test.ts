import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emailKey } from './email-key.ts'
import { nfkcCasefold } from './nfkc-casefold.ts'

const text = fc.string({ unit: 'binary', maxLength: 20 })

/** All that Unicode knows, but for surrogates. */
function* allCharacters(): Generator<string> {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point)
  }
}

describe('texts that are the same', () => {
  test.each([
    ['STRASSE', 'straße', 'strasse', 'STRAẞE'],
    ['ΝΙΚΟΣ', 'νικος', 'νικοσ'],
    ['İbrahim', 'ibrahim', 'IBRAHIM', 'ıbrahım', 'İBRAHİM', 'i\u0307brahim'],
    ['İpek', 'ipek', 'IPEK'],
    ['ＡＢＣ', 'abc', 'ABC', 'a\u200bb\u00adc\ufe0f'],
    ['e\u0301', 'é', 'É'],
    ['ﬁﬂ', 'FIFL'],
    ['ſ', 's', 'S'],
    ['Ꭰ', 'ꭰ'],
  ])('A12: %s, %s, …', (first, ...others) => {
    expect(others.map(nfkcCasefold)).toEqual(others.map(() => nfkcCasefold(first)))
  })

  test.each([
    ['и', 'й'],
    ['e', 'é'],
    ['l', '1'],
    ['σ', 'ο'],
    ['a', 'а'],
  ])('A12: %s and %s are not', (one, other) => {
    expect(nfkcCasefold(one)).not.toBe(nfkcCasefold(other))
  })
})

test('A12: what the Unicode database says changes when folded is not in any key', () => {
  const wrong = [...allCharacters()].filter((character) =>
    /\p{Changes_When_NFKC_Casefolded}/u.test(nfkcCasefold(character)),
  )
  expect(wrong).toEqual([])
})

test('A12: letters that a regular expression without regard to case takes for one have one key', () => {
  const byKey = new Map<string, string[]>()
  for (const character of allCharacters()) {
    if (!/\p{Changes_When_Casemapped}/u.test(character)) continue
    for (const other of [character.toLowerCase(), character.toUpperCase()]) {
      byKey.set(other, [...(byKey.get(other) ?? []), nfkcCasefold(character)])
    }
  }
  expect(byKey.size).toBeGreaterThan(2_000)
  for (const [form, keys] of byKey) {
    expect(new Set([...keys, nfkcCasefold(form)])).toEqual(new Set([nfkcCasefold(form)]))
  }
})

test('A12: folding again changes nothing, and neither do case, composition or what is ignored', () => {
  fc.assert(
    fc.property(text, (given) => {
      const key = nfkcCasefold(given)
      expect(nfkcCasefold(key)).toBe(key)
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
        expect(nfkcCasefold(given.normalize(form))).toBe(key)
      expect(nfkcCasefold([...given].join('\u200b'))).toBe(nfkcCasefold([...given].join('\u00ad')))
    }),
  )
})

test('A12: the key of an ordinary word is the same in capitals and small letters', () => {
  const letter = fc.integer({ min: 0x41, max: 0x2fff }).map((point) => String.fromCodePoint(point))
  const word = fc
    .array(letter, { minLength: 1, maxLength: 12 })
    .map((letters) => letters.join(''))
    .filter((given) => /^\p{L}+$/u.test(given))
  fc.assert(
    fc.property(word, (given) => {
      expect(nfkcCasefold(given.toUpperCase())).toBe(nfkcCasefold(given))
      expect(nfkcCasefold(given.toLowerCase())).toBe(nfkcCasefold(given))
    }),
  )
})

describe('A12: an email', () => {
  test.each([
    ['Ada@MÜNCHEN.de', 'ada@xn--mnchen-3ya.de'],
    ['STRASSE@example.org', 'straße@EXAMPLE.ORG'],
    ['ada@例え.テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@example.org.', 'ada@example.org'],
  ])('%s is %s', (one, other) => {
    expect(emailKey(one)).toBe(emailKey(other))
  })

  test.each([
    ['ada@straße.example', 'ada@strasse.example'],
    ['ada@example.org', 'ada@example.com'],
    ['a.da@example.org', 'ada@example.org'],
  ])('%s is not %s', (one, other) => {
    expect(emailKey(one)).not.toBe(emailKey(other))
  })

  test('has one key, whatever is behind the @', () => {
    fc.assert(
      fc.property(text, text, (local, domain) => {
        const key = emailKey(`${local}@${domain}`)
        expect(emailKey(key)).toBe(key)
        expect(emailKey(`${local.toLowerCase()}@${domain}`)).toBe(key)
      }),
    )
  })
})
