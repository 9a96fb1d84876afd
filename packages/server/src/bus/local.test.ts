// The bus of a single node: the contract, and what only it promises.
import { expect, test } from 'vitest'
import { busContract } from '../../test/contracts/bus.ts'
import { createLocalBus } from './local.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

busContract('in-process', async () => createLocalBus({ log }))

test('I7: news is handled before publish returns, so that a removal takes effect before it is acknowledged', () => {
  const bus = createLocalBus({ log })
  let handled = 0
  bus.subscribe((envelopes) => {
    handled += envelopes.length
  })
  bus.publish([
    { audience: { kind: 'users', user_ids: [] }, event: { type: 'session_revoked', session_id: 's' } },
  ])
  expect(handled).toBe(1)
})
