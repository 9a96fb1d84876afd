// When unused files are looked for.
import { expect, test, vi } from 'vitest'
import { startSweeper } from './sweeper.ts'

const log = { debug() {}, info() {}, warn: vi.fn(), error() {} }

test('again and again, also after a failure, until it is stopped', async () => {
  let count = 0
  const sweeper = startSweeper({
    async sweep() {
      count += 1
      if (count === 2) throw new Error('the database is away')
      return {}
    },
    log,
    first: 1,
    every: 1,
  })
  await expect.poll(() => count).toBeGreaterThan(3)
  expect(log.warn).toHaveBeenCalledTimes(1)
  await sweeper.stop()
  const stopped = count
  await new Promise((resolve) => setImmediate(resolve))
  expect(count).toBe(stopped)
})

test('stopping tells the one that is under way, and waits for it', async () => {
  const begun = Promise.withResolvers<void>()
  let ended = false
  const sweeper = startSweeper({
    async sweep(signal) {
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended = true
      return {}
    },
    log,
    first: 0,
    every: 1,
  })
  await begun.promise
  await sweeper.stop()
  expect(ended).toBe(true)
})
