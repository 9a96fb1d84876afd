// Links in messages: what becomes clickable, and what never may.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hrefOf, linkify } from './linkify.ts'

const links = (text: string) =>
  linkify(text).flatMap((segment) => (segment.kind === 'link' ? [[segment.text, segment.href]] : []))

describe('linkify', () => {
  test('finds addresses, www hosts and e-mail', () => {
    expect(links('see https://example.org/a?b=1#c and www.example.org/x or ada@example.org')).toEqual([
      ['https://example.org/a?b=1#c', 'https://example.org/a?b=1#c'],
      ['www.example.org/x', 'https://www.example.org/x'],
      ['ada@example.org', 'mailto:ada@example.org'],
    ])
  })

  test('leaves the punctuation of the sentence out', () => {
    expect(links('(https://example.org/wiki/Chat_(app)). Да: «https://пример.рф/путь»!')).toEqual([
      ['https://example.org/wiki/Chat_(app)', 'https://example.org/wiki/Chat_(app)'],
      ['https://пример.рф/путь', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C'],
    ])
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'https://',
    'http:// example',
  ])('makes no link of %j', (text) => {
    expect(links(text)).toEqual([])
  })

  test('never gives an address of another scheme, whatever the text', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .tuple(fc.constantFrom('javascript:', 'https://', 'www.', 'mailto:', 'data:'), fc.string())
        .map((a) => a.join('')),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        const segments = linkify(text)
        expect(segments.map((segment) => segment.text).join('')).toBe(text)
        for (const segment of segments)
          if (segment.kind === 'link') expect(segment.href).toMatch(/^(https?|mailto):/)
      }),
    )
  })

  test('keeps credentials in the address visible as they are, and refuses what is no address', () => {
    expect(hrefOf('https://good.example@evil.example/')).toBe('https://good.example@evil.example/')
    expect(hrefOf('https://[')).toBeNull()
  })

  test('takes linear time on a long text without links', () => {
    const started = performance.now()
    expect(links('a.'.repeat(5000) + '@'.repeat(5000))).toEqual([])
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
