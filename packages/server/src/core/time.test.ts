// Times on the wire that no calendar has.
import { describe, expect, test } from 'vitest'
import { readTime } from './time.ts'

describe('readTime', () => {
  test.each([
    '0000-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2028-02-29T12:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ])('takes %s for what it is', (time) => {
    expect(readTime(time, '/at').toISOString()).toBe(time)
  })

  test.each([
    '2026-02-29T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-12-31T24:00:00.000Z',
    '2026-12-31T23:59:60.000Z',
    // The year that follows has five digits, which no time on the wire may have.
    '9999-12-31T24:00:00.000Z',
    '9999-99-99T99:99:99.999Z',
  ])('W1: refuses %s, rather than taking it for another', (time) => {
    expect(() => readTime(time, '/at')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        data: { errors: [{ path: '/at', message: 'No such time' }] },
      }),
    )
  })
})
