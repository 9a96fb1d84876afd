// What refresh tokens look like, and that nothing else is taken for one.
import { describe, expect, test } from 'vitest'
import { parseRefreshToken } from './refresh-token.ts'

const id = '0190a000-0000-7000-8000-000000000000'
const mac = 'A'.repeat(43)

describe('parseRefreshToken', () => {
  test('gives the parts of a well-formed token', () => {
    expect(parseRefreshToken(`${id}.12.${mac}`)).toEqual({
      sessionId: id,
      generation: 12,
      mac: Buffer.alloc(32),
    })
  })

  test.each([
    ['whose session is no id', `${'-'.repeat(36)}.1.${mac}`],
    ['whose session has no hyphens', `${'0'.repeat(36)}.1.${mac}`],
    ['whose generation is 0', `${id}.0.${mac}`],
    ['whose generation is written otherwise', `${id}.01.${mac}`],
    ['whose generation is beyond counting', `${id}.1000000000.${mac}`],
    ['whose code is too short', `${id}.1.${mac.slice(1)}`],
    ['with something behind', `${id}.1.${mac}\n`],
    ['of nothing', ''],
  ])('takes no token %s', (_, token) => {
    expect(parseRefreshToken(token)).toBeNull()
  })
})
