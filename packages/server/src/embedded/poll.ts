// Waiting for something that gives no event: a file's content, the end of a process that is not our child.
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Resolves with the first result that is not undefined, asking every `every` milliseconds; with undefined once
 * `within` milliseconds have passed. Rejects with the signal's reason when aborted.
 */
export async function poll<T>(
  ask: () => T | undefined,
  options: { every: number; within: number; signal?: AbortSignal },
): Promise<T | undefined> {
  const end = performance.now() + options.within
  for (;;) {
    options.signal?.throwIfAborted()
    const answer = ask()
    if (answer !== undefined) return answer
    if (performance.now() >= end) return undefined
    await delay(options.every)
  }
}
