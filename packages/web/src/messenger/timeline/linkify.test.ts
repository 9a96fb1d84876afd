// Links in messages: what becomes clickable, where it ends, how it is shown, and what never may.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hrefOf, linkify, type Segment } from './linkify.ts'

type Link = Extract<Segment, { kind: 'link' }>

const linksOf = (text: string): Link[] => linkify(text).filter((segment) => segment.kind === 'link')
const texts = (text: string): string[] => linksOf(text).map((link) => link.text)

describe('a link', () => {
  test.each<[string, ...string[]]>([
    // In a sentence of any script.
    ['see https://example.org/a?b=1#c and', 'https://example.org/a?b=1#c'],
    ['https://example.com。谢谢', 'https://example.com'],
    ['请看https://example.com/a', 'https://example.com/a'],
    ['请看https://example.com/a，谢谢', 'https://example.com/a'],
    ['https://example.com/a。谢谢', 'https://example.com/a'],
    ['https://example.com/a！谢谢', 'https://example.com/a'],
    ['https://example.com/a、https://example.com/b', 'https://example.com/a', 'https://example.com/b'],
    ['看：https://example.com；谢谢', 'https://example.com'],
    ['https://example.com谢谢', 'https://example.com'],
    ['https://example.comへ', 'https://example.com'],
    ['「https://example.com/x」', 'https://example.com/x'],
    ['（https://example.com/x）', 'https://example.com/x'],
    ['Ссылка:https://example.com', 'https://example.com'],
    ['Смотри «https://example.com/x», потом', 'https://example.com/x'],
    ['https://example.com/a، ثم', 'https://example.com/a'],
    ['https://example.com/a؟', 'https://example.com/a'],
    ['https://example.com/a؛', 'https://example.com/a'],
    ['https://example.com/a।', 'https://example.com/a'],
    ['https://example.com/क।अगला', 'https://example.com/क'],
    ['https://example.com/a॥', 'https://example.com/a'],
    ['https://example.com👍', 'https://example.com'],
    // Punctuation, quotes and brackets.
    ['(https://example.com)', 'https://example.com'],
    ['<https://example.com>', 'https://example.com'],
    ['"https://example.com/x"', 'https://example.com/x'],
    ["'https://example.com/x'", 'https://example.com/x'],
    ['“https://example.com/x”', 'https://example.com/x'],
    ['`https://example.com/x`', 'https://example.com/x'],
    ['**https://example.com/x**', 'https://example.com/x'],
    ['[text](https://example.com/x)', 'https://example.com/x'],
    ['https://example.com.', 'https://example.com'],
    ['https://example.com/x.', 'https://example.com/x'],
    ['https://example.com/x...', 'https://example.com/x'],
    ['https://example.com/x…', 'https://example.com/x'],
    ['https://example.com/x,', 'https://example.com/x'],
    ['https://example.com/x;', 'https://example.com/x'],
    ['https://example.com/x?', 'https://example.com/x'],
    ['https://example.com/x!', 'https://example.com/x'],
    ['https://example.com/a—b', 'https://example.com/a'],
    ['https://example.org/wiki/Chat_(app)', 'https://example.org/wiki/Chat_(app)'],
    ['(https://example.org/wiki/Chat_(app)).', 'https://example.org/wiki/Chat_(app)'],
    ['https://example.com/a_(b_(c))_d)', 'https://example.com/a_(b_(c))_d'],
    ['https://example.com/a[1]', 'https://example.com/a[1]'],
    ['https://example.com/中文（消歧义）', 'https://example.com/中文（消歧义）'],
    ['a.https://example.com', 'https://example.com'],
    ['|https://example.com|', 'https://example.com'],
    ['at=https://example.com/x', 'https://example.com/x'],
    // Parts of an address.
    ['https://example.com/x?q=a,b&c=(d)#e!f', 'https://example.com/x?q=a,b&c=(d)#e!f'],
    ['https://example.com/?q=', 'https://example.com/?q='],
    ['https://example.com:8443/x', 'https://example.com:8443/x'],
    ['https://localhost:3000/x', 'https://localhost:3000/x'],
    ['http://192.168.0.1:8080', 'http://192.168.0.1:8080'],
    ['https://[::1]:80/x', 'https://[::1]:80/x'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
    ['HTTPS://Example.COM/X', 'HTTPS://Example.COM/X'],
    ['https://example.com/%E4%B8%AD', 'https://example.com/%E4%B8%AD'],
    ['https://example.com/@ada/1', 'https://example.com/@ada/1'],
    ['https://example.com/שלום', 'https://example.com/שלום'],
    ['https://пример.рф/путь', 'https://пример.рф/путь'],
    ['https://例え.jp。次', 'https://例え.jp'],
    // Without a scheme.
    ['www.example.org/x.', 'www.example.org/x'],
    ['请看www.example.org吧', 'www.example.org'],
    ['ada@example.org, bob', 'ada@example.org'],
    ['Почта:ada.l+x@example.org', 'ada.l+x@example.org'],
    ['请看ada@example.org', 'ada@example.org'],
    ['mailto:ada@example.org', 'mailto:ada@example.org'],
    // What nobody sees ends it.
    ['https://example.com/\u202Egnp.exe', 'https://example.com/'],
    ['https://example.com/a\u200Bb', 'https://example.com/a'],
  ])('V5: ends where its address ends: %s', (text, ...wanted) => {
    expect(texts(text)).toEqual(wanted)
  })

  test.each([
    ['https://example.com。谢谢', 'https://example.com/'],
    ['https://example.com．evil.example', 'https://example.com/'],
    ['https://пример.рф/путь', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C'],
    ['www.example.org', 'https://www.example.org/'],
    ['ada@example.org', 'mailto:ada@example.org'],
  ])('V5: leads to the host that is shown: %s', (text, href) => {
    expect(linksOf(text).map((link) => link.href)).toEqual([href])
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'ftp://example.org/x',
    'blob:https://example.org/1',
    'view-source:https://example.org/1',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'https://',
    'http:// example',
    'https:///example.org',
    'https://example.com:99999/',
    // What comes before the host is no host.
    'https://good.example@evil.example/',
    'https://user:password@example.org/',
    // Read as an address of four numbers.
    'http://2130706433/',
    'http://1',
    '//example.org/x',
    'example.org',
    'read-me.md',
    'a@b',
  ])('V5: is not made of %j', (text) => {
    expect(texts(text)).toEqual([])
  })

  test.each([
    ['https://аррӏе.com/x', 'https://xn--80ak6aa92e.com/x'],
    ['https://раураl.com', 'https://xn--l-7sba6dbr.com'],
    ['https://exampleа.com', 'https://xn--example-8fg.com'],
    ['https://ｅxample.com', 'https://example.com'],
    ['https://ex\u0301ample.com', 'https://xn--example-uge.com'],
    ['mailto:ada@аррӏе.com', 'mailto:ada@xn--80ak6aa92e.com'],
  ])('V5: shows a host that looks like another one in ASCII: %s', (text, shown) => {
    expect(linksOf(text)).toMatchObject([{ text, shown }])
  })

  test.each([
    'https://пример.рф/путь',
    'https://правда.com',
    'https://例え.jp/a',
    'https://münchen.de',
    'https://한국어.kr',
    'https://ελλάδα.gr',
  ])('V5: shows an honest host as it was written: %s', (text) => {
    expect(linksOf(text)).toMatchObject([{ text, shown: text }])
  })

  test('V5: never has an address of another scheme, whatever the text', () => {
    const beginnings = ['javascript:', 'https://', 'www.', 'mailto:', 'data:', 'a@', 'blob:https://a.b']
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.tuple(fc.constantFrom(...beginnings), fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
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

  test('V5: is none if it is no address at all', () => {
    expect(hrefOf('https://[')).toBeNull()
    expect(hrefOf('https://good.example@evil.example/')).toBeNull()
  })
})
