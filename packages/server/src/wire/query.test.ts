// Query strings: exact numbers, no repetition, nothing unknown.
import { routes } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { decodeQuery } from './query.ts'
import { compileCheck } from './validate.ts'

const history = routes.listMessages.query
const chats = routes.listChats.query

function codeOf(search: string, schema: typeof history | typeof chats = history): string {
  try {
    compileCheck(schema)(decodeQuery(search, schema))
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'accepted'
}

describe('decodeQuery', () => {
  test('converts what the schema wants as integer or boolean, and nothing else', () => {
    expect(decodeQuery('before=10&limit=5', history)).toEqual({ before: 10, limit: 5 })
    expect(decodeQuery('archived=true', chats)).toEqual({ archived: true })
    expect(decodeQuery('query=12&limit=1', routes.listUsers.query)).toEqual({ query: '12', limit: 1 })
    expect(decodeQuery('', undefined)).toEqual({})
  })

  test('reads percent encoding, plus signs and empty parts', () => {
    expect(decodeQuery('query=%D0%98%D1%8F+x%2By&&', routes.listUsers.query)).toEqual({ query: 'Ия x+y' })
    expect(decodeQuery('query', routes.listUsers.query)).toEqual({ query: '' })
    expect(decodeQuery('query=a=b', routes.listUsers.query)).toEqual({ query: 'a=b' })
  })

  test.each([
    '1e3',
    '%201',
    '1%20',
    '+1',
    '01',
    '-0',
    '0x10',
    '1.0',
    '1_000',
    '',
    'NaN',
    'Infinity',
    '١',
    '101',
    '0',
    '-1',
  ])('limit=%s is refused', (text) => {
    expect(codeOf(`limit=${text}`)).toBe('invalid_request')
  })

  test.each(['9007199254740992', '9007199254740993', '99999999999999999999', '1'.repeat(400)])(
    'before=%s is refused and not rounded',
    (text) => {
      expect(codeOf(`before=${text}`)).toBe('invalid_request')
    },
  )

  test.each(['1', 'TRUE', 'yes', '', 'null', 'true%20'])('archived=%s is refused', (text) => {
    expect(codeOf(`archived=${text}`, chats)).toBe('invalid_request')
  })

  test.each([
    'limit=1&limit=1',
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
    'x=1',
    '__proto__=1',
    'toString=1',
  ])('%s is refused as repeated or unknown', (search) => {
    expect(codeOf(search)).toBe('invalid_request')
  })

  test.each(['at=%', 'at=%zz', 'at=%ff', 'at=%C0%AF', 'at=%ED%A0%80', 'at=%00', '%ff=1'])(
    '%s is refused as invalid encoding',
    (search) => {
      expect(codeOf(search)).toBe('invalid_encoding')
    },
  )
})
