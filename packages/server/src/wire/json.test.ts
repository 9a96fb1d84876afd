// Decoding of JSON from the wire: encodings, hostile nesting, hostile keys.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { decodeJson, maxJsonDepth } from './json.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function codeOf(source: Uint8Array | string): string {
  try {
    decodeJson(source)
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'accepted'
}

describe('decodeJson', () => {
  test('gives back any JSON value, from bytes and from text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (original) => {
        const text = JSON.stringify(original)
        fc.pre(!text.includes('\\u0000'))
        expect(decodeJson(text)).toEqual(JSON.parse(text))
        expect(decodeJson(bytes(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  test.each([
    ['a byte that is never UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['an overlong encoding', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ['a surrogate encoded as UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['a sequence cut short', Uint8Array.of(0x22, 0xe2, 0x82)],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x22, 0, 0x61, 0, 0x22, 0)],
  ])('refuses %s', (_, source) => {
    expect(codeOf(source)).toBe('invalid_encoding')
  })

  test.each([
    ['a text with U+0000', '{"a":["x\\u0000y"]}'],
    ['a key with U+0000', '{"a\\u0000":1}'],
    ['half of a surrogate pair', '"\\ud800"'],
    ['a pair in the wrong order', '"\\udc00\\ud800"'],
    ['a key with half of a pair', '{"x":{"\\udfff":1}}'],
    ['a raw half in a text', '"\ud800"'],
  ])('refuses %s as invalid encoding', (_, source) => {
    expect(codeOf(source)).toBe('invalid_encoding')
  })

  test.each([
    '',
    ' ',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '01',
    'NaN',
    '"\n"',
    '"\u0000"',
    '\ufeff{}',
    '{} {}',
    'nul',
  ])('refuses %j as invalid JSON', (source) => {
    expect(codeOf(source)).toBe('invalid_json')
    expect(codeOf(bytes(source))).toBe('invalid_json')
  })

  test('an error does not quote the text', () => {
    expect.assertions(1)
    try {
      decodeJson('{"password": "hunter2')
    } catch (error) {
      expect(JSON.stringify([String(error), error, (error as Error).cause])).not.toContain('hunter2')
    }
  })

  test('takes the deepest nesting allowed and refuses one more', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(nested(maxJsonDepth))).toBe('accepted')
    expect(codeOf(nested(maxJsonDepth + 1))).toBe('invalid_request')
    expect(codeOf(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).toBe('invalid_request')
  })

  test('a megabyte of brackets neither overflows the stack nor takes long', () => {
    const started = performance.now()
    expect(codeOf('['.repeat(500_000) + ']'.repeat(500_000))).toBe('invalid_request')
    expect(codeOf('['.repeat(1_000_000))).toBe('invalid_request')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('L5: what holds thousands of values is refused before it is parsed', () => {
    const keys = (count: number) =>
      JSON.stringify(Object.fromEntries([...Array(count).keys()].map((key) => [key, 1])))
    expect(codeOf(keys(4_000))).toBe('accepted')
    expect(codeOf(keys(5_000))).toBe('invalid_request')
    expect(codeOf(`[${'1,'.repeat(5_000)}`)).toBe('invalid_request')
  })

  test('L5: commas and brackets in texts are texts', () => {
    const text = `${'[{,'.repeat(3_000)}"\\\\"${']},'.repeat(3_000)}\\`
    expect(decodeJson(JSON.stringify([text, { [text]: text }]))).toEqual([text, { [text]: text }])
  })

  test('L5: quotation marks without end take no longer for being many', () => {
    expect(codeOf(`${'"\\'.repeat(200_000)}`)).toBe('invalid_json')
    expect(codeOf(`"${'\\'.repeat(400_001)}`)).toBe('invalid_json')
  })

  test('__proto__ and constructor are own properties like any other', () => {
    const value = decodeJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}')
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })
})
