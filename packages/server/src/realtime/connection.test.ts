// The table of errors and the codes that end a socket must name the same ones.
import { type ErrorCode, errorCodes, errorRow } from '@parley/protocol'
import { expect, test } from 'vitest'
import { closingCodes } from './connection.ts'

test('every error that ends a socket has a close code, and only a refused origin ends it before it is one', () => {
  const inTable = errorCodes.filter((code) => errorRow(code).close !== undefined)
  expect([...closingCodes, 'origin_refused' satisfies ErrorCode].sort()).toEqual([...inTable].sort())
})
