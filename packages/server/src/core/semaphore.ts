// Lets a few run at a time and keeps the others in line, so that a crowd does not take the whole machine or database for itself.
import { AppError } from './errors.ts'

export interface Semaphore {
  /** Runs the work when its turn comes; settles as the work does. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** Beyond `maxWaiting` in line, which has no end if it is not given, `run` throws `unavailable` at once. */
export function createSemaphore(width: number, maxWaiting = Number.POSITIVE_INFINITY): Semaphore {
  const line: (() => void)[] = []
  let free = width
  return {
    async run(work) {
      if (free > 0) free -= 1
      else if (line.length >= maxWaiting) throw new AppError('unavailable', { retryAfter: 1 })
      else await new Promise<void>((resolve) => line.push(resolve))
      try {
        return await work()
      } finally {
        // The place goes straight to the next in line, so that a newcomer cannot slip in between.
        const next = line.shift()
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}
