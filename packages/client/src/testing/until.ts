// Waits for something to come true, as other processes and the network make it.
import { vi } from 'vitest'

/** Fails with the condition's text if it is not true within the time, in milliseconds. */
export const until = (condition: () => boolean, time = 5_000): Promise<void> =>
  vi.waitFor(
    () => {
      if (!condition()) throw new Error(`Not true in time: ${condition}`)
    },
    { timeout: time, interval: 2 },
  )
