// Marks of direction in foreign text end with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { balanced, isolate } from './isolate.ts'

describe('foreign text in a sentence', () => {
  test('V6: stands in an isolate of its own if it has a direction', () => {
    expect(isolate('Ada')).toBe('Ada')
    expect(isolate('Ада 👋 #1')).toBe('Ада 👋 #1')
    expect(isolate('דנה')).toBe('\u2068דנה\u2069')
    expect(isolate('\u202Egnp.exe')).toBe('\u2068\u202Egnp.exe\u2069')
  })

  test('V6: cannot end the isolate around it, and leaves none open', () => {
    expect(balanced('a\u2069\u202Eb')).toBe('a\u202Eb')
    expect(balanced('a\u2067b')).toBe('a\u2067b\u2069')
    expect(isolate('a\u2069\nb')).toBe('\u2068a b\u2069')
    const marks = fc.constantFrom('\u2066', '\u2067', '\u2068', '\u2069', '\u202e', '\u202c', 'a', 'א')
    fc.assert(
      fc.property(fc.string({ unit: marks }), (text) => {
        let open = 0
        for (const character of isolate(text)) {
          if (/[\u2066-\u2068]/u.test(character)) open += 1
          if (character === '\u2069') open -= 1
          expect(open).toBeGreaterThanOrEqual(0)
        }
        expect(open).toBe(0)
      }),
    )
  })
})

const sources = fileURLToPath(new URL('..', import.meta.url))

/** What people wrote themselves, as the components name it. */
const foreign =
  /^(?:.*\?\s*)?(?:name|title|nameOf\(.*\)|.*\.(?:title|name|username|description|bio|line|text)|`@\$\{.*\}`|titleOf\(.*\))(?:\s*:.*)?$/

/** Components that print texts of the app's own, or that isolate what they are given by themselves. */
const ownTexts =
  /entry\.label|choice\.|saving\.|segment\.|presence\.text|said\.text|notice\.text|request\.text|request\.title/

test('V6: every component isolates the foreign text that it prints', () => {
  const bare: string[] = []
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.tsx') || file.startsWith('pages/') || file === 'ui/dialog.tsx') continue
    const source = readFileSync(join(sources, file), 'utf8')
    // A child of an element that is nothing but an expression; in an attribute it follows a "=".
    for (const match of source.matchAll(/(?<=(>|\n)\s*)\{([^{}\n]+)\}(?=\s*(?:<|\n))/gu)) {
      const [, before = '', expression = ''] = match
      if (/search-heading">$/.test(source.slice(0, match.index))) continue
      const around = source.slice(Math.max(0, match.index - 12), match.index)
      if (around.endsWith('<Isolated>') || ownTexts.test(expression)) continue
      if (foreign.test(expression.trim())) bare.push(`${file}: ${before.trim()}{${expression}}`)
    }
  }
  expect(bare).toEqual([])
})
