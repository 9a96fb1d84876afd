import { errorCodes, errorRow } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { abnormalClose, closeCodeOf, closeReason, verdictOf } from './close-codes.ts'

describe('close codes', () => {
  it('agree with the error table of the protocol', () => {
    for (const code of errorCodes) {
      const { close } = errorRow(code)
      if (close === undefined) {
        expect(closeCodeOf(code)).toBe(code === 'unavailable' ? 4503 : abnormalClose)
        continue
      }
      // Several errors share 4503: all of them mean that the server cannot serve this socket now.
      expect(closeReason(close)).toBe(close === 4503 ? 'unavailable' : code)
      expect(errorRow(code).retryable).toBe(verdictOf(close) === 'slow' || verdictOf(close) === 'moved')
    }
  })
})
