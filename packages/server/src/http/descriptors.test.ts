// How many connections the limit of open files leaves.
import { expect, test } from 'vitest'
import { quietLog } from '../realtime/test/fakes.ts'
import { connectionRules, descriptorLimit } from './descriptors.ts'

const limitsOf = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            ${soft}                 1048576              files
`

test('L8: the limit is read as the system says it', () => {
  expect(descriptorLimit(limitsOf('1024'))).toBe(1024)
  expect(descriptorLimit(limitsOf('unlimited'))).toBeNull()
  expect(descriptorLimit('')).toBeNull()
})

test('L8: connections stay below it, and an operator is told when they are few', () => {
  const warnings: object[] = []
  const log = { ...quietLog, warn: (data: object) => void warnings.push(data) }
  expect(connectionRules(log, 1024)).toEqual({ max: 864, perAddress: 216 })
  expect(warnings).toEqual([{ open_files: 1024, connections: 864 }])
  expect(connectionRules(log, 1_048_576)).toEqual({ max: 200_000, perAddress: 50_000 })
  expect(connectionRules(log, null).max).toBeGreaterThan(1_000)
  expect(warnings).toHaveLength(1)
})
