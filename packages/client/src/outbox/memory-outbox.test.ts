import { describe } from 'vitest'
import { describeOutboxStore } from '../testing/outbox-store-contract.ts'
import { memoryOutbox } from './memory-outbox.ts'

describe('the outbox in memory', () => {
  describeOutboxStore(memoryOutbox, false)
})
