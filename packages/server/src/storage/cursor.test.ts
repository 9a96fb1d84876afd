// Cursors of paged lists.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cursorCodec, toPage } from './cursor.ts'

const id = '01890000-0000-7000-8000-000000000001'
const codec = cursorCodec('people', ['text', 'id', 'timeOrNull'])
const forge = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')

describe('a cursor', () => {
  test('gives back the position that it was made of', () => {
    const at = new Date('2026-01-31T12:00:00.123Z')
    expect(codec.decode(codec.encode(['Ёж "\\', id, at]))).toEqual(['Ёж "\\', id, at])
    expect(codec.decode(codec.encode(['', id, null]))).toEqual(['', id, null])
  })

  test.each([
    ['nothing', ''],
    ['what is not base64url', '%%%'],
    ['another spelling of the same bytes', `${codec.encode(['a', id, null])}=`],
    ['what is not JSON', Buffer.from('{').toString('base64url')],
    ['what is no list', forge({ 0: 'people' })],
    ['a cursor of another list', forge(['chats', 'a', id, null])],
    ['a missing field', forge(['people', 'a', id])],
    ['a field too many', forge(['people', 'a', id, null, 1])],
    ['what is no id', forge(['people', 'a', "1' OR 1=1", null])],
    ['an id in capitals', forge(['people', 'a', id.replace('7000', '7ABC'), null])],
    ['a number for a text', forge(['people', 1, id, null])],
    ['a text that the database cannot hold', forge(['people', 'a\0', id, null])],
    ['half a character', forge(['people', '\ud800', id, null])],
    ['a day that is not', forge(['people', 'a', id, '2026-02-30T12:00:00.000Z'])],
    ['a time without milliseconds', forge(['people', 'a', id, '2026-01-31T12:00:00Z'])],
    ['a year that the database does not know', forge(['people', 'a', id, '+275000-01-01T00:00:00.000Z'])],
  ])('refuses %s', (_, cursor) => {
    expect(() => codec.decode(cursor)).toThrowError(expect.objectContaining({ code: 'invalid_cursor' }))
  })

  test('is either a valid position or refused, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          try {
            expect(codec.encode(codec.decode(text))).toBe(text)
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_cursor' })
          }
        },
      ),
    )
  })
})

describe('a page', () => {
  const cursorOf = (last: number) => `after ${last}`

  test('ends without a cursor when nothing follows', () => {
    expect(toPage([1, 2], 2, cursorOf)).toEqual({ rows: [1, 2], next_cursor: null })
    expect(toPage([], 2, cursorOf)).toEqual({ rows: [], next_cursor: null })
  })

  test('is cut at its limit, with the cursor behind its last item', () => {
    expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ rows: [1, 2], next_cursor: 'after 2' })
  })
})
