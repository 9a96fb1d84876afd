// A store that never answers, and one that answers late.
import { describe, expect, it } from 'vitest'
import { createPromise } from '../deferred.ts'
import { storePatience } from '../patience.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { describeOutboxStore } from '../testing/outbox-store-contract.ts'
import type { OutboxStore } from '../types.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { patientStore } from './patient-store.ts'

describe('a store that is waited for with patience', () => {
  describeOutboxStore(() => patientStore(memoryOutbox(), new FakeClock()), false)

  it('K3: is given up when it does not answer, and asked again when it did after all', async () => {
    const clock = new FakeClock()
    const { promise: late, resolve: answer } = createPromise<void>()
    const slow: OutboxStore = { ...memoryOutbox(), delete: () => late }
    const store = patientStore(slow, clock)
    const account = { origin: 'https://one.example', userId: 'a' }
    const first = store.delete('x')
    clock.advance(storePatience)
    await expect(first).rejects.toThrow('did not answer in time')
    await expect(store.all(account)).rejects.toThrow('does not answer')
    answer()
    await late
    await new Promise((resolve) => setImmediate(resolve))
    expect(await store.all(account)).toEqual([])
    expect(clock.waiting).toBe(0)
  })
})
