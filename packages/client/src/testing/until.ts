// Waits for something to come true, as other processes and the network make it.
import { expect } from 'vitest'

/** Fails with the condition's text if it does not come true as long as `expect.poll` waits. */
export const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { interval: 2, message: String(condition) }).toBe(true)
